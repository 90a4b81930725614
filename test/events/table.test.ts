import assert from "node:assert/strict";
import fc from "fast-check";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable, disorder, type EventColumns } from "../../src/events/index.js";
import { digest, rows, runs, sensor, tables, triggerRows } from "./random-table.js";

const columns = (times: readonly number[]): EventColumns => ({
  t: BigInt64Array.from(times, BigInt),
  x: Uint16Array.from(times, (_, i) => i),
  y: new Uint16Array(times.length),
  p: Uint8Array.from(times, (_, i) => i % 2),
});
const throwsTagged = (act: () => unknown, tag: "TableError" | "WindowError" | "OptionError", text: RegExp): void =>
  assert.throws(act, (error) => isEvtlabError(error, tag) && text.test(error.message));

describe("events/table", () => {
  describe("slices", () => {
    it("between keeps what a filter keeps, triggers too, and shares the columns", () => {
      fc.assert(fc.property(tables, fc.integer({ min: -9, max: 250 }), fc.integer({ min: 1, max: 250 }), (table, from, length) => {
        const before = digest(table);
        const part = table.between(from, from + length);
        const inside = (row: string): boolean => {
          const time = BigInt(row.split(" ")[0]!) - table.origin;
          return time >= from && time < from + length;
        };
        assert.deepEqual(rows(part), rows(table).filter(inside));
        assert.deepEqual(triggerRows(part.triggers), triggerRows(table.triggers).filter(inside));
        for (const name of ["t", "x", "y", "p"] as const) assert.equal(part[name].buffer, table[name].buffer);
        assert.equal(part.triggers.t.buffer, table.triggers.t.buffer);
        assert.equal(part.origin, table.origin);
        assert.deepEqual(part.sensor, sensor);
        assert.equal(digest(table), before);
      }), runs);
    });

    it("between takes durations with units and times of the sensor clock", () => {
      const table = EventTable.from(columns([1000, 1500, 2000, 2500]));
      assert.deepEqual([...table.between("0.5ms", "1.5ms").t], [1500n, 2000n]);
      assert.deepEqual([...table.between(1500n, 2501n).t], [1500n, 2000n, 2500n]);
      assert.deepEqual([...table.between("0.5ms", "1.5ms").between("0.5ms", 501).t], [1500n], "counts from the origin of the recording");
    });

    it("an inverted or empty window is an error, a window without events is an empty table", () => {
      const table = EventTable.from(columns([10, 20]));
      throwsTagged(() => table.between(5, 2), "WindowError", /inverted/);
      throwsTagged(() => table.between(5, 5), "WindowError", /empty/);
      const nothing = table.between(3, 5);
      assert.equal(nothing.length, 0);
      assert.equal(nothing.duration, 0);
      throwsTagged(() => nothing.window, "WindowError", /at least one event/);
    });

    it("slice counts as Array.slice does, and pieces join to the whole", () => {
      fc.assert(fc.property(tables, fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 }), (table, start, end) => {
        assert.deepEqual(rows(table.slice(start, end)), rows(table).slice(start, end));
        const cut = Math.abs(start);
        const joined = table.slice(0, cut).concat(table.slice(cut));
        assert.deepEqual(rows(joined), rows(table));
        assert.deepEqual(triggerRows(joined.triggers), table.length === 0 ? [] : triggerRows(table.triggers));
        assert.deepEqual([joined.origin, joined.sensor, joined.provenance], [table.origin, table.sensor, table.provenance]);
      }), runs);
    });

    it("crop keeps what a filter keeps and moves it to the corner", () => {
      const region = fc.record({ x: fc.nat(23), y: fc.nat(17), width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 18 }) });
      fc.assert(fc.property(tables, region, (table, wanted) => {
        const before = digest(table);
        const region = { ...wanted, width: Math.min(wanted.width, 24 - wanted.x), height: Math.min(wanted.height, 18 - wanted.y) };
        const expected = rows(table)
          .map((row) => row.split(" "))
          .map(([t, x, y, p]) => [t, Number(x) - region.x, Number(y) - region.y, p])
          .filter(([, x, y]) => Number(x) >= 0 && Number(x) < region.width && Number(y) >= 0 && Number(y) < region.height)
          .map((row) => row.join(" "));
        const part = table.crop(region);
        assert.deepEqual(rows(part), expected);
        assert.deepEqual(part.sensor, { width: region.width, height: region.height });
        assert.equal(digest(table), before);
      }), runs);
    });

    it("crop refuses a region that leaves the sensor, is not whole, or has a typo", () => {
      const table = EventTable.from(columns([1, 2]), { sensor });
      throwsTagged(() => table.crop({ x: 20, y: 0, width: 5, height: 5 }), "OptionError", /24x18/);
      throwsTagged(() => table.crop({ x: 0.5, y: 0, width: 5, height: 5 }), "OptionError", /whole/);
      throwsTagged(() => table.crop({ x: 0, y: 0, width: 0, height: 5 }), "OptionError", /width 0/);
      throwsTagged(() => table.crop({ x: 0, y: 0, width: 5, hieght: 5 } as never), "OptionError", /hieght/);
    });

    it("polarity keeps what a filter keeps; on and off together are all", () => {
      fc.assert(fc.property(tables, (table) => {
        const before = digest(table);
        assert.deepEqual(rows(table.polarity("on")), rows(table).filter((row) => row.endsWith("1")));
        assert.equal(table.polarity("on").length + table.polarity("off").length, table.length);
        assert.equal(digest(table), before);
      }), runs);
      throwsTagged(() => EventTable.from(columns([1])).polarity("up" as never), "OptionError", /"up"/);
    });
  });

  describe("sort and concat", () => {
    it("sorts as a stable comparison sort does, over the whole range of int64", () => {
      const times = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }).map(BigInt), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), { maxLength: 60 });
      fc.assert(fc.property(times, (list) => {
        const shuffled = { ...columns(list.map(() => 0)), t: BigInt64Array.from(list) };
        const before = [...shuffled.t];
        const sorted = EventTable.from(shuffled, { sort: true });
        const expected = rows(shuffled).map((row, i) => ({ row, time: list[i]! })).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
        assert.deepEqual(rows(sorted), expected.map(({ row }) => row));
        assert.deepEqual([...shuffled.t], before, "input unchanged");
      }), runs);
    });

    it("counts steps back as a naive loop does", () => {
      fc.assert(fc.property(fc.array(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }), { maxLength: 40 }), (list) => {
        const back = list.flatMap((time, i) => (i > 0 && time < list[i - 1]! ? [list[i - 1]! - time] : []));
        const found = disorder(BigInt64Array.from(list));
        assert.equal(found.stepsBack, back.length);
        assert.equal(found.largest, back.reduce((max, step) => (step > max ? step : max), 0n));
      }), runs);
    });

    it("concat refuses another sensor, a table out of order, and nothing at all", () => {
      const [early, late] = [EventTable.from(columns([1, 5]), { sensor }), EventTable.from(columns([4, 9]), { sensor })];
      throwsTagged(() => early.concat(late), "TableError", /table 1: .* 5 µs .* 4 µs/);
      throwsTagged(() => early.concat(EventTable.from(columns([7]))), "TableError", /24x18.*1x1/);
      throwsTagged(() => EventTable.concat([]), "TableError", /at least one/);
    });
  });

  describe("validation", () => {
    it("takes columns without copying, and finds the smallest sensor", () => {
      const input = columns([1, 2, 2]);
      const table = EventTable.from(input);
      assert.equal(table.t, input.t);
      assert.deepEqual(table.sensor, { width: 3, height: 1 });
      assert.deepEqual(table.window, { from: 1n, to: 3n });
      assert.deepEqual(table.at(-1), { t: 2n, x: 2, y: 0, p: 0 });
      assert.equal(table.at(3), undefined);
    });

    it("names what is wrong, and where", () => {
      const good = columns([1, 2, 3]);
      throwsTagged(() => EventTable.from({ ...good, x: new Uint16Array(2) }), "TableError", /t 3, x 2/);
      throwsTagged(() => EventTable.from({ ...good, x: new Uint32Array(3) } as never), "TableError", /columns\.x: expected a Uint16Array, got Uint32Array/);
      throwsTagged(() => EventTable.from({ ...good, t: [1, 2, 3] } as never), "TableError", /BigInt64Array/);
      throwsTagged(() => EventTable.from(good, { sensor: { width: 2, height: 1 } }), "TableError", /x\[2\]: expected 0 … 1 .* got 2/);
      throwsTagged(() => EventTable.from({ ...good, p: Uint8Array.of(0, 1, 7) }), "TableError", /p\[2\]: expected 0 or 1, got 7/);
      throwsTagged(() => EventTable.from(columns([5, 1, 9, 2])), "TableError", /t\[1\].* 2 steps back in time, the largest of 7 µs.*sort: true/);
      throwsTagged(() => EventTable.from(good, { senser: sensor } as never), "OptionError", /senser/);
      throwsTagged(() => EventTable.from(good, { sensor: { width: NaN, height: 3 } }), "TableError", /whole pixels/);
      const triggers = { t: BigInt64Array.of(2n, 1n), id: new Uint8Array(2), p: new Uint8Array(2) };
      throwsTagged(() => EventTable.from(good, { triggers }), "TableError", /triggers\.t\[1\]/);
    });

    it("takes arrays of another realm", async () => {
      const { runInNewContext } = await import("node:vm");
      const t = runInNewContext("BigInt64Array.of(1n)") as BigInt64Array;
      assert.equal(EventTable.from({ ...columns([0]), t }).length, 1);
    });
  });

  it("summary counts what is there", () => {
    const table = EventTable.from(columns([100, 200, 300, 1100]), { sensor, provenance: { format: "evt3", assumptions: ["a"] } });
    assert.deepEqual(table.summary(), {
      events: 4, on: 2, off: 2, first: 100n, last: 1100n, duration: 1000, rate: 4000, sensor,
      triggers: 0, origin: 100n, format: "evt3", assumptions: ["a"],
    });
    assert.equal(table.slice(0, 0).summary().rate, 0);
  });
});
