/**
 * What every representation owes its users, as tests for any runner.
 *
 * ```ts
 * import { conformance } from "evtlab/represent";
 * import { mine } from "./mine.js";
 *
 * for (const { name, run } of conformance(mine)) it(name, run);   // mocha, vitest, jest, node:test
 * ```
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { isEvtlabError } from "../errors.js";
import { EventTable } from "../events/table.js";
import { build } from "./build.js";
import type { Device, GridData, Representation } from "./representation.js";

const sensor = { width: 37, height: 23 };
const start = 1_700_000_000_000_000n;
const rounds = 30;

/** A test: rejects with an AssertionError that says what is not kept. */
export interface ConformanceTest {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * Tests of a representation on each device of its kernels: shape and channels, finite values, the same bytes twice,
 * untouched input, windows, emptiness, and equality with its `cpu` kernel within its tolerance. The same events each time.
 * @param devices all that it has but WebGPU when left out
 */
export function conformance(representation: Representation, devices?: readonly Device[]): readonly ConformanceTest[] {
  const all = Object.keys(representation.kernels).filter((device) => device !== "webgpu") as Device[];
  return (devices ?? all).flatMap((device) => testsOn(representation, device).map(({ name, run }) => ({ name: `${representation.id} on ${device} ${name}`, run })));
}

function testsOn(representation: Representation, device: Device): readonly ConformanceTest[] {
  const make = (events: EventTable, options = {}) => build(events, representation, { device, ...options });
  const five = () => randomEvents(5, random(7));

  const close = (actual: GridData, expected: GridData): void => {
    assert.equal(actual.constructor, expected.constructor, "another type of numbers");
    assert.equal(actual.length, expected.length);
    for (let i = 0; i < actual.length; i++) {
      const allowed = (representation.tolerance ?? 0) * Math.max(1, Math.abs(expected[i]!));
      if (Math.abs(actual[i]! - expected[i]!) > allowed) assert.fail(`cell ${i}: ${actual[i]} for ${expected[i]}`);
    }
  };
  const equalsDefinition = async (events: EventTable): Promise<void> => {
    close((await make(events)).data, (await build(events, representation, { device: "cpu" })).data);
  };
  const isBackground = ({ data, shape: [, , channels] }: { readonly data: GridData; readonly shape: readonly number[] }): boolean => {
    const { background = 0 } = representation;
    return data.every((value: number, i: number) => value === (typeof background === "number" ? background : background[i % channels!]));
  };

  const tests: ConformanceTest[] = [
    {
      name: "has the shape it announces, named channels, and finite values",
      run: () => each(1, 300, async (events) => {
        const grid = await make(events);
        assert.deepEqual(grid.shape, representation.shape(sensor), "another shape than announced");
        assert.equal(grid.data.length, grid.shape[0] * grid.shape[1] * grid.shape[2]);
        assert.equal(new Set(grid.channels).size, grid.shape[2], "a name for each channel");
        assert.ok(grid.data.every((value: number) => Number.isFinite(value)), "a value that is not finite");
        assert.equal(grid.device, device);
      }),
    },
    {
      name: "gives the same bytes twice and leaves its input as it was",
      run: () => each(1, 300, async (events) => {
        const before = digest(events.t, events.x, events.y, events.p);
        const first = await make(events);
        const firstDigest = digest(first.data);
        assert.equal(digest(events.t, events.x, events.y, events.p), before, "the events were changed");
        const second = await make(events);
        assert.notEqual(first.data, second.data, "two builds share their memory");
        assert.equal(digest(second.data), firstDigest, "two builds differ");
        assert.equal(digest(first.data), firstDigest, "a later build changed an earlier grid");
      }),
    },
    { name: "builds one event, and a single microsecond", run: () => each(1, 1, equalsDefinition) },
    {
      name: "gives the background for a window without events",
      run: async () => {
        const events = five();
        const grid = await make(events, { window: { from: start + 10n ** 9n, to: start + 10n ** 9n + 1000n } });
        assert.deepEqual(grid.shape, representation.shape(sensor));
        assert.ok(isBackground(grid), "cells that are not the background");
        assert.ok(isBackground(await make(events.slice(0, 0), { window: { from: 0, to: 10 } })), "cells that are not the background");
      },
    },
    {
      name: "refuses empty and inverted windows, and a table without events or window, with a sentence",
      run: async () => {
        const events = five();
        for (const window of [{ from: 5, to: 5 }, { from: "2ms", to: "1ms" }]) {
          await assert.rejects(make(events, { window }), (error) => isEvtlabError(error, "WindowError"));
        }
        await assert.rejects(make(events.slice(0, 0)), (error) => isEvtlabError(error, "WindowError"));
      },
    },
    {
      name: "takes exactly the events of the window: the last microsecond is in it, the end is not",
      run: () => each(4, 200, async (events) => {
        const [first, last] = [events.t[0]!, events.t[events.length - 1]!];
        const whole = await make(events);
        assert.equal(digest((await make(events, { window: { from: first, to: last + 1n } })).data), digest(whole.data));
        if (last === first) return;
        const window = { from: first, to: last };
        const expected = await representation.kernels.cpu(events.slice(0, events.t.indexOf(last)), window);
        close((await make(events, { window })).data, expected.data);
      }),
    },
  ];
  if (device === "cpu") return tests;
  return [
    ...tests,
    { name: `equals the definition within ${representation.tolerance ?? 0}`, run: () => each(1, 2000, equalsDefinition) },
    { name: "equals the definition over many blocks of events", run: () => equalsDefinition(manyEvents()) },
  ];
}

/** Runs a property on the same tables each time: the smallest, the largest, and some in between. */
async function each(least: number, most: number, property: (events: EventTable) => Promise<void>): Promise<void> {
  const next = random(20240607);
  for (let round = 0; round < rounds; round++) {
    const length = round === 0 ? least : round === 1 ? most : least + next(most - least + 1);
    await property(randomEvents(length, next));
  }
}

type Random = (below: number) => number;

function random(seed: number): Random {
  let state = seed;
  return (below) => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % below;
}

/** Sorted events on a small sensor, with ties, corners, repeats at one pixel, and an odd time origin. */
function randomEvents(events: number, next: Random): EventTable {
  const place = (length: number) => (next(3) === 0 ? [0, length - 1][next(2)]! : next(length));
  let t = start;
  return EventTable.from(
    {
      t: BigInt64Array.from({ length: events }, () => (t += BigInt([0, next(40), next(5000)][next(3)]!))),
      x: Uint16Array.from({ length: events }, () => place(sensor.width)),
      y: Uint16Array.from({ length: events }, () => place(sensor.height)),
      p: Uint8Array.from({ length: events }, () => next(2)),
    },
    { sensor },
  );
}

/** More events than a block of any kernel holds, and an odd number of them. */
function manyEvents(): EventTable {
  const events = 150_001;
  const next = random(12345);
  let t = start;
  return EventTable.from(
    {
      t: BigInt64Array.from({ length: events }, () => (t += BigInt(next(3)))),
      x: Uint16Array.from({ length: events }, () => next(sensor.width)),
      y: Uint16Array.from({ length: events }, () => next(sensor.height)),
      p: Uint8Array.from({ length: events }, () => next(2)),
    },
    { sensor },
  );
}

function digest(...columns: readonly ArrayBufferView[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of columns) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex");
}
