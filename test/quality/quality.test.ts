// Each measure on recordings of which it is known what is wrong with them.
import assert from "node:assert/strict";
import fc from "fast-check";
import { EventTable, type Frame, type TriggerColumns } from "../../src/events/index.js";
import { addNoise } from "../../src/filters/index.js";
import { powerSpectrum } from "../../src/quality/fourier.js";
import { LogHistogram } from "../../src/quality/histogram.js";
import { frameTimes, quality } from "../../src/quality/index.js";
import { expression, face as person, faceEvents, movingEdges, perform } from "../../src/simulate/index.js";
import { runs, tables } from "../events/random-table.js";

type Row = readonly [t: number, x: number, y: number, p: number];

function table(events: readonly Row[], width = 32, height = 24, sort = true): EventTable {
  const columns = {
    t: BigInt64Array.from(events, ([t]) => BigInt(t)),
    x: Uint16Array.from(events, ([, x]) => x),
    y: Uint16Array.from(events, ([, , y]) => y),
    p: Uint8Array.from(events, ([, , , p]) => p),
  };
  if (sort) return EventTable.from(columns, { sensor: { width, height }, sort });
  return new EventTable(columns, { sensor: { width, height }, origin: columns.t[0]!, triggers: none, provenance: { format: "made", assumptions: [] } });
}

const none: TriggerColumns = { t: new BigInt64Array(0), id: new Uint8Array(0), p: new Uint8Array(0) };
const smile = perform({ duration: "2s", movements: expression("happiness", { start: "500ms", hold: "700ms" }), seed: 7 });
const face = faceEvents(person({ seed: 7 }), smile, { width: 96, height: 64, model: "esim", seed: 7 });
/** A face under a lamp: every 10 ms a part of the pixels goes on and, half a period later, off. */
function underLamp(hertz: number, region: { x: number; y: number; width: number; height: number }): EventTable {
  const flicker: Row[] = [];
  for (let half = 0; half < 4 * hertz; half++) {
    for (let k = 0; k < 30; k++) {
      const t = Math.floor((half * 5e5) / hertz) + 13 * k;
      flicker.push([t, region.x + ((7 * k + half) % region.width), region.y + ((5 * k + 3 * half) % region.height), 1 - (half & 1)]);
    }
  }
  const own = Array.from({ length: face.length }, (_, i): Row => [Number(face.t[i]), face.x[i]!, face.y[i]!, face.p[i]!]);
  return table([...own, ...flicker], 96, 64);
}

describe("the quality of a recording", () => {
  it("finds nothing to warn of in a clean one but the clock of its rows", async () => {
    const edges = movingEdges({ duration: "1s", width: 160, height: 120, seed: 3 });
    const measured = await quality(edges);
    // 120 rows in 2 ms: events fall on every 16th or 17th microsecond.
    assert.deepEqual(measured.warnings.map((warning) => warning.slice(0, 32)), ["Times stand on a grid of 16 µs: "]);
    assert.equal(measured.events, edges.length);
    assert.ok(Math.abs(measured.rate.mean - edges.summary().rate) < 1);
    assert.equal(measured.times.backwardSteps, 0);
  });

  it("finds the frequency of a lamp, and where it shines", async () => {
    for (const hertz of [50, 100, 120]) {
      const region = { x: 48, y: 16, width: 24, height: 16 };
      const { flicker, warnings } = await quality(underLamp(hertz, region));
      assert.ok(flicker && Math.abs(flicker.frequency - hertz) < 0.5, `${flicker?.frequency} for ${hertz}`);
      assert.deepEqual(flicker.region, region);
      assert.ok(flicker.strength > 0.3);
      assert.match(warnings.join(" "), new RegExp(`flickers at ${hertz} Hz.*anti-flicker:low=`));
    }
    const { flicker } = await quality(face);
    assert.ok(flicker === undefined || flicker.strength < 0.15 || flicker.prominence < 60, JSON.stringify(flicker));
  });

  it("estimates the rate of noise that was added", async () => {
    // Nothing moves: all is noise, of which nearly none is near another by chance.
    const still = table([[0, 1, 1, 1], [5_000_000, 1, 1, 0]], 96, 64).pipe(addNoise({ rate: 1, seed: 2 }));
    const { noise, warnings } = await quality(still);
    assert.ok(Math.abs(noise.rate - 1) < 0.08, String(noise.rate));
    assert.ok(noise.isolated > 0.8);
    assert.match(warnings.join(" "), /background-activity/);
  });

  it("names hot pixels", async () => {
    const own = Array.from({ length: face.length }, (_, i): Row => [Number(face.t[i]), face.x[i]!, face.y[i]!, face.p[i]!]);
    const hot = Array.from({ length: 4000 }, (_, k): Row => [k * 500, 3, 60, k & 1]);
    const { pixels, warnings } = await quality(table([...own, ...hot], 96, 64));
    assert.deepEqual({ ...pixels.hot[0], events: 4000 }, { x: 3, y: 60, events: 4000 });
    assert.match(warnings.join(" "), /hot pixels/);
  });

  it("sees gaps, steps backward, lost wraps and grids of times", async () => {
    const steady = (from: number, count: number): Row[] => Array.from({ length: count }, (_, i) => [from + 10 * i, i % 32, i % 24, i & 1]);
    const gap = await quality(table([...steady(0, 20_000), ...steady(900_000, 20_000)]));
    assert.deepEqual(gap.times.longestGaps, [{ after: 199_990n, length: 700_010 }]);
    assert.match(gap.warnings.join(" "), /1 gap without events, the longest 700 ms/);
    assert.equal(gap.times.grain, 10);
    assert.match(gap.warnings.join(" "), /grid of 10 µs/);
    const backward = await quality(table([[5, 1, 1, 1], [3, 1, 1, 0], [9, 1, 1, 1]], 32, 24, false));
    assert.deepEqual([backward.times.backwardSteps, backward.times.largestBackward], [1, 2]);
    assert.match(backward.warnings.join(" "), /sort: true/);
    const wrapped = await quality(table([[2 ** 24 + 100, 1, 1, 1], [120, 1, 1, 0], [150, 1, 1, 1]], 32, 24, false));
    assert.match(wrapped.warnings.join(" "), /24-bit counter of EVT3/);
  });

  it("sees a link at its limit, and one polarity missing", async () => {
    const events: Row[] = [];
    for (let ms = 0; ms < 200; ms++) for (let k = 0; k < (ms >= 80 && ms < 120 ? 2000 : 100); k++) events.push([ms * 1000 + Math.floor((k * 1000) / 2000), k % 32, k % 24, 1]);
    const { warnings } = await quality(table(events));
    assert.match(warnings.join(" "), /at its limit/);
    assert.match(warnings.join(" "), /100 % of the events are on/);
  });

  it("is the same however the recording is cut", () =>
    fc.assert(
      fc.asyncProperty(tables, fc.array(fc.nat(80), { maxLength: 5 }), async (events, at) => {
        fc.pre(events.length > 0);
        const bounds = [0, ...at.map((index) => Math.min(index, events.length)).sort((a, b) => a - b), events.length];
        const pieces = bounds.slice(1).map((end, i) => events.slice(bounds[i]!, end)).filter(({ length }) => length > 0);
        assert.deepEqual(await quality(pieces), await quality(events));
      }),
      { ...runs, numRuns: 50 },
    ));

  it("shows itself, also without events", async () => {
    const shown = (await quality(face)) as unknown as Record<symbol, () => Record<string, string>>;
    const bundle = shown[Symbol.for("Jupyter.display")]!();
    assert.match(bundle["text/html"]!, /Quality/);
    assert.match(bundle["text/plain"]!, /noise/);
    assert.deepEqual((await quality([])).warnings, ["There are no events."]);
  });
});

