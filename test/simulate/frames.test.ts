import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { isEvtlabError, type ErrorTag } from "../../src/errors.js";
import { blend, interpolateFrames, simulateEvents, simulateVideo, streamFrames, type FramesOptions, type IntensityFrame } from "../../src/simulate/index.js";
import { readPicture } from "../../src/simulate/picture-file.js";
import { middleOf, Resizer } from "../../src/simulate/resize.js";
import { rows } from "../events/random-table.js";
import { bar } from "./bar.js";

const clips = "../shared/data/faces";

async function all(frames: AsyncIterable<IntensityFrame>): Promise<IntensityFrame[]> {
  const list: IntensityFrame[] = [];
  for await (const frame of frames) list.push(frame);
  return list;
}

describe("simulate: pictures in", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "evtlab-frames-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, data: Uint8Array, channels: 1 | 3 | 4, [width, height] = [4, 2]): Promise<void> =>
    writeFile(join(folder, name), encode({ width: width!, height: height!, data, channels, depth: 8 }));
  const refuses = (path: string, options: FramesOptions, tag: ErrorTag, text: RegExp): Promise<void> =>
    assert.rejects(all(streamFrames(path, options)), (error) => isEvtlabError(error, tag) && text.test(error.message));

  it("reads a folder of PNG and JPEG in the order of numbers, at the wall-clock times of the names, past midnight", async () => {
    const grey = (level: number): Uint8Array => new Uint8Array(8).fill(level);
    await write("frame_10_00:00:00.016667.png", grey(30), 1);
    await write("frame_2_23:59:59.983333.png", grey(20), 1);
    const { data } = jpeg.encode({ width: 4, height: 2, data: new Uint8Array(32).fill(120) }, 100);
    await writeFile(join(folder, "frame_1_23:59:59.95.jpg"), data);
    await writeFile(join(folder, "notes.txt"), "no picture");
    const frames = await all(streamFrames(folder));
    assert.deepEqual(frames.map(({ t }) => t), [86_399_950_000, 86_399_983_333, 86_400_016_667]);
    assert.deepEqual(frames.map(({ data }) => Math.round(data[0]!)), [120, 20, 30]);
    assert.deepEqual(frames.map(({ width, height }) => [width, height]), [[4, 2], [4, 2], [4, 2]]);
  });

  it("takes a rate where names give no times, exactly", async () => {
    for (const n of [0, 1, 2, 3]) await write(`${n}.png`, new Uint8Array(8).fill(n), 1);
    assert.deepEqual((await all(streamFrames(folder, { rate: 240 }))).map(({ t }) => t), [0, 1e6 / 240, 2e6 / 240, 3e6 / 240]);
    assert.deepEqual((await all(streamFrames(folder, { rate: 1000, from: "1ms", to: "3ms" }))).map(({ t }) => t), [1000, 2000]);
    await refuses(folder, {}, "FormatError", /0\.png.*pictures a second as `rate`/);
  });

  it("colour is BT.601 luma, not rounded; palettes, alpha, 16 and fewer bits are understood", async () => {
    await write("a.png", Uint8Array.from([200, 100, 50, 0, 0, 0, 255, 255, 255, 1, 2, 3].flatMap((v, i) => (i % 3 === 2 ? [v, 77] : [v]))), 4, [4, 1]);
    const [frame] = await all(streamFrames(folder, { rate: 1 }));
    const f = Math.fround;
    assert.deepEqual([...frame!.data], [0.299 * 200 + 0.587 * 100 + 0.114 * 50, 0, 255, 0.299 + 0.587 * 2 + 0.114 * 3].map(f));
    const deep = join(folder, "deep.png");
    await writeFile(deep, encode({ width: 2, height: 1, data: Uint16Array.of(65535, 257), channels: 1, depth: 16 }));
    assert.deepEqual([...(await readPicture(deep)).data], [65535, 257]);
    const bits = join(folder, "bits.png");
    await writeFile(bits, encode({ width: 10, height: 2, data: Uint8Array.of(0b10100000, 0b01000000, 0b00000001, 0b10000000), channels: 1, depth: 1 }));
    assert.deepEqual([...(await readPicture(bits)).data].map((v) => v / 255).join(""), "10100000010000000110");
  });

  it("scales so that every pixel counts, cuts the middle of other proportions, and keeps a flat picture flat", () => {
    const half = new Resizer({ width: 8, height: 8 }, { width: 4, height: 4 }).resize(Float32Array.from({ length: 64 }, (_, i) => i % 8));
    // Weights 1/8, 3/8, 3/8, 1/8 of a triangle four pixels wide.
    assert.ok(Math.abs(half[1]! - 2.5) < 1e-6 && Math.abs(half[2]! - 4.5) < 1e-6, String(half.subarray(0, 4)));
    const flat = new Resizer({ width: 7, height: 5 }, { width: 13, height: 3 }).resize(new Uint8Array(35).fill(90));
    assert.ok(flat.every((value) => Math.abs(value - 90) < 1e-4));
    const same = Float32Array.from({ length: 12 }, (_, i) => i * i);
    assert.deepEqual(new Resizer({ width: 4, height: 3 }, { width: 4, height: 3 }).resize(same), same);
    assert.deepEqual(middleOf({ width: 480, height: 480 }, { width: 346, height: 260 }), { x: 0, y: 59, width: 480, height: 361 });
  });

  it("refuses what it cannot read, with a sentence", async () => {
    await refuses(join(folder, "absent.mp4"), {}, "SourceError", /a video file or a folder/);
    await refuses(folder, {}, "SourceError", /PNG or JPEG/);
    await refuses(folder, { from: "2s", to: "1s" }, "WindowError", /`to` after `from`/);
    await refuses(folder, { fps: 3 } as never, "OptionError", /fps/);
    await write("1.png", new Uint8Array(8), 1);
    await write("2.png", new Uint8Array(12), 1, [4, 3]);
    await refuses(folder, { rate: 1 }, "FormatError", /of one size, 4 × 2 as the first, got 4 × 3/);
    await refuses(folder, { rate: 1, crop: { x: 2, y: 0, width: 4, height: 2 } }, "OptionError", /crop/);
    await writeFile(join(folder, "1.png"), "no picture at all");
    await refuses(folder, { rate: 1 }, "FormatError", /a PNG or JPEG picture/);
    const whole = encode({ width: 4, height: 2, data: new Uint8Array(8), channels: 1, depth: 8 });
    await writeFile(join(folder, "1.png"), whole.subarray(0, 45));
    await refuses(folder, { rate: 1 }, "FormatError", /a whole PNG/);
    const vast = whole.slice();
    new DataView(vast.buffer).setUint32(16, 2 ** 30);
    await writeFile(join(folder, "1.png"), vast);
    await refuses(folder, { rate: 1 }, "FormatError", /more than 64 million/);
    await writeFile(join(folder, "noise.mp4"), "nothing that FFmpeg knows");
    await refuses(join(folder, "noise.mp4"), {}, "SourceError", /FFmpeg/);
  });

  it("real videos: exact presentation times, counts, and the window asked for", async function () {
    this.timeout(60_000);
    if (!existsSync(clips)) {
      console.log("      skipped: no clips in ../shared");
      return this.skip();
    }
    for (const [name, frames, ticks, base] of [["d18", 216, 512, 15_360], ["d19", 250, 512, 15_360], ["d20", 175, 3600, 90_000]] as const) {
      const path = join(clips, `liveportrait_${name}.mp4`);
      let count = 0;
      for await (const { t, width, height, data } of streamFrames(path)) {
        assert.equal(t, (count++ * ticks * 1e6) / base);
        assert.deepEqual([width, height, data.length], [480, 480, 230_400]);
      }
      assert.equal(count, frames, name);
    }
    const part = await all(streamFrames(join(clips, "liveportrait_d20.mp4"), { from: "1s", to: "1.2s", size: { width: 64, height: 48 } }));
    assert.deepEqual(part.map(({ t }) => t), [1000, 1040, 1080, 1120, 1160].map((ms) => ms * 1000));
    assert.ok(part.every(({ width, height, data }) => width === 64 && height === 48 && data.every((v) => v >= -1e-4 && v <= 255.001)));
    const events = await simulateVideo(join(clips, "liveportrait_d20.mp4"), { to: "200ms", size: { width: 64, height: 48 }, preset: "clean", seed: 1 }).table();
    assert.ok(events.length > 1000 && events.sensor.width === 64 && events.window.to <= 160_001n);
  });
});

