/**
 * A panel of events as points in x, y and time.
 *
 * Time runs to the right and x, y stand as on the sensor, so that one looks at the first moment
 * from the front. The picture uses the camera of Plotly's first view.
 * @module
 */
import { encode } from "fast-png";
import { formatTick, ticks } from "./axes.js";
import { ground, ink, rule, toRgb } from "./colours.js";
import { domains, numbered, type Box, type Margins, type Panel, type Place, type PlotlyPart, type Size } from "./panel.js";
import { legendAbove, noteOver, svgLegend, svgNote } from "./legend.js";
import { image, line, text } from "./svg.js";
import { typed } from "./typed.js";

/** Points of one polarity. */
export interface Points {
  readonly name: string;
  readonly colour: string;
  readonly t: Float32Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
}

export interface CloudOptions {
  readonly title: string;
  /** "ms" */
  readonly timeUnit: string;
  readonly timeRange: readonly [number, number];
  readonly sensor: Size;
  readonly series: readonly Points[];
  readonly note?: string | undefined;
}

type Vector = readonly [number, number, number];

interface Camera {
  readonly eye: Vector;
  readonly centre: Vector;
}

/** From the middle of the box towards the eye. */
const direction: Vector = unit([-1.15, -1.75, 0.75]);
const right = unit(cross(minus([0, 0, 0], direction), [0, 0, 1]));
const up = cross(right, minus([0, 0, 0], direction));
/** Room for ticks and titles around the box, in CSS pixels. */
const inset = { left: 70, right: 32, top: 0, bottom: 34 };
/** Vertical field of view of Plotly's camera, in radians. */
const fieldOfView = Math.PI / 4;

export class CloudPanel implements Panel {
  readonly title: string;
  readonly flexible = true;
  readonly margins: Margins = { left: 8, right: 8, top: 34, bottom: 10 };
  readonly #options: CloudOptions;
  /** Ranges of the three axes of the scene: time, x, y, each from its first to its last end. */
  readonly #ranges: readonly (readonly [number, number])[];

  constructor(options: CloudOptions) {
    this.title = options.title;
    // Plotly leaves a trace without points out of its legend, so the picture does too.
    this.#options = { ...options, series: options.series.filter(({ t }) => t.length > 0) };
    const { width, height } = options.sensor;
    // Both pixel axes run backwards, as the scene's own point towards the viewer's left and up.
    this.#ranges = [options.timeRange, [width, 0], [height, 0]];
  }

