import assert from "node:assert/strict";
import fc from "fast-check";
import { isEvtlabError } from "../../src/errors.js";
import { disorder, type Duration, type EventTable } from "../../src/events/index.js";
import { EventSimulator, simulateEvents, type IntensityFrame, type SimulateOptions, type V2eOptions } from "../../src/simulate/index.js";
import { linLog } from "../../src/simulate/v2e.definition.js";
import { uniformNumbers } from "../../src/simulate/random.js";
import { digest, rows } from "../events/random-table.js";
import { bar, goldenClip } from "./bar.js";

const table = (frames: Iterable<IntensityFrame>, options: SimulateOptions): Promise<EventTable> => simulateEvents(frames, options).table();

describe("simulate: the pixel of v2e", () => {
  for (const device of ["wasm", "cpu"] as const) {
    it(`${device}: equals v2e's emulator event for event`, async function () {
      const clip = goldenClip();
      if (clip === undefined) return this.skip();
      const { frames, tensors } = clip;
      const events = await table(frames, { preset: "ideal", seed: 1, device });
      for (const column of ["t", "x", "y", "p"] as const) assert.deepEqual(events[column], tensors.get(`v2e.${column}`)!.data, column);
      assert.deepEqual(events.sensor, { width: 32, height: 24 });
      assert.equal(events.origin, 0n);
    });
  }

  it("the kernel equals the definition with every part of the model on, bytes and floats", async () => {
    const options: fc.Arbitrary<SimulateOptions> = fc.record({
      preset: fc.constantFrom("ideal", "clean", "default", "noisy"),
      threshold: fc.constantFrom(0.2, 0.05, { on: 0.3, off: 0.1 }),
      thresholdSpread: fc.constantFrom(0, 0.03),
      cutoff: fc.constantFrom(0, 5, 300),
      leakRate: fc.constantFrom(0, 0.01, 20),
      shotNoiseRate: fc.constantFrom(0, 0.5, 60),
      refractory: fc.constantFrom<Duration>(0, 100, "2ms", "30ms"),
      seed: fc.integer({ min: -5, max: 2 ** 31 }),
    });
    await fc.assert(
      fc.asyncProperty(options, fc.boolean(), async (options, bytes) => {
        const frames = bar(6).map((frame) => (bytes ? { ...frame, t: BigInt(frame.t), channels: 1 as const, data: Uint8Array.from(frame.data) } : frame));
        const [kernel, definition] = await Promise.all(
          (["wasm", "cpu"] as const).map((device) => simulateEvents(frames, { ...options, device }).table()),
        );
        assert.deepEqual(rows(kernel!), rows(definition!));
        assert.equal(disorder(kernel!.t).stepsBack, 0);
      }),
      { seed: 20, numRuns: 60 },
    );
  });

  it("v2e's floor: that of the exact quotient, not of the rounded one as floor(x / θ) in floats has it", async () => {
    const random = uniformNumbers(4);
    const [width, height] = [64, 64];
    const frames = Array.from({ length: 12 }, (_, n) => ({ t: 1000 * n, width, height, data: Float32Array.from({ length: 4096 }, () => Math.floor(256 * random())) }));
    const f = Math.fround;
    const threshold = f(0.2);
    /** Events of all pixels, the rounding of the quotient aside. */
    const count = (quotient: (change: number) => number): number => {
      const reference = frames[0]!.data.map(linLog);
      let events = 0;
      for (const { data } of frames.slice(1)) {
        for (let i = 0; i < reference.length; i++) {
          const change = f(linLog(data[i]!) - reference[i]!);
          const n = Math.floor(quotient(Math.abs(change)));
          reference[i] = f(reference[i]! + Math.sign(change) * f(n * threshold));
          events += n;
        }
      }
      return events;
    };
    const [exact, rounded] = [count((change) => change / threshold), count((change) => f(change / threshold))];
    assert.ok(rounded > exact, `${rounded} and ${exact} events`);
    assert.equal((await table(frames, { preset: "ideal", seed: 1 })).length, exact);
  });

  it("same seed, same bytes; another seed, other noise", async () => {
    const events = (seed: number): Promise<EventTable> => table(bar(8), { preset: "noisy", seed });
    assert.equal(digest(await events(3)), digest(await events(3)));
    assert.notEqual(digest(await events(3)), digest(await events(4)));
  });

  it("seeds that differ by a bit make other noise, not the same in other pixels", async () => {
    const dark = [0, 1, 2, 3].map((n) => ({ t: 50_000 * n, width: 64, height: 64, data: new Float32Array(4096) }));
    const counts = await Promise.all([2, 3, 4, 5, 6].map(async (seed) => (await table(dark, { preset: "ideal", shotNoiseRate: 5, seed })).length));
    assert.ok(new Set(counts).size >= 4, String(counts));
  });

  it("times are whole microseconds in order, from behind the first frame to the last", async () => {
    const { t } = await table(bar(8), { preset: "noisy", seed: 1 });
    assert.equal(disorder(t).stepsBack, 0);
    assert.ok(t[0]! > 1000n && t[t.length - 1]! <= 71_000n);
  });

  it("a camera that is pushed frame by frame gives what the stream gives, and does not hold what it gave", async () => {
    const options = { preset: "default", seed: 5 } as const;
    const camera = new EventSimulator({ width: 45, height: 19 }, options);
    const parts = bar(6).flatMap((frame) => [...camera.push(frame), camera.flush()]);
    assert.equal(camera.pending, 0);
    assert.equal(parts.length, 6);
    assert.deepEqual(parts.flatMap(rows), rows(await table(bar(6), options)));
  });

  it("hands out batches when a step makes more events than one holds", async () => {
    const flash = [0, 255, 0, 255].map((level, n) => ({ t: 1000 * n, width: 100, height: 80, data: new Float32Array(8000).fill(level) }));
    const options = { preset: "ideal", threshold: 0.1, seed: 1 } as const;
    const sizes: number[] = [];
    for await (const batch of simulateEvents(flash, options)) sizes.push(batch.length);
    assert.ok(sizes.length >= 10 && Math.max(...sizes) <= 65536, String(sizes));
    const [whole, definition] = [await table(flash, options), await table(flash, { ...options, device: "cpu" })];
    assert.equal(whole.length, sizes.reduce((sum, size) => sum + size));
    for (const column of ["t", "x", "y", "p"] as const) assert.deepEqual(whole[column], definition[column], column);
  });

  it("noise comes at the rates asked for", async () => {
    const still = Array.from({ length: 101 }, (_, n) => ({ t: 10_000 * n, width: 80, height: 60, data: new Float32Array(4800) }));
    const rate = async (options: Omit<V2eOptions, "seed">): Promise<{ rate: number; on: number }> => {
      const events = await table(still, { ...options, preset: "ideal", seed: 9 });
      return { rate: events.length / 4800, on: events.summary().on / events.length };
    };
    const shot = await rate({ shotNoiseRate: 5 });
    assert.ok(Math.abs(shot.rate - 5 * (1 - (0.75 * 20) / 275)) < 0.1, `shot ${shot.rate}`);
    assert.ok(Math.abs(shot.on - 0.5) < 0.015, `on share ${shot.on}`);
    // A pixel that leaks n times has room for half a threshold more, on average.
    const leak = await rate({ leakRate: 10, leakJitter: 0.1 });
    assert.ok(Math.abs(leak.rate - 9.5) < 0.1 && leak.on === 1, `leak ${leak.rate}`);
  });

  it("steps of 50 µs do not swallow the leak", async () => {
    const still = Array.from({ length: 20_001 }, (_, n) => ({ t: 50 * n, width: 8, height: 8, data: new Float32Array(64).fill(240) }));
    const events = await table(still, { preset: "ideal", leakRate: 5, seed: 1 });
    assert.ok(Math.abs(events.length / 64 - 4.5) < 0.6, `${events.length / 64} events a pixel in a second`);
  });

  it("leak makes no burst and no bias: pixels leak at rates of their own, and begin at rest", async () => {
    const still = Array.from({ length: 201 }, (_, n) => ({ t: 10_000 * n, width: 64, height: 64, data: new Float32Array(4096).fill(100) }));
    const { t } = await table(still, { preset: "ideal", leakRate: 1, leakJitter: 0.1, seed: 1 });
    const perStep = new Map<bigint, number>();
    for (const time of t) perStep.set(time, (perStep.get(time) ?? 0) + 1);
    assert.ok(Math.max(...perStep.values()) < 4096 / 20, "no step has the leak events of all pixels");
    const [leaking, ideal] = [await table(bar(3), { preset: "ideal", leakRate: 0.01, seed: 1 }), await table(bar(3), { preset: "ideal", seed: 1 })];
    assert.ok(Math.abs(leaking.length - ideal.length) < 0.01 * ideal.length, `${leaking.length} and ${ideal.length} events`);
  });

  it("refuses what is no sequence of pictures, with a sentence", async () => {
    const refuses = async (frames: readonly IntensityFrame[], options: object, tag: "TableError" | "OptionError", text: RegExp): Promise<void> =>
      assert.rejects(async () => table(frames, { seed: 1, ...options } as SimulateOptions), (error) => isEvtlabError(error, tag) && text.test(error.message));
    const [first, second] = bar(2) as [IntensityFrame, IntensityFrame];
    await refuses([], {}, "OptionError", /at least one frame/);
    await refuses([second, first], {}, "TableError", /a time after 11000 µs.*got 1000 µs/);
    await refuses([first, first], {}, "TableError", /each once/);
    await refuses([first, { ...second, width: 19, height: 45 }], {}, "TableError", /45 × 19 pixels, as of the sensor/);
    await refuses([first, { ...second, width: 46 }], {}, "TableError", /values/);
    await refuses([first, { ...second, data: second.data.map((v, i) => (i === 7 ? NaN : v)) }], {}, "TableError", /NaN at pixel 7/);
    await refuses([first, { ...second, data: second.data.map((v, i) => (i === 9 ? -1 : v)) }], { device: "cpu" }, "TableError", /-1 at pixel 9/);
    await refuses(bar(2), { treshold: 0.2 }, "OptionError", /treshold/);
    await refuses(bar(2), { threshold: 0 }, "OptionError", /from 0.01 to 10/);
    await refuses(bar(2), { preset: "bright" }, "OptionError", /one of ideal, clean/);
    await refuses(bar(2), { seed: undefined }, "OptionError", /seed/);
  });
});
