import assert from "node:assert/strict";
import { tableFromArrays, tableFromIPC, tableToIPC, vectorFromArray, Int64, Bool, Utf8, DurationNanosecond, Table } from "apache-arrow";
import fc from "fast-check";
import { memorySource } from "../../src/bytes/index.js";
import { codec, readEvents, streamEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/index.js";
import { rows, tables } from "../events/random-table.js";
import { memorySink } from "./memory-sink.js";

const columnsOf = ({ t, x, y, p, triggers }: EventTable) => ({ t, x, y, p, triggers });
const refusedWith = (pattern: RegExp) => (error: unknown) => isEvtlabError(error) && pattern.test(error.message);
async function* once(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

describe("Arrow and Parquet files", () => {
  for (const format of ["arrow", "parquet"]) {
    it(`${format}: a table that is written is read back equal, with its triggers, on both devices`, async () => {
      await fc.assert(
        fc.asyncProperty(tables, async (table) => {
          const sink = memorySink();
          await writeEvents(table, sink, { format });
          for (const device of ["wasm", "cpu"] as const) {
            const read = await readEvents(sink.bytes(), { device });
            assert.deepEqual(columnsOf(read), columnsOf(table));
            assert.deepEqual([read.sensor, read.provenance], [table.sensor, { format, assumptions: [] }]);
          }
        }),
        { numRuns: format === "arrow" ? 25 : 6, seed: 70 },
      );
    });

    it(`${format}: many batches, of which a window needs few`, async function () {
      this.timeout(240_000);
      const n = format === "arrow" ? 700_000 : 3_300_000;
      const table = EventTable.from({
        t: new BigInt64Array(n).map((_, i) => BigInt(i >> 2)), x: new Uint16Array(n).map((_, i) => i & 255), y: new Uint16Array(n).map((_, i) => (i >> 8) & 127), p: new Uint8Array(n).map((_, i) => i & 1),
      });
      const sink = memorySink();
      await writeEvents([table.slice(0, 300_000), table.slice(300_000)], sink, { format });
      const bytes = sink.bytes();
      const source = memorySource(bytes);
      const window = { from: BigInt(n >> 2) - 5000n, to: BigInt(n >> 2) - 4000n };
      let [inside, all] = [0, 0];
      for await (const { columns: { t } } of (await (await codec(format)).readWindow!(source, window))!) {
        all += t.length;
        for (const time of t) if (time >= window.from && time < window.to) inside++;
      }
      assert.equal(inside, 4000);
      if (format === "parquet") assert.ok(all < n, `${all} of ${n}`);
      let count = 0;
      for await (const batch of streamEvents(bytes)) count += batch.length;
      assert.equal(count, n);
    });
  }

  it("reads what EventTable writes as IPC and Parquet, from a stream too, and is read by Arrow itself", async () => {
    const table = fc.sample(tables, { numRuns: 30, seed: 71 }).find(({ length }) => length > 40)!;
    for (const bytes of [table.toIPC("stream"), table.toIPC("file"), await table.toParquet()]) assert.deepEqual(columnsOf(await readEvents(bytes)), columnsOf(table));
    assert.deepEqual(columnsOf(await readEvents(once(table.toIPC("stream")))), columnsOf(table));
    for (const format of ["arrow", "parquet"]) {
      const sink = memorySink();
      await writeEvents(table, sink, { format });
      const back = format === "arrow" ? EventTable.fromIPC(sink.bytes()) : await EventTable.fromParquet(sink.bytes());
      assert.deepEqual(rows(back), rows(table));
      assert.deepEqual([back.sensor, back.triggers], [table.sensor, table.triggers]);
    }
  });

  it("reads the columns of other programs: other names, types and units", async () => {
    const table = new Table({
      note: vectorFromArray(["a", "b"], new Utf8()),
      timestamp: vectorFromArray([1500n, 2500n], new DurationNanosecond()),
      x: vectorFromArray([3n, 5n], new Int64()),
      y_pos: vectorFromArray([4, 6]),
      polarity: vectorFromArray([true, false], new Bool()),
    });
    for (const format of ["stream", "file"] as const) assert.deepEqual(rows(await readEvents(tableToIPC(table, format))), ["2 3 4 1", "3 5 6 0"]);
    const plain = tableToIPC(tableFromArrays({ t: BigInt64Array.of(1n, 2n), x: Int16Array.of(1, 2), y: Uint32Array.of(1, 2), p: Int8Array.of(-1, 1) }), "file");
    await assert.rejects(readEvents(plain), refusedWith(/timeUnit: "us"/));
    assert.deepEqual(rows(await readEvents(plain, { timeUnit: "ms" })), ["1000 1 1 0", "2000 2 2 1"]);
  });

  it("says what does not fit, and is not led astray by lengths that lie", async () => {
    const ipc = Buffer.from(tableToIPC(tableFromArrays({ t: BigInt64Array.of(1n), x: Uint16Array.of(1), q: Uint16Array.of(1) }), "file"));
    await assert.rejects(readEvents(ipc), refusedWith(/named t, x, y and p .*got t \(Int64\), x \(Uint16\), q/));
    const nulls = tableToIPC(new Table({ t: vectorFromArray([1n, null], new Int64()), x: vectorFromArray([1, 1]), y: vectorFromArray([1, 1]), p: vectorFromArray([1, 1]) }));
    await assert.rejects(readEvents(nulls, { timeUnit: "us" }), refusedWith(/nulls in the column t/));
    const table = EventTable.from({ t: BigInt64Array.of(1n), x: Uint16Array.of(1), y: Uint16Array.of(1), p: Uint8Array.of(1) });
    const long = Buffer.from(table.toIPC("stream"));
    long.writeUInt32LE(0x7ffffff8, 4);
    await assert.rejects(readEvents(long, { format: "arrow" }), refusedWith(/a message of 2147483640 bytes/));
    const parquet = Buffer.from(await table.toParquet());
    parquet.writeUInt32LE(0x7fffffff, parquet.length - 8);
    await assert.rejects(readEvents(parquet), refusedWith(/no directory/));
    await assert.rejects(readEvents(once(await table.toParquet())), refusedWith(/Save it to a file/));
    assert.equal(tableFromIPC(table.toIPC()).numRows, 1);
  });
});
