import assert from "node:assert/strict";
import fc from "fast-check";
import type { EventTable } from "../../src/events/table.js";
import { build, buildWindows, eventCount, timeSurface, tore, voxelGrid, type Representation } from "../../src/represent/index.js";
import { movingEdges } from "../../src/simulate/index.js";
import { tables } from "../conformance/representation.js";
import { built, collect } from "./collect.js";

async function* batches(events: EventTable, cuts: readonly number[]): AsyncGenerator<EventTable> {
  const ends = [...cuts.map((cut) => cut % (events.length + 1)).toSorted((a, b) => a - b), events.length];
  let start = 0;
  for (const end of ends) {
    yield events.slice(start, end);
    start = end;
  }
}

describe("represent: windows of a recording", () => {
  it("are those of a loop over the whole, however the stream is cut", async () => {
    const property = fc.asyncProperty(
      tables(1, 200), fc.array(fc.nat(200), { maxLength: 8 }), fc.integer({ min: 100, max: 20_000 }), fc.integer({ min: 100, max: 30_000 }),
      async (events, cuts, every, length) => {
        const expected = [];
        for (let from = events.t[0]!; from <= events.t[events.length - 1]!; from += BigInt(every)) {
          expected.push(await build(events, voxelGrid({ bins: 3, span: "window" }), { window: { from, to: from + BigInt(length) } }));
        }
        const options = { every, length };
        const actual = await collect(buildWindows(batches(events, cuts), voxelGrid({ bins: 3, span: "window" }), options));
        assert.deepEqual(actual.map(({ window }) => window), expected.map(({ window }) => window));
        assert.deepEqual(actual.map(({ data }) => data), expected.map(({ data }) => data));
      },
    );
    await fc.assert(property, { seed: 11, numRuns: 40 });
  });
  it("start and end where they are told to", async () => {
    const events = movingEdges({ events: 5000, width: 32, height: 24, seed: 2 });
    const options = { every: "1ms", from: "200us", to: "3ms" } as const;
    const grids = await collect(buildWindows(events, eventCount(), options));
    assert.deepEqual(grids.map(({ window }) => Number(window.from - events.origin)), [200, 1200, 2200].filter((from) => from <= events.duration));
  });
  it("are the same to the bit in workers", async function () {
    this.timeout(60_000);
    const { buildWindows: inWorkers } = await built(this);
    const events = movingEdges({ events: 30_000, width: 64, height: 48, seed: 4 });
    for (const representation of [voxelGrid({ bins: 5 }), voxelGrid({ bins: 3 }), voxelGrid({ bins: 5 })]) {
      const here = await collect(buildWindows(events, representation, { every: "500us" }));
      const there = await collect(inWorkers(events, representation, { every: "500us", workers: 2 }));
      assert.ok(here.length > 2);
      assert.deepEqual(there.map(({ data, window, device }) => [data, window, device]), here.map(({ data, window, device }) => [data, window, device]));
    }
  });
  it("are the same in memory that is used again, here and in workers", async function () {
    this.timeout(60_000);
    const { buildWindows: inWorkers } = await built(this);
    const events = movingEdges({ events: 2_000, width: 64, height: 48, seed: 4 });
    for (const representation of [voxelGrid({ bins: 5 }), eventCount(), timeSurface({ decay: "exponential", tau: "10ms" }), tore({ depth: 2 })] as Representation[]) {
      // Windows of few events touch some of the cells, and those without events none.
      for (const every of ["500us", "40us"] as const) {
        const fresh = (await collect(buildWindows(events, representation, { every }))).map(({ data }) => data);
        for (const options of [{ every, reuse: true }, { every, reuse: true, workers: 3 }]) {
          const memory = new Set<ArrayBufferLike>();
          let k = 0;
          for await (const { data } of (options.workers ? inWorkers : buildWindows)(events, representation, options)) {
            assert.deepEqual(data, fresh[k++]);
            memory.add(data.buffer);
          }
          assert.equal(k, fresh.length);
          if (!options.workers) assert.ok(memory.size < Math.max(3, k / 2), `${memory.size} pieces of memory for ${k} grids`);
        }
      }
    }
  });
  it("meet a failure when its turn comes", async () => {
    const events = movingEdges({ events: 3000, width: 64, height: 48, seed: 4 });
    let built = 0;
    const broken = { ...eventCount(), kernels: { cpu: (...given) => { if (++built === 3) throw new Error("no such grid"); return eventCount().kernels.cpu(...given); } } } satisfies Representation;
    let seen = 0;
    await assert.rejects(async () => { for await (const _ of buildWindows(events, broken, { every: 100 })) seen++; }, /no such grid/);
    assert.equal(seen, 2);
  });
  it("end at a signal", async () => {
    const events = movingEdges({ events: 3000, width: 64, height: 48, seed: 4 });
    const controller = new AbortController();
    const seen: unknown[] = [];
    await assert.rejects(async () => {
      for await (const grid of buildWindows(events, eventCount(), { every: 100, signal: controller.signal })) {
        seen.push(grid);
        if (seen.length === 2) controller.abort(new Error("enough"));
      }
    }, /enough/);
    assert.equal(seen.length, 2);
  });
});