describe("frames beside events", () => {
  const triggers = (times: readonly number[], p = 1): TriggerColumns => ({
    t: BigInt64Array.from(times, BigInt), id: new Uint8Array(times.length), p: new Uint8Array(times.length).fill(p),
  });

  it("fills in missing triggers and leaves out doubles, as OpenEB's synchroniser", () => {
    const measured = frameTimes(triggers([1000, 11_000, 11_200, 21_003, 51_000, 61_001]));
    assert.deepEqual(Array.from(measured.t, Number), [1000, 11_000, 21_003, 31_003, 41_003, 51_000, 61_001]);
    assert.deepEqual([measured.missing, measured.duplicated], [2, 1]);
    assert.deepEqual(Array.from(measured.seen), [1, 1, 1, 0, 0, 1, 1]);
    assert.ok(measured.jitter.largest < 4 && measured.jitter.rms > 0.5);
    assert.equal(frameTimes(triggers([1000, 11_000, 21_000]), { skip: 1 }).t[0], 11_000n);
    assert.throws(() => frameTimes(triggers([1000, 11_000], 0)), { tag: "TableError", message: /other edge/ });
    assert.equal(frameTimes(triggers([1000, 11_000], 0), { edge: "falling" }).t.length, 2);
  });

  it("finds the offset of frames by what moves", async () => {
    // Frames that change as much as there are events between them, but with times 40 ms too early.
    const frames: Frame[] = [];
    let level = 0;
    for (let k = 0; k < 60; k++) {
      const t = k * 33_333;
      level += k === 0 ? 0 : face.between(t - 33_333, t).length / 50;
      frames.push({ t: BigInt(t - 40_000), width: 2, height: 1, channels: 1, data: Uint16Array.of(level, level) });
    }
    const { alignment, warnings } = await quality(face, { frames });
    assert.ok(alignment?.motion);
    assert.ok(Math.abs(alignment.motion.offset - 40_000) < 5000, String(alignment.motion.offset));
    assert.ok(alignment.motion.correlation > 0.95);
    assert.equal(alignment.frames, 60);
    assert.match(warnings.join(" "), /about 40 ms apart: frames come too early|come too early/);
  });
});

describe("what the measures stand on", () => {
  it("powers of a spectrum are those of the definition", () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 16, maxLength: 16 }), (samples) => {
        const power = powerSpectrum(samples);
        for (let k = 0; k <= 8; k++) {
          const re = samples.reduce((sum, value, i) => sum + value * Math.cos((2 * Math.PI * k * i) / 16), 0);
          const im = samples.reduce((sum, value, i) => sum - value * Math.sin((2 * Math.PI * k * i) / 16), 0);
          assert.ok(Math.abs(power[k]! - (re * re + im * im)) < 1e-9);
        }
      }),
      runs,
    ));

  it("quantiles are right to an eighth", () =>
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 50 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (values, share) => {
        const histogram = new LogHistogram();
        for (const value of values) histogram.add(value);
        const exact = values.toSorted((a, b) => a - b)[Math.floor(share * values.length)]!;
        const told = histogram.quantile(share)!;
        assert.ok(Math.abs(told - exact) <= exact / 8 + 0.5, `${told} for ${exact}`);
      }),
      runs,
    ));
});
