/** Faults that other tools have, or had: named after them, so that nobody reproduces one here unasked. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { EventTable } from "../../src/events/table.js";
import {
  build, eventFrames, evRep, latestPolarityStack, mixedDensityStack, publishedBinary, publishedBinaryValues, stackedHistogram,
  temporalBinary, tencode, tore, voxelGrid,
} from "../../src/represent/index.js";

/** One row of four pixels; time, x and polarity of each event. */
function row(...events: readonly (readonly [t: number, x: number, p: number])[]): EventTable {
  return EventTable.from(
    {
      t: BigInt64Array.from(events, ([t]) => BigInt(t)),
      x: Uint16Array.from(events, ([, x]) => x),
      y: new Uint16Array(events.length),
      p: Uint8Array.from(events, ([, , p]) => p),
    },
    { sensor: { width: 4, height: 1 } },
  );
}

describe("represent: faults of peers", () => {
  it("tonic: off events are negative in a voxel grid (with boolean polarity it counts them positive)", async () => {
    const grid = await build(row([0, 0, 0], [10, 1, 1]), voxelGrid({ bins: 1 }));
    assert.deepEqual([...grid.data], [-1, 1, 0, 0]);
  });
  it("tonic: one bin of frames holds every event (ToFrame(n_time_bins=1) drops the last), unless asked to drop", async () => {
    const events = row([0, 0, 1], [10, 1, 1], [20, 2, 0], [30, 3, 1]);
    const total = (data: Uint32Array) => data.reduce((sum, count) => sum + count);
    assert.equal(total((await build(events, eventFrames({ bins: 1 }))).data), 4);
    assert.equal(total((await build(events, eventFrames({ bins: 1, remainder: "drop" }))).data), 3);
  });
  it("tonic: building a voxel grid leaves polarities as they were", async () => {
    const events = row([0, 0, 0], [10, 1, 1]);
    const digest = () => createHash("sha256").update(events.p).digest("hex");
    const before = digest();
    for (const device of ["cpu", "wasm"] as const) await build(events, voxelGrid({ bins: 5, convention: "tonic" }), { device });
    assert.equal(digest(), before);
  });
  it("eventcv: without a window a grid spans all events, however long (it takes 30 ms)", async () => {
    const events = row([0, 0, 1], [1_000_000, 1, 1]);
    assert.equal((await build(events, voxelGrid({ bins: 5 }))).channel("bin 4")[1], 1);
    assert.deepEqual([...(await build(events, tencode())).data.subarray(0, 6)], [255, 255, 0, 255, 0, 0]);
  });
  it("evlib: a mixed-density stack has windows that halve (it has a sum and a count)", async () => {
    const events = row([0, 0, 1], [300, 1, 1], [768, 2, 1], [1024, 3, 1]);
    const grid = await build(events, mixedDensityStack({ bins: 4 }));
    // Bin b holds all events of the first 2^(b − 3) of the time.
    assert.deepEqual([...grid.data], [1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const latest = await build(events, latestPolarityStack({ bins: 3 }));
    assert.deepEqual([...latest.data], [1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1]);
  });
  it("EvRep: times between events of one pixel alone (its published code goes on to the next pixel), unless asked", async () => {
    const events = row([0, 0, 1], [10, 0, 1], [30, 0, 1], [100, 1, 1], [200, 1, 1]);
    // Pixel 0 has intervals 10 and 20, pixel 1 has 100 alone.
    const deviation = Array.from((await build(events, evRep())).channel("deviation"), (value) => value);
    assert.deepEqual(deviation, [5, 0, 0, 0]);
    const published = (await build(events, evRep({ intervals: "published" }))).channel("deviation");
    // Pixel 0: 0, 10, 20; pixel 1: 100 − 30, 100.
    assert.ok(Math.abs(published[0]! - Math.sqrt(200 / 3)) < 1e-5 && Math.abs(published[1]! - 15) < 1e-5, String(published));
  });
  it("RVT: a cell never wraps (its fast mode starts again after 255), unless asked", async () => {
    const events = row(...Array.from({ length: 260 }, () => [0, 0, 1] as const));
    for (const device of ["cpu", "wasm"] as const) {
      assert.equal((await build(events, stackedHistogram({ bins: 1, cutoff: 255 }), { device })).channel("on bin 0")[0], 255);
      assert.equal((await build(events, stackedHistogram({ bins: 1, cutoff: 255, overflow: "wrap" }), { device })).channel("on bin 0")[0], 4);
    }
  });

  it("tonic: frames keep the polarities apart (ToFrame adds them up, unsaid, for a sensor size with one polarity)", async () => {
    const events = row([0, 0, 0], [1, 0, 1], [2, 0, 1], [10, 1, 1]);
    const grid = await build(events, eventFrames({ bins: 1 }));
    assert.deepEqual([...grid.data], [1, 2, 0, 1, 0, 0, 0, 0]);
  });
  it("TORE's Python port: ages grow to 5 s, as in the authors' code (there to 500 s)", async () => {
    const events = row([0, 0, 1], [1_000_000, 1, 1], [20_000_000, 2, 1]);
    for (const device of ["cpu", "wasm"] as const) {
      const newest = (await build(events, tore(), { device })).channel("on 0");
      const oldest = Math.log(5_000_001) - Math.log(151);
      // Pixel 3 has no event; those of 19 and 20 s before count as none.
      for (const pixel of [0, 1, 3]) assert.ok(Math.abs(newest[pixel]! - oldest) < 1e-5, `${device}, pixel ${pixel}: ${newest[pixel]}`);
      assert.equal(newest[2], 0);
    }
  });
  it("rgb_event_recorder: a pixel that fired in every bin is 1 (it divides by 2^(N−1), which makes 255/128)", async () => {
    const always = row(...Array.from({ length: 8 }, (_, i) => [i * 4000 + 1, 0, 1] as const));
    const grid = await build(always, temporalBinary(), { window: { from: 0n, to: 32_000n } });
    assert.equal(grid.data[0], 255, "bytes, of which 255 is 1");
  });

  describe("Facemorphic: the drift of its incremental TBR", () => {
    const file = "../shared/data/goldens/facemorphic_tbr_golden.json";
    const golden = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as { sequences: Record<string, { bits: number[]; published_f64: number[] }> })
      : undefined;
    before(function () {
      if (!golden) {
        console.log(`      skipped: ${file} is missing`);
        this.skip();
      }
    });
    it("is reproduced to the bit where it is asked for", () => {
      for (const [name, { bits, published_f64 }] of Object.entries(golden!.sequences)) {
        assert.deepEqual(publishedBinaryValues(bits), published_f64, name);
      }
    });
    it("is reproduced by the representation, and absent from the default", async () => {
      for (const [name, { bits, published_f64 }] of Object.entries(golden!.sequences)) {
        const fired = bits.flatMap((bit, i) => (bit ? [[i * 5000 + 7, 2, 1] as const] : []));
        if (fired.length === 0) continue;
        const window = { from: 0n, to: BigInt(bits.length * 5000) };
        const published = await build(row(...fired), publishedBinary(), { window });
        assert.equal(published.channel(0)[2], Math.max(0, Math.min(255, Math.round(255 * published_f64.at(-1)!))), name);
        const lastEight = { from: BigInt((bits.length - 8) * 5000), to: window.to };
        const exact = await build(row(...fired), temporalBinary({ dt: "5ms" }), { window: lastEight });
        assert.equal(exact.channel(0)[2], bits.slice(-8).reduce((sum, bit, i) => sum + bit * 2 ** i, 0), name);
      }
    });
  });
});
