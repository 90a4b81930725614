import assert from "node:assert/strict";
import fc from "fast-check";
import { memorySource } from "../../src/bytes/index.js";
import { codec, readEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/index.js";
import { memorySink } from "./memory-sink.js";
import { npy, zip } from "./numpy-file.js";
import { columnsOf, tables } from "./random.js";

/** What reading gives: a table or an error with the events before it. */
async function outcome(bytes: Uint8Array, device: "cpu" | "wasm", onError: "stop" | "skip") {
  const described = (table: EventTable) => ({ ...columnsOf(table), triggers: table.triggers, origin: table.origin, sensor: table.sensor, provenance: table.provenance });
  try {
    return described(await readEvents(bytes, { device, onError }));
  } catch (error) {
    if (!isEvtlabError(error)) throw error;
    const partial = isEvtlabError(error, "DecodeError") ? error.partial : undefined;
    return { message: error.message, partial: partial instanceof EventTable ? described(partial) : partial };
  }
}

describe("whole recordings, column by column", () => {
  for (const format of ["arrow", "npz"]) {
    it(`${format}: equal to the way through batches, also of damaged files`, async () => {
      let ready = 0;
      await fc.assert(
        fc.asyncProperty(tables, fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), to: fc.nat(255) }), { maxLength: 3 }), fc.nat(20), fc.boolean(), async (table, changes, cut, skip) => {
          const sink = memorySink();
          await writeEvents(table, sink, { format });
          const bytes = sink.bytes().slice(0, cut === 0 ? -40 : undefined);
          for (const { at, to } of changes) bytes[Math.floor(at * (bytes.length - 1))] = to;
          const onError = skip ? "skip" : "stop";
          assert.deepEqual(await outcome(bytes, "wasm", onError), await outcome(bytes, "cpu", onError));
          const found = await codec(format);
          if (await found.readColumns!(memorySource(bytes), {}).catch(() => undefined)) ready++;
        }),
        { numRuns: 60, seed: 83 },
      );
      assert.ok(ready > 10, `${ready} of 60 came as whole columns`);
    });
  }

  it("brings polarities to 0 and 1, counts steps back over the borders of parts, and reads many batches", async () => {
    const n = 1_200_001;
    const t = BigInt64Array.from({ length: n }, (_, i) => BigInt(i - (i % 16384 === 0 ? 7 : 0)));
    const x = Uint16Array.from({ length: n }, (_, i) => i % 640);
    const y = Uint16Array.from({ length: n }, (_, i) => i % 480);
    const p = Uint8Array.from({ length: n }, (_, i) => (i % 3) * 100);
    const data = (column: ArrayBufferView) => new Uint8Array(column.buffer);
    const bytes = zip({ "t_us.npy": npy("'<i8'", `(${n},)`, data(t)), "x.npy": npy("'<u2'", `(${n},)`, data(x)), "y.npy": npy("'<u2'", `(${n},)`, data(y)), "p.npy": npy("'|u1'", `(${n},)`, p) });
    const table = await readEvents(bytes);
    const on = p.map((value) => (value > 0 ? 1 : 0));
    assert.deepEqual([table.t, table.x, table.y, table.p], [t, x, y, on]);
    assert.match(table.provenance.assumptions.join(), /73 steps backward, the largest 6 µs/);
    assert.deepEqual(table.sensor, { width: 640, height: 480 });
    const sink = memorySink();
    await writeEvents(table, sink, { format: "arrow" });
    const read = await readEvents(sink.bytes());
    assert.deepEqual([read.t, read.x, read.y, read.p, read.sensor], [t, x, y, on, table.sensor]);
    await assert.rejects(readEvents(sink.bytes(), { sensor: { width: 639, height: 480 } }), (error) => isEvtlabError(error, "DecodeError") && (error.partial as EventTable).length === 639);
  });
});
