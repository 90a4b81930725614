/** What every representation owes its users; run it over one of your own as well. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/table.js";
import { build } from "../../src/represent/build.js";
import type { Device, GridData, Representation } from "../../src/represent/representation.js";

const sensor = { width: 37, height: 23 };
const start = 1_700_000_000_000_000n;

/** Sorted events on a small sensor, with ties, repeats at one pixel, and an odd time origin. */
export function tables(least: number, most: number): fc.Arbitrary<EventTable> {
  const event = fc.record({
    dt: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(5000)),
    x: fc.oneof(fc.constantFrom(0, sensor.width - 1), fc.nat(sensor.width - 1)),
    y: fc.oneof(fc.constantFrom(0, sensor.height - 1), fc.nat(sensor.height - 1)),
    p: fc.nat(1),
  });
  return fc.array(event, { minLength: least, maxLength: most, size: "max" }).map((events) => {
    let t = start;
    return EventTable.from(
      {
        t: BigInt64Array.from(events, ({ dt }) => (t += BigInt(dt))),
        x: Uint16Array.from(events, ({ x }) => x),
        y: Uint16Array.from(events, ({ y }) => y),
        p: Uint8Array.from(events, ({ p }) => p),
      },
      { sensor },
    );
  });
}

/** Adds a suite for `representation`, on the given devices: all but WebGPU when left out. */
export function conforms(representation: Representation, devices?: readonly Device[]): void {
  const all = Object.keys(representation.kernels).filter((device) => device !== "webgpu") as Device[];
  for (const device of devices ?? all) {
    describe(`${representation.id} on ${device}`, () => {
      const make = (events: EventTable, options = {}) => build(events, representation, { device, ...options });

      it("has the shape it announces, named channels, and finite values", async () => {
        await check(tables(1, 300), async (events) => {
          const grid = await make(events);
          assert.deepEqual(grid.shape, representation.shape(sensor));
          assert.equal(grid.data.length, grid.shape[0] * grid.shape[1] * grid.shape[2]);
          assert.equal(new Set(grid.channels).size, grid.shape[2]);
          assert.ok(grid.data.every((value: number) => Number.isFinite(value)));
          assert.equal(grid.device, device);
        });
      });
      it("gives the same bytes twice and leaves its input as it was", async () => {
        await check(tables(1, 300), async (events) => {
          const before = digest(events.t, events.x, events.y, events.p);
          const first = await make(events);
          const firstDigest = digest(first.data);
          const second = await make(events);
          assert.notEqual(first.data, second.data);
          assert.equal(digest(second.data), firstDigest);
          assert.equal(digest(first.data), firstDigest, "a later build changed an earlier grid");
          assert.equal(digest(events.t, events.x, events.y, events.p), before);
        });
      });
      it("builds one event, and a single microsecond", async () => {
        await check(tables(1, 1), async (events) => assertEqualToDefinition(await make(events), events));
      });
      const empty = ({ data, shape: [, , channels] }: { data: GridData; shape: readonly number[] }) => {
        const { background = 0 } = representation;
        return data.every((value: number, i: number) => value === (typeof background === "number" ? background : background[i % channels!]));
      };
      it("gives the background for a window without events", async () => {
        const events = fc.sample(tables(5, 5), { numRuns: 1, seed: 7 })[0]!;
        const grid = await make(events, { window: { from: start + 10n ** 9n, to: start + 10n ** 9n + 1000n } });
        assert.deepEqual(grid.shape, representation.shape(sensor));
        assert.ok(empty(grid));
        assert.ok(empty(await make(events.slice(0, 0), { window: { from: 0, to: 10 } })));
      });
      it("refuses empty and inverted windows, and a table without events or window, with a sentence", async () => {
        const events = fc.sample(tables(5, 5), { numRuns: 1, seed: 7 })[0]!;
        for (const window of [{ from: 5, to: 5 }, { from: "2ms", to: "1ms" }]) {
          await assert.rejects(make(events, { window }), (error) => isEvtlabError(error, "WindowError"));
        }
        await assert.rejects(make(events.slice(0, 0)), (error) => isEvtlabError(error, "WindowError"));
      });
      it("takes exactly the events of the window: the last microsecond is in it, the end is not", async () => {
        await check(tables(4, 200), async (events) => {
          const last = events.t[events.length - 1]!;
          const first = events.t[0]!;
          const whole = await make(events);
          assert.equal(digest((await make(events, { window: { from: first, to: last + 1n } })).data), digest(whole.data));
          if (last === first) return;
          const without = events.t.indexOf(last);
          const window = { from: first, to: last };
          const expected = await representation.kernels.cpu(events.slice(0, without), window);
          close((await make(events, { window })).data, expected.data);
        });
      });
      if (device !== "cpu") {
        it(`equals the definition within ${representation.tolerance ?? 0}`, async () => {
          await check(tables(1, 2000), async (events) => assertEqualToDefinition(await make(events), events));
        });
        it("equals the definition over many blocks of events", async () => assertEqualToDefinition(await make(long), long));
      }

      async function assertEqualToDefinition(grid: { data: GridData }, events: EventTable): Promise<void> {
        close(grid.data, (await build(events, representation, { device: "cpu" })).data);
      }
      function close(actual: GridData, expected: GridData): void {
        assert.equal(actual.constructor, expected.constructor);
        assert.equal(actual.length, expected.length);
        for (let i = 0; i < actual.length; i++) {
          const allowed = (representation.tolerance ?? 0) * Math.max(1, Math.abs(expected[i]!));
          if (Math.abs(actual[i]! - expected[i]!) > allowed) assert.fail(`cell ${i}: ${actual[i]} for ${expected[i]}`);
        }
      }
    });
  }
}

/** More events than a block of any kernel holds, and an odd number of them. */
const long = (() => {
  const events = 150_001;
  let state = 12345;
  const next = (below: number) => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % below;
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
})();

async function check(events: fc.Arbitrary<EventTable>, property: (events: EventTable) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(events, property), { seed: 20240607, numRuns: 30 });
}

function digest(...columns: readonly ArrayBufferView[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of columns) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex");
}
