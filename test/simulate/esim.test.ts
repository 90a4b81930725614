import assert from "node:assert/strict";
import fc from "fast-check";
import { isEvtlabError } from "../../src/errors.js";
import { disorder, type Duration, type EventTable } from "../../src/events/index.js";
import { crossings, esimLog } from "../../src/simulate/esim.definition.js";
import { simulateEvents, type EsimOptions, type IntensityFrame, type PixelOptions } from "../../src/simulate/index.js";
import { uniformNumbers } from "../../src/simulate/random.js";
import { digest, rows } from "../events/random-table.js";
import { bar, goldenClip } from "./bar.js";

const table = (frames: Iterable<IntensityFrame>, options: PixelOptions): Promise<EventTable> => simulateEvents(frames, options).table();

describe("simulate: the pixel of ESIM", () => {
  it("times equal the golden ones within 1e-6 µs before they are rounded", function () {
    const clip = goldenClip();
    if (clip === undefined) return this.skip();
    const { frames, tensors } = clip;
    const events: { t: number; x: number; y: number; p: number }[] = [];
    const reference = Float64Array.from(frames[0]!.data, (light) => esimLog(light, 0.001));
    let before = reference.slice();
    for (let n = 1; n < frames.length; n++) {
      const { data, width, t } = frames[n]!;
      const now = Float64Array.from(data, (light) => esimLog(light, 0.001));
      for (let i = 0; i < now.length; i++) {
        const found = crossings(before[i]!, now[i]!, reference[i]!, { on: 0.2, off: 0.2 }, t - frames[n - 1]!.t);
        reference[i] = found.reference;
        for (let k = 1; k <= found.count; k++) {
          events.push({ t: frames[n - 1]!.t + (found.first + k * found.distance), x: i % width, y: Math.floor(i / width), p: found.on ? 1 : 0 });
        }
      }
      before = now;
    }
    events.sort((a, b) => a.t - b.t || a.y - b.y || a.x - b.x);
    const [times, x, y, p] = ["t_us", "x", "y", "p"].map((name) => tensors.get(`esim.${name}`)!.data as Float64Array) as [Float64Array, Float64Array, Float64Array, Float64Array];
    assert.equal(events.length, times.length);
    assert.ok(events.every((event, i) => Math.abs(event.t - times[i]!) <= 1e-6 && event.x === x[i] && event.y === y[i] && event.p === p[i]));
  });

  for (const device of ["wasm", "cpu"] as const) {
    it(`${device}: equals the golden events at whole microseconds`, async function () {
      const clip = goldenClip();
      if (clip === undefined) return this.skip();
      const [t, x, y, p] = ["t_us", "x", "y", "p"].map((name) => clip.tensors.get(`esim.${name}`)!.data as Float64Array);
      const expected = Array.from(t!, (time, i) => ({ t: Math.floor(time + 0.5), x: x![i]!, y: y![i]!, p: p![i]! }));
      expected.sort((a, b) => a.t - b.t || a.y - b.y || a.x - b.x);
      const events = await table(clip.frames, { model: "esim", threshold: 0.2, seed: 1, device });
      assert.deepEqual(rows(events), expected.map((event) => `${event.t} ${event.x} ${event.y} ${event.p}`));
    });
  }

  it("the kernel equals the definition, bytes and floats, in steps from a microsecond to a second", async () => {
    const options: fc.Arbitrary<EsimOptions> = fc.record({
      model: fc.constant("esim" as const),
      threshold: fc.constantFrom(0.2, 0.05, { on: 0.3, off: 0.1 }),
      thresholdSpread: fc.constantFrom(0, 0.03),
      dark: fc.constantFrom(0.001, 0.1),
      refractory: fc.constantFrom<Duration>(0, 100, "2ms", "30ms"),
      seed: fc.integer({ min: -5, max: 2 ** 31 }),
    });
    await fc.assert(
      fc.asyncProperty(options, fc.boolean(), fc.constantFrom(0.0001, 0.01, 0.7321, 1, 20, 100), async (options, bytes, pace) => {
        const frames = bar(6).map((frame) => {
          const t = frame.t * pace;
          return bytes ? { ...frame, t: BigInt(Math.round(frame.t * Math.max(pace, 0.001))), channels: 1 as const, data: Uint8Array.from(frame.data) } : { ...frame, t };
        });
        const [kernel, definition] = await Promise.all((["wasm", "cpu"] as const).map((device) => simulateEvents(frames, { ...options, device }).table()));
        assert.deepEqual(rows(kernel!), rows(definition!));
        assert.equal(disorder(kernel!.t).stepsBack, 0);
      }),
      { seed: 20, numRuns: 60 },
    );
  });

  it("more events in one microsecond than a batch holds still come, in order", async () => {
    const flash = [0, 255, 0].map((level, n) => ({ t: n, width: 60, height: 50, data: new Float32Array(3000).fill(level) }));
    const options = { model: "esim", threshold: 0.05, seed: 1 } as const;
    const sizes: number[] = [];
    for await (const batch of simulateEvents(flash, options)) sizes.push(batch.length);
    assert.ok(sizes.length > 10 && sizes.every((size) => size <= 65536), String(sizes));
    const [whole, definition] = [await table(flash, options), await table(flash, { ...options, device: "cpu" })];
    for (const column of ["t", "x", "y", "p"] as const) assert.deepEqual(whole[column], definition[column], column);
  });

  it("evlib's ESIM gives all events of a step the time of the frame: here they are interpolated", async () => {
    const ramp = [10, 200].map((level, n) => ({ t: 10_000 * n, width: 1, height: 1, data: Float32Array.of(level) }));
    const { t } = await table(ramp, { model: "esim", threshold: 0.5, seed: 1 });
    assert.equal(t.length, 5);
    assert.equal(new Set(t).size, 5);
    const gaps = Array.from(t.subarray(1), (time, i) => Number(time - t[i]!));
    assert.ok(Math.max(...gaps) - Math.min(...gaps) <= 1, "evenly, for the line is straight");
    assert.ok(t[4]! < 10_000n);
  });

  it("a pixel that comes back to its old light gives all of its events back", async () => {
    const random = uniformNumbers(3);
    const [bright, dark] = [0, 1].map(() => Float32Array.from({ length: 4096 }, () => Math.floor(256 * random())));
    const there = [bright!, dark!, bright!, dark!, bright!].map((data, n) => ({ t: 1000 * n, width: 64, height: 64, data }));
    const events = await table(there, { model: "esim", seed: 1 });
    assert.equal(2 * events.summary().on, events.length);
  });

  it("a refractory period drops events, and the reference moves all the same", async () => {
    const frames = bar(10);
    const [all, few] = await Promise.all([0, "3ms" as const].map((refractory) => table(frames, { model: "esim", refractory, seed: 1 })));
    const known = new Set(rows(all!));
    assert.ok(few!.length < all!.length && rows(few!).every((row) => known.has(row)));
    const last = new Map<number, bigint>();
    for (let i = 0; i < few!.length; i++) {
      const pixel = few!.y[i]! * 100 + few!.x[i]!;
      assert.ok(few!.t[i]! - (last.get(pixel) ?? -10_000n) >= 2999n);
      last.set(pixel, few!.t[i]!);
    }
  });

  it("thresholds that differ follow from the seed", async () => {
    const events = (seed: number): Promise<EventTable> => table(bar(5), { model: "esim", thresholdSpread: 0.05, seed });
    assert.equal(digest(await events(3)), digest(await events(3)));
    assert.notEqual(digest(await events(3)), digest(await events(4)));
  });

  it("refuses options of the other model", () => {
    assert.throws(() => simulateEvents(bar(2), { model: "esim", cutoff: 30, seed: 1 } as never), (error) => isEvtlabError(error, "OptionError") && /esim.*cutoff/.test(error.message));
    assert.throws(() => simulateEvents(bar(2), { model: "dvs", seed: 1 } as never), (error) => isEvtlabError(error, "OptionError") && /v2e or esim/.test(error.message));
  });
});
