import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Table, type RecordBatch, type tableFromIPC, type StructRowProxy } from "apache-arrow";
import fc from "fast-check";
import { EventTable } from "../../src/events/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { digest, rows, runs, tables, triggerRows } from "./random-table.js";

function assertEqual(actual: EventTable, expected: EventTable): void {
  assert.deepEqual(rows(actual), rows(expected));
  assert.deepEqual(triggerRows(actual.triggers), triggerRows(expected.triggers));
  assert.deepEqual(
    [actual.sensor, actual.origin, actual.provenance],
    [expected.sensor, expected.origin, expected.provenance],
  );
}
const sample = (): EventTable => fc.sample(tables, { numRuns: 100, seed: 3 }).find(({ length }) => length > 20)!;

describe("events/arrow", () => {
  it("to Arrow and back shares the columns and keeps all else", () => {
    fc.assert(fc.property(tables, (table) => {
      const before = digest(table);
      const arrow = table.toArrow();
      const back = EventTable.fromArrow(arrow);
      assertEqual(back, table);
      for (const name of ["t", "x", "y", "p"] as const) {
        assert.equal(arrow.getChild(name)!.data[0]!.values.buffer, table[name].buffer);
        if (table.length > 0) assert.equal(back[name].buffer, table[name].buffer);
      }
      assert.equal(digest(table), before);
    }), runs);
  });

  it("a slice of a table goes through Arrow as the slice it is", () => {
    const part = sample().slice(5, 12);
    assertEqual(EventTable.fromArrow(part.toArrow()), part);
    assertEqual(EventTable.fromIPC(part.toIPC()), part);
  });

  it("the schema says what it holds", () => {
    const { schema } = sample().toArrow();
    assert.equal(schema.toString(), "Schema<{ 0: t: Int64, 1: x: Uint16, 2: y: Uint16, 3: p: Uint8 }>");
    assert.deepEqual([schema.metadata.get("evtlab.width"), schema.metadata.get("evtlab.format")], ["24", "random"]);
  });

  for (const format of ["stream", "file"] as const) {
    it(`IPC ${format} bytes and back: equal, and views into the bytes`, () => {
      fc.assert(fc.property(tables, (table) => {
        const bytes = table.toIPC(format);
        const back = EventTable.fromIPC(bytes);
        assertEqual(back, table);
        if (table.length > 0) for (const name of ["t", "x", "y", "p"] as const) assert.equal(back[name].buffer, bytes.buffer);
      }), runs);
    });
  }

  it("joins several record batches", () => {
    const table = sample();
    const pieces: RecordBatch[] = [table.slice(0, 7), table.slice(7)].flatMap((piece) => piece.toArrow().batches);
    const joined = new Table(pieces);
    assert.equal(joined.batches.length, 2);
    assert.deepEqual(rows(EventTable.fromArrow(joined)), rows(table));
  });

  it("takes a table of another copy of Arrow", () => {
    const require = createRequire(import.meta.url);
    for (const file of Object.keys(require.cache)) if (file.includes("apache-arrow")) delete require.cache[file];
    const other = require("apache-arrow") as { tableFromIPC: typeof tableFromIPC };
    const table = sample();
    const foreign = other.tableFromIPC(table.toIPC());
    assert.notEqual(foreign.constructor, Table, "really another copy");
    assertEqual(EventTable.fromArrow(foreign), table);
  });

  it("rows read through Arrow are the events", () => {
    const table = sample();
    const row = table.toArrow().get(3) as StructRowProxy;
    assert.deepEqual({ ...row.toJSON() }, table.at(3));
  });

  it("refuses what is no event table", () => {
    const refuses = (act: () => unknown, text: RegExp): void =>
      assert.throws(act, (error) => isEvtlabError(error, "TableError") && text.test(error.message));
    const arrow = sample().toArrow();
    refuses(() => EventTable.fromArrow(arrow.select(["t", "x", "y"])), /columns t, x, y and p, got none named p/);
    const swapped = { schema: arrow.schema, getChild: (name: string) => arrow.getChild(name === "x" ? "p" : (name as "t")) };
    refuses(() => EventTable.fromArrow(swapped), /column x: expected values in a Uint16Array, got Uint8Array/);
    refuses(() => EventTable.fromIPC(Uint8Array.of(1, 2, 3)), /fromIPC|Arrow/);
    refuses(() => EventTable.fromIPC(sample().toIPC().subarray(0, 700)), /fromIPC|Arrow/);
    const lying = { schema: { metadata: new Map([["evtlab.origin", "soon"]]) }, getChild: arrow.getChild.bind(arrow) as never };
    refuses(() => EventTable.fromArrow(lying), /metadata/);
  });
});
