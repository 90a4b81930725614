import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { convertIndexedToRgb, decode } from "fast-png";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/table.js";
import * as plot from "../../src/plot/index.js";
import { complaints } from "./validate.js";

/** `length` events over a second, each at a pixel and of a polarity that follow from its number. */
function table(length: number, sensor = { width: 64, height: 48 }): EventTable {
  const numbers = { length };
  return EventTable.from(
    {
      t: BigInt64Array.from(numbers, (_, i) => 5_000n + BigInt(Math.floor((i * 1e6) / length))),
      x: Uint16Array.from(numbers, (_, i) => (i * 7) % sensor.width),
      y: Uint16Array.from(numbers, (_, i) => (i * 13) % sensor.height),
      p: Uint8Array.from(numbers, (_, i) => (i * 3) % 2),
    },
    { sensor },
  );
}

/** One event a row of the given list. */
function events(rows: readonly (readonly [t: number, x: number, y: number, p: number])[], sensor: { width: number; height: number }): EventTable {
  return EventTable.from(
    {
      t: BigInt64Array.from(rows, ([t]) => BigInt(t)),
      x: Uint16Array.from(rows, ([, x]) => x),
      y: Uint16Array.from(rows, ([, , y]) => y),
      p: Uint8Array.from(rows, ([, , , p]) => p),
    },
    { sensor },
  );
}

const voxels = {
  data: Float32Array.from({ length: 6 * 8 * 5 }, (_, i) => Math.sin(i)),
  shape: [6, 8, 5] as const,
  channels: ["bin 0", "bin 1", "bin 2", "bin 3", "bin 4"],
};

const figures: Record<string, (events: EventTable) => plot.Figure> = {
  frame: (events) => plot.frame(events),
  "dark frame": (events) => plot.frame(events, { style: "dark" }),
  "signed frame": (events) => plot.frame(events, { style: "signed" }),
  rate: (events) => plot.rate(events),
  cloud: (events) => plot.cloud(events, { points: 500, seed: 3 }),
  "polarity map": (events) => plot.polarityMap(events),
  voxels: () => plot.voxels(voxels),
  channels: () => plot.channels({ ...voxels, data: voxels.data.map(Math.abs) }),
  "grey picture": () => plot.picture({ width: 16, height: 12, data: Float32Array.from({ length: 192 }, (_, i) => Math.cos(i)) }),
  "colour picture": () => plot.picture({ width: 1500, height: 12, data: Uint8Array.from({ length: 54_000 }, (_, i) => i % 251) }),
  grid: (events) => plot.grid([plot.frame(events), plot.rate(events), plot.cloud(events), plot.polarityMap(events)]),
};

interface Picture {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): string;
}

function read(png: Uint8Array): Picture {
  const decoded = decode(png);
  const data = decoded.palette ? convertIndexedToRgb(decoded) : decoded.data;
  const channels = decoded.palette ? 3 : decoded.channels;
  const { width, height } = decoded;
  const hex = (value: number) => value.toString(16).padStart(2, "0");
  return {
    width,
    height,
    at: (x, y) => `#${[0, 1, 2].map((c) => hex(data[(Math.round(y) * width + Math.round(x)) * channels + c]!)).join("")}`,
  };
}

/** What a notebook gets. */
function display(figure: plot.Figure): Promise<plot.FigureBundle> {
  return (figure as unknown as Record<symbol, () => Promise<plot.FigureBundle>>)[Symbol.for("Jupyter.display")]!();
}

/** The plotting area of the first panel in pixels, from Plotly's layout. */
function plottingArea({ layout }: plot.Figure) {
  const { width, height, xaxis, yaxis } = layout as never as Record<"width" | "height", number> & Record<"xaxis" | "yaxis", { domain: [number, number] }>;
  return {
    left: xaxis.domain[0] * width,
    top: (1 - yaxis.domain[1]) * height,
    width: (xaxis.domain[1] - xaxis.domain[0]) * width,
    height: (yaxis.domain[1] - yaxis.domain[0]) * height,
  };
}

const refuses = (work: () => unknown, tag: "OptionError" | "WindowError", message: RegExp) =>
  assert.throws(work, (error) => isEvtlabError(error, tag) && message.test(error.message));

