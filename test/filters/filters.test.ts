// What each filter does, on small examples and against its definition.
import assert from "node:assert/strict";
import fc from "fast-check";
import { EventTable, type EventFilter } from "../../src/events/index.js";
import {
  addNoise, antiFlicker, backgroundActivity, dropArea, dropEvents, dropPixels, dropTime, filters, flip, flipPolarity, hotPixels, limitRate, maskPixels,
  parseFilter, polarity, refractoryPeriod, region, resize, reverseTime, sometimes, spaceJitter, timeJitter, timeSkew,
} from "../../src/filters/index.js";
import { smile } from "../simulate/smile.js";
import { digest, rows, runs, tables, triggerRows } from "../events/random-table.js";

type Row = readonly [t: number, x: number, y: number, p: number];

function table(events: readonly Row[], width = 16, height = 12): EventTable {
  return EventTable.from(
    {
      t: BigInt64Array.from(events, ([t]) => BigInt(t)),
      x: Uint16Array.from(events, ([, x]) => x),
      y: Uint16Array.from(events, ([, , y]) => y),
      p: Uint8Array.from(events, ([, , , p]) => p),
    },
    { sensor: { width, height } },
  );
}

const times = (events: EventTable): number[] => Array.from(events.t, Number);

describe("background activity", () => {
  const noisy = table([[100, 5, 5, 1], [104, 6, 6, 0], [110, 5, 5, 1], [300, 9, 9, 1], [301, 9, 9, 1]]);

  it("keeps what a neighbour supports, strictly within the time", () => {
    assert.deepEqual(times(noisy.pipe(backgroundActivity({ within: 5 }))), [104]);
    assert.deepEqual(times(noisy.pipe(backgroundActivity({ within: 6 }))), [104]);
    assert.deepEqual(times(noisy.pipe(backgroundActivity({ within: 7 }))), [104, 110]);
    assert.deepEqual(times(noisy.pipe(backgroundActivity({ within: 7, neighbours: 4 }))), []);
    assert.deepEqual(times(noisy.pipe(backgroundActivity({ within: 7, polarity: "same" }))), []);
  });

  it("does not let a pixel support itself", () => {
    assert.equal(noisy.slice(3).pipe(backgroundActivity({ within: "1s" })).length, 0);
  });

  // tonic's Denoise begins with a memory in which every pixel has fired at time 0.
  it("drops early noise, which tonic's Denoise lets pass, unless asked to pass it", () => {
    const early = table([[0, 2, 2, 1], [3, 12, 9, 0], [9, 7, 1, 1], [10, 3, 9, 1]]);
    assert.equal(early.pipe(backgroundActivity({ within: 10, neighbours: 4 })).length, 0);
    assert.deepEqual(times(early.pipe(backgroundActivity({ within: 10, neighbours: 4, startUp: "pass" }))), [0, 3, 9]);
  });

  it("has a kernel that agrees with its definition", () =>
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 60 }), fc.constantFrom<4 | 8>(4, 8), fc.integer({ min: 1, max: 3 }), fc.constantFrom<"any" | "same">("any", "same"), (events, within, neighbours, support, polarity) => {
        const options = { within, neighbours, support, polarity } as const;
        assert.deepEqual(rows(events.pipe(backgroundActivity(options))), rows(events.pipe(backgroundActivity({ ...options, device: "cpu" }))));
      }),
      runs,
    ));
});

describe("refractory period", () => {
  // A pixel every 6 µs with a rest of 10 µs: every second event of a camera, one event where each event restarts the rest.
  const steady = table(Array.from({ length: 6 }, (_, i) => [i * 6, 3, 3, i & 1] as const));

  it("rests after events that were kept; tonic's rule silences a pixel that always fires faster", () => {
    assert.deepEqual(times(steady.pipe(refractoryPeriod({ period: 10 }))), [0, 12, 24]);
    assert.deepEqual(times(steady.pipe(refractoryPeriod({ period: 10, after: "any" }))), [0]);
  });

  it("keeps the event at time 0, which tonic's refractory_period drops, and the one at exactly the period", () => {
    assert.deepEqual(times(table([[0, 1, 1, 1], [10, 1, 1, 1], [19, 1, 1, 1]]).pipe(refractoryPeriod({ period: 10 }))), [0, 10]);
  });

  it("may keep the polarities apart", () => {
    assert.deepEqual(times(steady.pipe(refractoryPeriod({ period: 10, polarity: "same" }))), times(steady));
  });
});