describe("simulate: pictures between pictures", () => {
  it("as many as the largest change asks for, on a line, at times between", async () => {
    const pair = [20, 20 * Math.exp(1)].map((level, n) => ({ t: 1000 * n, width: 2, height: 1, data: Float32Array.of(level, 30) }));
    const frames = await all(interpolateFrames(pair, { change: 0.25 }));
    assert.deepEqual(frames.map(({ t }) => t), [0, 250, 500, 750, 1000]);
    assert.deepEqual(frames.map(({ data }) => Math.round(data[0]!)), [20, 29, 37, 46, 54]);
    assert.ok(frames.every(({ data }) => data[1] === 30));
    assert.equal((await all(interpolateFrames(pair, { change: 0.001, steps: 7 }))).length, 8);
    assert.equal((await all(interpolateFrames([pair[0]!, { ...pair[0]!, t: 10 }]))).length, 2);
  });

  it("another interpolator takes the place of the linear one", async () => {
    const asked: (readonly number[])[] = [];
    const recorder = { name: "recorder", between: (a: IntensityFrame, b: IntensityFrame, parts: readonly number[]) => (asked.push(parts), blend.between(a, b, parts)) };
    const own = await simulateEvents(interpolateFrames(bar(3), { interpolator: recorder, steps: 4 }), { preset: "ideal", seed: 1 }).table();
    const linear = await simulateEvents(interpolateFrames(bar(3), { steps: 4 }), { preset: "ideal", seed: 1 }).table();
    assert.deepEqual(asked, [[0.25, 0.5, 0.75], [0.25, 0.5, 0.75]]);
    assert.deepEqual(rows(own), rows(linear));
  });
});