describe("plot: every figure", () => {
  for (const [name, of] of Object.entries(figures)) {
    for (const [content, length] of Object.entries({ events: 4000, "one event": 1, "no events": 0 })) {
      it(`${name} of ${content} is valid Plotly without a number that is none, and a PNG of its size`, async () => {
        const figure = of(table(length));
        assert.deepEqual(complaints(figure), []);
        assert.doesNotMatch(figure.svg(), /NaN|Infinity|undefined/);
        assert.doesNotMatch(JSON.stringify(figure), /NaN|undefined/);
        const { width, height } = figure.layout as { width: number; height: number };
        const picture = read(await figure.png());
        assert.deepEqual([picture.width, picture.height], [width, height]);
        assert.ok(width <= 1080 && height <= 900, `${width} × ${height}`);
      });
    }
  }

  it("displays as Plotly and PNG, and not as HTML, which would hide the picture from static viewers", async () => {
    const bundle = await display(plot.rate(table(100)));
    assert.deepEqual(Object.keys(bundle), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
    assert.ok(JSON.parse(JSON.stringify(bundle["application/vnd.plotly.v1+json"])).data.length === 2);
    assert.equal(read(Buffer.from(bundle["image/png"], "base64")).width, 720);
    assert.match(bundle["text/plain"], /^Figure 720 × \d+ px: event rate/);
  });

  it("draws the same bytes twice, at any scale, also side by side", async () => {
    for (const of of [figures.grid!, figures.voxels!]) {
      const [a, b] = await Promise.all([of(table(3000)).png({ scale: 1.5 }), of(table(3000)).png({ scale: 1.5 })]);
      assert.deepEqual(a, b);
      assert.equal(JSON.stringify(of(table(3000))), JSON.stringify(of(table(3000))));
    }
  });

  it("changes neither columns nor grid", () => {
    const source = table(3000);
    const digest = () => createHash("sha256").update(source.t).update(source.x).update(source.y).update(source.p).update(voxels.data).digest("hex");
    const before = digest();
    for (const of of Object.values(figures)) of(source).svg();
    assert.equal(digest(), before);
  });

  it("stays small at 1280 × 720: pixels travel as one image", async () => {
    const busy = table(200_000, { width: 1280, height: 720 });
    assert.ok(JSON.stringify(plot.frame(busy)).length < 300e3);
    assert.ok(JSON.stringify(plot.polarityMap(busy)).length < 300e3);
    assert.ok(JSON.stringify(plot.cloud(busy)).length < 300e3);
  });

  it("keeps hostile titles as text", async () => {
    const title = `</text><script>alert("1")</script>&amp; \u0000 \ud800 <b>`;
    const figure = plot.frame(table(10), { title });
    assert.ok(!figure.svg().includes("<script"));
    assert.ok(!JSON.stringify(figure).includes("<script"));
    assert.equal(read(await figure.png()).width, (figure.layout as { width: number }).width);
    assert.match(JSON.stringify(figure.layout), /&lt;script&gt;/);
    assert.deepEqual(complaints(figure), []);
  });

  it("refuses unknown options and values out of range", async () => {
    refuses(() => plot.picture({ width: 2, height: 2, data: new Uint8Array(8) }), "OptionError", /1, 3 or 4 values a pixel/);
    refuses(() => plot.picture({ width: 1, height: 1, data: new Uint8Array(1) }, { range: [3, 3] }), "OptionError", /black below white/);
    const some = table(10);
    refuses(() => plot.frame(some, { colour: "red" } as never), "OptionError", /plot\.frame.*"colour"/);
    refuses(() => plot.frame(some, { style: "pink" as never }), "OptionError", /polarity, dark, signed.*"pink"/);
    refuses(() => plot.frame(some, { width: Number.NaN }), "OptionError", /240 to 4000/);
    refuses(() => plot.frame(some, { window: { from: 10, to: 10 } }), "WindowError", /empty/);
    refuses(() => plot.rate(some, { bin: 0 }), "OptionError", /above zero/);
    refuses(() => plot.rate(some, { bin: 1 }), "OptionError", /at most 20000 bins/);
    refuses(() => plot.cloud(some, { points: 0 }), "OptionError", /above zero/);
    refuses(() => plot.cloud(some, { seed: 0.5 }), "OptionError", /whole number/);
    refuses(() => plot.polarityMap(some, { limit: 0 }), "OptionError", /above zero/);
    refuses(() => plot.voxels({ ...voxels, data: new Float32Array(3) }), "OptionError", /\[6, 8, 5\] with 3 values/);
    refuses(() => plot.grid([]), "OptionError", /at least one figure/);
    refuses(() => plot.grid([{} as plot.Figure]), "OptionError", /figures\[0\]/);
    await assert.rejects(plot.rate(some).png({ scale: 100 }), /0\.25 to 4/);
  });
});

describe("plot: grid", () => {
  const domainsOf = ({ layout }: plot.Figure) =>
    Object.entries(layout as Record<string, { domain: [number, number] }>)
      .filter(([key]) => /^[xy]axis/.test(key))
      .map(([key, { domain }]) => [key[0]!, domain.map((share) => Math.round(share * 100) / 100).join()] as const);
  const count = (figure: plot.Figure, axis: string) => new Set(domainsOf(figure).filter(([name]) => name === axis).map(([, domain]) => domain)).size;

  it("keeps the panels of a figure together", () => {
    const pair = plot.channels({ data: new Float32Array(8), shape: [2, 2, 2], channels: ["off", "on"] });
    const stacked = plot.grid([pair, pair], { columns: 1 });
    assert.deepEqual([count(stacked, "x"), count(stacked, "y")], [2, 2]);
    const beside = plot.grid([pair, pair]);
    assert.deepEqual([count(beside, "x"), count(beside, "y")], [4, 1]);
    const mixed = plot.grid([plot.frame(table(10)), pair, pair, plot.frame(table(10))], { columns: 2 });
    assert.equal(mixed.data.filter(({ type }) => type === "image").length, 6);
    assert.deepEqual(complaints(mixed), []);
  });

  it("draws a figure over as many columns as its span says", () => {
    const line = plot.rate(table(10));
    const figure = plot.grid([line, line, line, line], { columns: 2, spans: [1, 1, 2] });
    const widths = domainsOf(figure).filter(([axis]) => axis === "x").map(([, domain]) => domain.split(",").map(Number) as [number, number]);
    const [first, second, wide, last] = widths as [[number, number], [number, number], [number, number], [number, number]];
    assert.deepEqual([wide[0], wide[1], last[0]], [first[0], second[1], first[0]]);
    assert.ok(second[0] > first[1]);
    assert.equal(count(figure, "y"), 3);
    assert.deepEqual(complaints(figure), []);
    assert.deepEqual(plot.grid([line, line], { columns: 2 }).layout, plot.grid([line, line], { columns: 2, spans: [1, 1] }).layout);
    refuses(() => plot.grid([line], { spans: [0] }), "OptionError", /spans\[0\]/);
  });

  it("places no panel over another", () => {
    const figure = plot.grid([plot.frame(table(10)), plot.rate(table(10)), plot.voxels(voxels), plot.frame(table(10))], { columns: 2, spans: [1, 1, 1, 2] });
    const axes = figure.layout as Record<string, { domain: [number, number] }>;
    const boxes = Object.keys(axes)
      .filter((key) => key.startsWith("xaxis"))
      .map((key) => [axes[key]!.domain, axes[key.replace("x", "y")]!.domain] as const);
    assert.equal(boxes.length, 8);
    for (const [i, [x, y]] of boxes.entries()) {
      for (const [x2, y2] of boxes.slice(i + 1)) {
        const apart = x[1] < x2[0] || x2[1] < x[0] || y[1] < y2[0] || y2[1] < y[0];
        assert.ok(apart);
      }
    }
  });
});

describe("plot: what a picture shows", () => {
  const sensor = { width: 8, height: 4 };
  // Top left off, top right on, bottom left first off and then on.
  const corners = events([[0, 0, 0, 0], [10, 7, 0, 1], [20, 0, 3, 0], [30, 0, 3, 1]], sensor);
  const at = async (figure: plot.Figure, x: number, y: number, scale = 1) => {
    const area = plottingArea(figure);
    const picture = read(await figure.png({ scale }));
    return picture.at((area.left + ((x + 0.5) / sensor.width) * area.width) * scale, (area.top + ((y + 0.5) / sensor.height) * area.height) * scale);
  };
  const { off, on, none } = plot.polarityColours;

  it("frame: each pixel has the colour of its last event, the origin at the top left", async () => {
    const figure = plot.frame(corners);
    for (const scale of [1, 2]) {
      assert.deepEqual(
        await Promise.all([at(figure, 0, 0, scale), at(figure, 7, 0, scale), at(figure, 0, 3, scale), at(figure, 4, 2, scale)]),
        [off, on, on, none],
      );
    }
    assert.deepEqual((figure.layout as { yaxis: { range: number[] } }).yaxis.range, [3.5, -0.5]);
  });

  it("frame: a window leaves out what lies outside, its end excluded", async () => {
    const figure = plot.frame(corners, { window: { from: 10, to: 30 } });
    assert.deepEqual(await Promise.all([at(figure, 0, 0), at(figure, 7, 0), at(figure, 0, 3)]), [none, on, off]);
  });

  it("frame: Plotly's image holds the same pixels", () => {
    const { source } = plot.frame(corners).data[0] as { source: string };
    const image = read(Buffer.from(source.split(",")[1]!, "base64"));
    assert.deepEqual([image.width, image.height], [8, 4]);
    assert.deepEqual([image.at(0, 0), image.at(7, 0), image.at(0, 3), image.at(4, 2)], [off, on, on, none]);
  });

  it("picture: bytes as they are, floats from −1 to 1, a range stretched; colours in their order, alpha left out", async () => {
    const row = { width: 3, height: 1 };
    const colours = async (figure: plot.Figure): Promise<string[]> => {
      const { source } = figure.data[0] as { source: string };
      const image = read(Buffer.from(source.split(",")[1]!, "base64"));
      return [0, 1, 2].map((x) => image.at(x, 0));
    };
    assert.deepEqual(await colours(plot.picture({ ...row, data: Uint8Array.of(0, 128, 255) })), ["#000000", "#808080", "#ffffff"]);
    assert.deepEqual(await colours(plot.picture({ ...row, data: Float32Array.of(-1, 0, 7) })), ["#000000", "#808080", "#ffffff"]);
    assert.deepEqual(await colours(plot.picture({ ...row, data: Uint16Array.of(0, 256, 1024) }, { range: [0, 1024] })), ["#000000", "#404040", "#ffffff"]);
    assert.deepEqual(await colours(plot.picture({ ...row, data: Uint8Array.of(1, 2, 3, 0, 255, 0, 0, 9, 16, 32, 64, 128) })), ["#010203", "#ff0000", "#102040"]);
  });

  it("polarity map: on and off of a pixel cancel", async () => {
    const figure = plot.polarityMap(corners, { limit: 1 });
    assert.deepEqual(
      await Promise.all([at(figure, 0, 0), at(figure, 7, 0), at(figure, 0, 3)]),
      ["#023858", "#6b2400", "#ffffff"],
    );
  });

  it("rate: counts over bin lengths, what is left over belongs to the last bin", () => {
    const steady = events([[0, 0, 0, 1], [100, 0, 0, 1], [999, 0, 0, 0], [1000, 0, 0, 0], [2499, 0, 0, 1]], sensor);
    const { data } = plot.rate(steady, { bin: "1ms" });
    const decodeSeries = ({ bdata }: { bdata: string }) => Array.from(new Float64Array(new Uint8Array(Buffer.from(bdata, "base64")).buffer));
    const [offTrace, onTrace] = data as unknown as { x: { bdata: string }; y: { bdata: string } }[];
    assert.deepEqual(decodeSeries(onTrace!.x), [0, 1, 2.5]);
    assert.deepEqual(decodeSeries(onTrace!.y), [2000, 1e6 / 1500, 1e6 / 1500]);
    assert.deepEqual(decodeSeries(offTrace!.y), [1000, 1e6 / 1500, 1e6 / 1500]);
  });

  it("cloud: at most the points asked for, all of them of the recording, the same for a seed", () => {
    const source = table(10_000);
    const shown = (options: plot.CloudOptions) =>
      (plot.cloud(source, options).data as unknown as Record<"x" | "y" | "z", { bdata: string }>[]).map(({ x, y, z }) => {
        const bytes = (bdata: string) => new Uint8Array(Buffer.from(bdata, "base64")).buffer;
        return { t: new Float32Array(bytes(x.bdata)), x: new Uint16Array(bytes(y.bdata)), y: new Uint16Array(bytes(z.bdata)) };
      });
    for (const options of [{ points: 300 }, { points: 300, seed: 1 }]) {
      const series = shown(options);
      assert.equal(series[0]!.t.length + series[1]!.t.length, 300);
      series.forEach((points, polarity) =>
        points.t.forEach((t, i) => {
          const number = Math.round((t * 1e3) / 100);
          assert.deepEqual([points.x[i], points.y[i], polarity], [source.x[number], source.y[number], source.p[number]]);
        }),
      );
      assert.deepEqual(shown(options), series);
    }
    assert.notDeepEqual(shown({ points: 300, seed: 1 }), shown({ points: 300, seed: 2 }));
    const [offPoints, onPoints] = shown({ points: 20_000 });
    assert.equal(offPoints!.t.length + onPoints!.t.length, 10_000);
  });

  it("channels: a pixel with one event stands out where others have many, and the bar says so", async () => {
    const luminance = (hex: string): number => 0.2126 * parseInt(hex.slice(1, 3), 16) + 0.7152 * parseInt(hex.slice(3, 5), 16) + 0.0722 * parseInt(hex.slice(5), 16);
    for (const [values, limit] of [[[0, 1, 12, 1], 12], [[0, 1, -12, -1], 12]] as const) {
      const figure = plot.channels({ data: Float32Array.from(values), shape: [1, 4, 1], channels: ["n"] }, { limit });
      const image = read(Buffer.from((figure.data[0] as { source: string }).source.split(",")[1]!, "base64"));
      assert.equal(image.at(0, 0), "#ffffff");
      for (const x of [1, 3]) assert.ok(luminance(image.at(x, 0)) < 205, image.at(x, 0));
      const { colorscale } = (figure.layout as { coloraxis: { colorscale: [number, string][] } }).coloraxis;
      assert.ok(colorscale.every(([place], i) => i === 0 || place >= colorscale[i - 1]![0]), "places ascend");
      assert.deepEqual([colorscale[0]![0], colorscale.at(-1)![0]], [0, 1]);
    }
  });

  it("picture: grey tones stay smooth in the drawing", async () => {
    const [width, height] = [200, 120];
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => [(i / 3) % width, Math.floor(i / 3 / width), 90][i % 3]!);
    const figure = plot.picture({ width, height, data }, { width: 300 });
    const { left, top, width: wide } = plottingArea(figure);
    const drawn = read(await figure.png());
    const reds = Array.from({ length: 40 }, (_, i) => parseInt(drawn.at(left + (wide * (i + 60)) / 200, top + 30).slice(1, 3), 16));
    assert.ok(new Set(reds).size > 30, String(reds));
  });

  it("voxels: one panel a bin on one scale, zero white", async () => {
    const bins = { data: Float32Array.from([1, -1, 0, 0, 0, 1, NaN, 0]), shape: [2, 2, 2] as const, channels: ["a", "b"] };
    const figure = plot.voxels(bins, { limit: 1 });
    const sources = figure.data.filter(({ type }) => type === "image").map(({ source }) => read(Buffer.from((source as string).split(",")[1]!, "base64")));
    assert.deepEqual(sources.map((each) => [each.at(0, 0), each.at(1, 0), each.at(0, 1), each.at(1, 1)]), [
      ["#6b2400", "#ffffff", "#ffffff", "#808080"],
      ["#023858", "#ffffff", "#6b2400", "#ffffff"],
    ]);
    assert.deepEqual((figure.layout as { coloraxis2: { cmin: number; cmax: number } }).coloraxis2.cmin, -1);
  });
});