  /** Lengths of the sides of the data's box, time first; time is longer in a wider panel. */
  #sides(box: Box): Vector {
    const { width, height } = this.#options.sensor;
    const longest = Math.max(width, height, 1);
    const time = Math.min(1.6, Math.max(1, (1.1 * box.width) / box.height));
    return [time, Math.max(0.2, width / longest), Math.max(0.2, height / longest)];
  }

  fit(room: Size): Size {
    return { width: Math.min(room.width, 640), height: Math.min(room.height, Math.max(240, room.width * 0.6)) };
  }

  plotly(place: Place): PlotlyPart {
    const { number } = place;
    const { timeUnit, note } = this.#options;
    const scene = numbered("scene", number);
    const legend = numbered("legend", number);
    const axis = (title: string, range: readonly number[]) => ({
      title: { text: title, font: { size: 12 } },
      range: [...range],
      tickfont: { size: 10 },
      nticks: 5,
      gridcolor: rule,
      zeroline: false,
      showbackground: false,
      showspikes: false,
      linecolor: ink,
    });
    const { eye, centre } = this.#camera(place.box);
    const sides = this.#sides(place.box);
    const [x, y, z] = eye;
    return {
      data: this.#shown().map((points) => ({
        type: "scatter3d",
        mode: "markers",
        scene,
        name: points.name,
        x: typed(points.t),
        y: typed(points.x),
        z: typed(points.y),
        marker: { size: place.box.width < 400 ? 0.8 : 1.2, color: points.colour, opacity: note === undefined ? 1 : 0 },
        ...(note === undefined ? { legend, hovertemplate: `%{x} ${timeUnit}, x %{y} px, y %{z} px<extra>${points.name}</extra>` } : { showlegend: false, hoverinfo: "skip" }),
      })),
      layout: {
        [scene]: {
          domain: domains(place),
          aspectmode: "manual",
          aspectratio: { x: sides[0], y: sides[1], z: sides[2] },
          camera: { eye: { x, y, z }, center: { x: centre[0], y: centre[1], z: centre[2] }, up: { x: 0, y: 0, z: 1 } },
          xaxis: axis(`time / ${timeUnit}`, this.#ranges[0]!),
          yaxis: axis("x / px", this.#ranges[1]!),
          zaxis: axis("y / px", this.#ranges[2]!),
        },
        ...(note === undefined ? { [legend]: legendAbove(place) } : {}),
      },
      annotations: note === undefined ? [] : [noteOver(place, note)],
    };
  }

  /** Plotly draws no scene without a point, so an empty cloud has one that is not to be seen. */
  #shown(): readonly Points[] {
    const { series, note, timeRange } = this.#options;
    if (note === undefined) return series;
    return [{ name: "", colour: ground, t: new Float32Array([timeRange[0]]), x: new Uint16Array(1), y: new Uint16Array(1) }];
  }

  svg(box: Box, scale: number): string {
    const { series, note } = this.#options;
    const project = this.#projection(box, this.#camera(box));
    return [
      this.#svgBox(project),
      series.length > 0 ? image(this.#points(box, scale, project), box, false) : "",
      note === undefined ? svgLegend(box, series) : svgNote(box, note),
    ].join("");
  }

  /** The camera from which the box of the data fills the panel but for the inset. */
  #camera(box: Box): Camera {
    const ends = this.#ranges;
    const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((i): Vector => [ends[0]![i & 1]!, ends[1]![(i >> 1) & 1]!, ends[2]![i >> 2]!]);
    let distance = 3;
    let centre: Vector = [0, 0, 0];
    for (let step = 0; step < 30; step++) {
      const eye = plus(centre, direction, distance);
      const seen = corners.map(this.#projection(box, { eye, centre }));
      const extent = (axis: 0 | 1) => [Math.min(...seen.map((at) => at[axis])), Math.max(...seen.map((at) => at[axis]))] as const;
      const [x0, x1] = extent(0);
      const [y0, y1] = extent(1);
      const width = Math.max(20, box.width - inset.left - inset.right);
      const height = Math.max(20, box.height - inset.top - inset.bottom);
      // World units a pixel at the distance of the centre.
      const pixel = (2 * distance * Math.tan(fieldOfView / 2)) / box.height;
      const dx = (x0 + x1) / 2 - (box.left + inset.left + width / 2);
      const dy = (y0 + y1) / 2 - (box.top + inset.top + height / 2);
      centre = plus(plus(centre, right, dx * pixel), up, -dy * pixel);
      distance *= Math.max((x1 - x0) / width, (y1 - y0) / height) ** 0.7;
    }
    const rounded = (v: Vector): Vector => [Number(v[0].toFixed(3)), Number(v[1].toFixed(3)), Number(v[2].toFixed(3))];
    return { eye: rounded(plus(centre, direction, distance)), centre: rounded(centre) };
  }

  /** From values to pixels and distance from the eye. */
  #projection(box: Box, { eye }: Camera): (values: Vector) => Vector {
    const sides = this.#sides(box);
    const focal = box.height / 2 / Math.tan(fieldOfView / 2);
    const scales = this.#ranges.map(([first, last], i) => (last === first ? 0 : sides[i]! / (last - first)));
    return (values) => {
      const at = values.map((value, i) => (value - (this.#ranges[i]![0] + this.#ranges[i]![1]) / 2) * scales[i]!) as unknown as Vector;
      const seen = minus(at, eye);
      const depth = -dot(seen, direction);
      return [
        box.left + box.width / 2 + (focal * dot(seen, right)) / depth,
        box.top + box.height / 2 - (focal * dot(seen, up)) / depth,
        depth,
      ];
    };
  }

  /** The three far sides of the box with their grid, ticks and titles. */
  #svgBox(project: (values: Vector) => Vector): string {
    const [time, x, y] = this.#ranges as [readonly [number, number], readonly [number, number], readonly [number, number]];
    const parts: string[] = [];
    const edge = (from: Vector, to: Vector, stroke: string) => {
      const [x1, y1] = project(from);
      const [x2, y2] = project(to);
      parts.push(line(x1, y1, x2, y2, stroke));
    };
    const label = (at: Vector, dx: number, dy: number, content: string, anchor: "start" | "middle" | "end", size: number) => {
      const [left, top] = project(at);
      parts.push(text(left + dx, top + dy, content, { anchor, size }));
    };
    // Far sides: the back (x first end), the right (last time), the floor (y first end).
    const near = x[0];
    const far = x[1];
    for (const t of ticks(time, 3)) {
      edge([t, far, y[0]], [t, far, y[1]], rule);
      edge([t, near, y[0]], [t, far, y[0]], rule);
      label([t, near, y[0]], 2, 12, formatTick(t), "middle", 10);
    }
    // A tick at the near corner would stand on the first of time, the lowest of y on the first of x.
    for (const value of ticks(x, 3).filter((each) => each < 0.95 * x[0])) {
      edge([time[1], value, y[0]], [time[1], value, y[1]], rule);
      edge([time[0], value, y[0]], [time[1], value, y[0]], rule);
      label([time[0], value, y[0]], -6, 8, formatTick(value), "end", 10);
    }
    for (const value of ticks(y, 3).filter((each) => each < 0.95 * y[0])) {
      edge([time[1], near, value], [time[1], far, value], rule);
      edge([time[0], far, value], [time[1], far, value], rule);
      label([time[0], far, value], -6, 0, formatTick(value), "end", 10);
    }
    edge([time[0], near, y[0]], [time[1], near, y[0]], ink);
    edge([time[0], near, y[0]], [time[0], far, y[0]], ink);
    edge([time[0], far, y[0]], [time[0], far, y[1]], ink);
    const middle = (range: readonly [number, number]) => (range[0] + range[1]) / 2;
    label([middle(time), near, y[0]], 6, 30, `time / ${this.#options.timeUnit}`, "middle", 12);
    label([time[0], middle(x), y[0]], -22, 24, "x / px", "end", 12);
    label([time[0], far, middle(y)], -34, 0, "y / px", "end", 12);
    return parts.join("");
  }

  /** The points, farthest first, as a picture with a transparent ground. */
  #points(box: Box, scale: number, project: (values: Vector) => Vector): Uint8Array {
    const width = Math.round(box.width * scale);
    const height = Math.round(box.height * scale);
    const count = this.#options.series.reduce((sum, { t }) => sum + t.length, 0);
    const left = new Float32Array(count);
    const top = new Float32Array(count);
    const depth = new Float32Array(count);
    const series = new Uint8Array(count);
    let n = 0;
    this.#options.series.forEach((points, number) => {
      for (let i = 0; i < points.t.length; i++, n++) {
        const [px, py, distance] = project([points.t[i]!, points.x[i]!, points.y[i]!]);
        left[n] = (px - box.left) * scale;
        top[n] = (py - box.top) * scale;
        depth[n] = distance;
        series[n] = number;
      }
    });
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => depth[b]! - depth[a]! || a - b);
    const colours = this.#options.series.map(({ colour }) => toRgb(colour));
    const rgba = new Uint8Array(width * height * 4);
    const size = Math.max(1, Math.round((box.width < 400 ? 1 : 1.5) * scale));
    for (const i of order) {
      const colour = colours[series[i]!]!;
      const x0 = Math.round(left[i]! - size / 2);
      const y0 = Math.round(top[i]! - size / 2);
      for (let y = Math.max(0, y0); y < Math.min(height, y0 + size); y++) {
        for (let x = Math.max(0, x0); x < Math.min(width, x0 + size); x++) {
          rgba.set(colour, 4 * (y * width + x));
          rgba[4 * (y * width + x) + 3] = 255;
        }
      }
    }
    return encode({ width, height, data: rgba, channels: 4 });
  }
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
function plus(a: Vector, b: Vector, times: number): Vector {
  return [a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times];
}
function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
function unit(a: Vector): Vector {
  const length = Math.sqrt(dot(a, a));
  return [a[0] / length, a[1] / length, a[2] / length];
}