describe("resize", () => {
  // tonic #298: EventDownsampling gives on events only.
  it("gives both polarities, which tonic's EventDownsampling does not", () => {
    const face = smile({ duration: "200ms", width: 64, height: 48, seed: 3 });
    for (const rule of ["every", "luminance"] as const) {
      const small = face.pipe(resize({ width: 16, height: 12, rule })).summary();
      assert.ok(small.on > 0 && small.off > 0);
      const share = face.summary().on / face.length;
      assert.ok(Math.abs(small.on / small.events - share) < 0.1, `${rule}: ${small.on} of ${small.events} on, ${share} before`);
    }
  });

  it("every: keeps all events, where their pixel went", () => {
    assert.deepEqual(rows(table([[1, 15, 11, 1], [2, 4, 5, 0]]).pipe(resize({ width: 5, height: 4 }))), ["1 4 3 1", "2 1 1 0"]);
  });

  it("luminance: fires when as many more went one way as there are pixels", () => {
    const block = [[1, 0, 0, 1], [2, 1, 0, 1], [3, 0, 1, 0], [4, 1, 1, 1], [5, 0, 0, 1], [6, 0, 0, 1], [7, 0, 0, 1]] as const;
    assert.deepEqual(rows(table(block).pipe(resize({ width: 8, height: 6, rule: "luminance" }))), ["6 0 0 1"]);
    assert.throws(() => table(block).pipe(resize({ width: 17, height: 6 })), { tag: "OptionError" });
  });
});

describe("dropping", () => {
  const face = smile({ duration: "400ms", width: 64, height: 48, seed: 3 });

  // tonic's drop transforms work on the array that they are given.
  it("leaves its input alone, which tonic's drop transforms do not, and is the same for the same seed", () => {
    const before = digest(face);
    const makers: ((seed: number) => EventFilter)[] = [
      (seed) => dropEvents({ probability: 0.3, seed }),
      (seed) => dropTime({ gap: "5ms", every: "20ms", seed }),
      (seed) => dropArea({ share: 0.5, seed }),
      (seed) => dropPixels({ share: 0.3, seed }),
      (seed) => spaceJitter({ sigma: 1, seed }),
      (seed) => timeJitter({ sigma: 50, seed }),
      (seed) => addNoise({ rate: 5, seed }),
    ];
    for (const make of makers) {
      const once = digest(face.pipe(make(7)));
      assert.equal(digest(face.pipe(make(7))), once);
      assert.notEqual(digest(face.pipe(make(8))), once);
      assert.throws(() => make(undefined as unknown as number), { tag: "OptionError", message: /seed/ });
    }
    assert.equal(digest(face), before);
  });

  it("drops as much as was asked for", () => {
    const kept = face.pipe(dropEvents({ probability: 0.3, seed: 1 })).length / face.length;
    assert.ok(Math.abs(kept - 0.7) < 0.01, String(kept));
    const gaps = face.pipe(dropTime({ gap: "5ms", every: "20ms", seed: 1 }));
    let empty = 0;
    for (let ms = 0; ms < 400; ms++) {
      const window = (events: EventTable): number => events.between(ms * 1000, ms * 1000 + 1000).length;
      if (window(face) > 0 && window(gaps) === 0) empty++;
    }
    assert.ok(empty >= 60 && empty <= 100, String(empty));
    assert.equal(face.pipe(dropArea({ share: 1, seed: 1 })).length, 0);
    assert.equal(face.pipe(dropPixels({ share: 0, seed: 1 })).length, face.length);
  });
});

describe("time", () => {
  it("skews events and triggers from the origin on", () =>
    fc.assert(
      fc.property(tables, (events) => {
        const slow = events.pipe(timeSkew({ coefficient: 2, offset: 5 }));
        assert.deepEqual(Array.from(slow.t), Array.from(events.t, (t) => events.origin + 2n * (t - events.origin) + 5n));
        assert.deepEqual(Array.from(slow.triggers.t), Array.from(events.triggers.t, (t) => events.origin + 2n * (t - events.origin) + 5n));
      }),
      runs,
    ));

  it("reverses twice to the same, and once to the mirror with polarity swapped", () =>
    fc.assert(
      fc.property(tables, (events) => {
        const back = events.pipe(reverseTime());
        assert.deepEqual(rows(back), rows(events).reverse().map((row) => {
          const [t, x, y, p] = row.split(" ");
          return `${events.t[0]! + events.t[events.length - 1]! - BigInt(t!)} ${x} ${y} ${1 - Number(p)}`;
        }));
        if (events.length > 0) assert.deepEqual(triggerRows(back.pipe(reverseTime()).triggers), triggerRows(events.triggers));
        assert.deepEqual(rows(back.pipe(reverseTime())), rows(events));
      }),
      runs,
    ));

  it("jitters by the sigma asked for", () => {
    const length = 4000;
    const spaced = table(Array.from({ length }, (_, i) => [i * 10_000, i % 16, i % 12, 0] as const));
    const moves = times(spaced.pipe(timeJitter({ sigma: 100, seed: 1 }))).map((t, i) => t - i * 10_000);
    const sigma = Math.sqrt(moves.reduce((sum, move) => sum + move * move, 0) / length);
    assert.ok(Math.abs(sigma - 100) < 5, String(sigma));
    assert.ok(Math.max(...moves.map(Math.abs)) <= 400);
  });

  it("limits the rate in the long run and lets short bursts pass", () => {
    const dense = table(Array.from({ length: 10_000 }, (_, i) => [i, i % 16, i % 12, 0] as const));
    const kept = dense.pipe(limitRate({ rate: 1e5, burst: "1ms" }));
    assert.ok(Math.abs(kept.length - 1100) <= 2, String(kept.length));
    assert.equal(dense.pipe(limitRate({ rate: 1e6 })).length, dense.length);
  });
});

