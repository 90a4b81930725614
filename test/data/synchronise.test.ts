import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { affineFromBoxes, pictureTimes, pictureWindows, publishedWindows, toEvents, wallClock } from "../../src/data/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { goldens } from "./folders.js";

const golden = `${goldens}/facemorphic_sync_golden.json`;
interface Case {
  readonly name: string;
  readonly frame_names: readonly string[];
  readonly relative_us: readonly number[];
  readonly stream_ms: number;
  readonly accumulated_frames: readonly { readonly file_index: number; readonly first_ms: number; readonly last_ms: number }[];
}

describe("synchronisation by the time of day", () => {
  it("is that of the published converter, picture by picture", function () {
    if (!existsSync(golden)) this.skip();
    const { cases } = JSON.parse(readFileSync(golden, "utf8")) as { cases: readonly Case[] };
    assert.equal(cases.length, 4);
    for (const { name, frame_names, relative_us, stream_ms, accumulated_frames } of cases) {
      const times = pictureTimes(frame_names);
      assert.deepEqual(times.map(Number), relative_us, name);
      const windows = publishedWindows(times, BigInt(1000 * stream_ms));
      assert.deepEqual(windows.map(({ fileIndex, from, to }) => ({ file_index: fileIndex, first_ms: Number(from) / 1000, last_ms: Number(to) / 1000 - 1 })), accumulated_frames, name);
    }
  });

  it("reads names, and refuses those without a time", () => {
    assert.equal(wallClock("frame_12_00:01:02.000003.jpg"), 62_000_003);
    assert.equal(wallClock("frame_0_23:59:59.5.png"), 86_399_500_000);
    assert.equal(wallClock("frame_0_10:00:00.jpg"), 36_000_000_000);
    for (const name of ["frame_12.jpg", "frame_1_25:00:00.000000.jpg", "frame_1_1:2:3.jpg", ""]) assert.throws(() => wallClock(name), (error) => isEvtlabError(error, "DataError"), name);
  });

  it("goes on over midnight, and refuses a clock that was set back", () => {
    const over = pictureTimes(["frame_0_23:59:59.980000.jpg", "frame_1_00:00:00.010000.jpg", "frame_2_00:00:00.040000.jpg"]);
    assert.deepEqual(over.map(Number), [30_000, 60_000, 90_000]);
    assert.throws(() => pictureTimes(["frame_0_10:00:01.000000.jpg", "frame_1_10:00:00.000000.jpg"]), (error) => isEvtlabError(error, "DataError") && error.file === "frame_1_10:00:00.000000.jpg");
    assert.throws(() => pictureTimes(["frame_0_10:00:01.000000.jpg"]), (error) => isEvtlabError(error, "DataError"));
  });

  it("windows follow each other without a gap and end at their pictures", () => {
    const windows = pictureWindows([33_340n, 66_740n, 99_840n]);
    assert.deepEqual(windows, [{ from: 0n, to: 33_340n }, { from: 33_340n, to: 66_740n }, { from: 66_740n, to: 99_840n }]);
  });
});

describe("the similarity between boxes", () => {
  const box = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 500 }), width: fc.integer({ min: 20, max: 400 }), height: fc.integer({ min: 20, max: 400 }) });

  it("gives back the one that made the boxes", () => {
    fc.assert(
      fc.property(fc.array(box, { minLength: 1, maxLength: 5 }), fc.double({ min: 0.2, max: 3, noNaN: true }), fc.integer({ min: -300, max: 300 }), fc.integer({ min: -300, max: 300 }), (boxes, scale, x, y) => {
        const truth = { scale, x, y, residual: 0 };
        const found = affineFromBoxes(boxes.map((picture) => ({ picture, events: toEvents(truth, picture) })));
        for (const field of ["scale", "x", "y", "residual"] as const) assert.ok(Math.abs(found[field] - truth[field]) < 1e-6, field);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it("says how far boxes of unequal shape are off, and refuses none and empty ones", () => {
    const off = affineFromBoxes([{ picture: { x: 0, y: 0, width: 10, height: 10 }, events: { x: 0, y: 0, width: 20, height: 10 } }]);
    assert.ok(Math.abs(off.scale - 1.5) < 1e-12 && off.residual > 3);
    assert.throws(() => affineFromBoxes([]), (error) => isEvtlabError(error, "OptionError"));
    assert.throws(() => affineFromBoxes([{ picture: { x: 0, y: 0, width: 0, height: 10 }, events: { x: 0, y: 0, width: 20, height: 10 } }]), (error) => isEvtlabError(error, "OptionError"));
  });
});