describe("space", () => {
  it("mirrors, swaps, selects and masks", () => {
    const events = table([[1, 0, 0, 1], [2, 3, 11, 0], [3, 15, 5, 1]]);
    assert.deepEqual(rows(events.pipe(flip({ axis: "x" }))), ["1 15 0 1", "2 12 11 0", "3 0 5 1"]);
    assert.deepEqual(rows(events.pipe(flip({ axis: "y" }))), ["1 0 11 1", "2 3 0 0", "3 15 6 1"]);
    assert.deepEqual(rows(events.pipe(flipPolarity(), polarity({ keep: "on" }))), ["2 3 11 1"]);
    assert.deepEqual(rows(events.pipe(region({ x: 2, y: 5, width: 14, height: 7 }))), ["2 3 11 0", "3 15 5 1"]);
    assert.deepEqual(rows(events.pipe(maskPixels({ pixels: [{ x: 3, y: 11 }] }))), ["1 0 0 1", "3 15 5 1"]);
    assert.throws(() => events.pipe(region({ x: 2, y: 5, width: 15, height: 7 })), { tag: "OptionError" });
  });
});

describe("hot pixels", () => {
  it("finds pixels that their neighbourhood does not explain", () => {
    const events: Row[] = [];
    // An edge that is seen all the time fires more often than the hot pixel beside nothing.
    for (let t = 0; t < 200; t++) for (let y = 0; y < 12; y++) events.push([t * 100, 4, y, t & 1], [t * 100, 5, y, t & 1], [t * 100, 6, y, t & 1]);
    for (let t = 0; t < 100; t++) events.push([20_000 + t, 12, 6, 1]);
    const recording = table(events);
    assert.deepEqual(hotPixels(recording), [{ x: 12, y: 6, events: 100 }]);
    assert.equal(recording.pipe(maskPixels({ pixels: hotPixels(recording) })).length, recording.length - 100);
    assert.equal(hotPixels(recording, { rate: 8000 }).length, 37);
  });
});

describe("anti-flicker", () => {
  it("removes a lamp at 100 Hz and keeps a moving edge", () => {
    const events: Row[] = [];
    for (let k = 0; k < 50; k++) {
      events.push([k * 10_000, 3, 3, 1], [k * 10_000 + 20, 3, 3, 1], [k * 10_000 + 5000, 3, 3, 0]);
      events.push([k * 10_000 + 6000, 8 + (k % 7), 5, k & 1]);
    }
    const kept = table(events).pipe(antiFlicker());
    assert.equal(kept.crop({ x: 8, y: 5, width: 7, height: 1 }).length, 50);
    assert.equal(kept.crop({ x: 3, y: 3, width: 1, height: 1 }).length, 12, "four periods are seen before the pixel counts as flickering");
    assert.equal(table(events).pipe(antiFlicker({ low: 200, high: 400 })).length, events.length);
  });

  it("lets a pixel back after the lamp is out", () => {
    const flash: Row[] = Array.from({ length: 40 }, (_, k) => [k * 5000, 3, 3, 1 - (k & 1)] as const);
    const kept = table([...flash, [900_000, 3, 3, 1], [900_100, 3, 3, 0]]).pipe(antiFlicker());
    assert.deepEqual(times(kept).slice(-2), [900_000, 900_100]);
  });
});

describe("noise", () => {
  it("comes at the rate asked for, all over the sensor", () => {
    const quiet = table([[0, 1, 1, 1], [10_000_000, 2, 2, 0]]);
    const noise = quiet.pipe(addNoise({ rate: 5, on: 0.25, seed: 4 })).summary();
    const expected = 5 * 16 * 12 * 10;
    assert.ok(Math.abs(noise.events - expected) < 4 * Math.sqrt(expected), String(noise.events));
    assert.ok(Math.abs(noise.on / noise.events - 0.25) < 0.02);
  });
});

describe("filters by name", () => {
  it("have a line and a source each, and read back their example", () => {
    for (const { name, title, source, example } of filters()) {
      assert.ok(title.length > 5 && source.length > 5);
      assert.ok(parseFilter(example).id.startsWith(name));
    }
    assert.throws(() => parseFilter("blur"), { tag: "OptionError", message: /background-activity/ });
    assert.throws(() => parseFilter("flip:axis=x,axis=y"), { tag: "OptionError" });
    assert.throws(() => parseFilter("flip:axes=x"), { tag: "OptionError", message: /axes/ });
    assert.throws(() => parseFilter("undistort:model=fisheye,fx=1,fy=1,cx=0,cy=0,p1=1"), { tag: "OptionError", message: /p1/ });
  });

  it("are used or not, as the seed says", () => {
    const used = Array.from({ length: 200 }, (_, seed) => sometimes(flip({ axis: "x" }), { probability: 0.5, seed }).id !== "untouched");
    const share = used.filter(Boolean).length / used.length;
    assert.ok(share > 0.4 && share < 0.6, String(share));
  });
});
