// What other readers of tables get wrong, each by its name.
import assert from "node:assert/strict";
import { readEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/index.js";
import { memorySink } from "./memory-sink.js";
import { npy, zip } from "./numpy-file.js";

const n = 400;
// 20 ms, whose span made the unit look like milliseconds.
const table = EventTable.from({
  t: new BigInt64Array(n).map((_, i) => BigInt(i) * 50n), x: new Uint16Array(n).map((_, i) => i), y: new Uint16Array(n).map((_, i) => i >> 1), p: new Uint8Array(n).map((_, i) => i & 1),
}, { sensor: { width: 640, height: 480 } });
const columnsOf = ({ t, x, y, p }: EventTable) => ({ t, x, y, p });

async function written(format: string, compression?: string): Promise<Buffer> {
  const sink = memorySink();
  await writeEvents(table, sink, { format, ...(compression !== undefined && { compression }) });
  return Buffer.from(sink.bytes());
}

describe("defects of other readers: tables", () => {
  it("eventcv: a Prophesee HDF5 file of 20 ms is not read with t times 1000", async () => {
    assert.equal((await readEvents(await written("prophesee-hdf5"))).t[n - 1], 19_950n);
  });

  it("evlib: plain /CD/events, without ECF, is not refused", async () => {
    for (const compression of ["none", "gzip"]) assert.deepEqual(columnsOf(await readEvents(await written("prophesee-hdf5", compression))), columnsOf(table));
  });

  it("evlib, h5wasm: an ECF block that is broken is a fault, not garbage", async () => {
    const bytes = await written("prophesee-hdf5");
    bytes.fill(0xff, 112, 400); // behind the superblock and the head of the first block
    await assert.rejects(readEvents(bytes), (error) => isEvtlabError(error, "DecodeError") && /ECF/.test(error.message));
  });

  it("eventcv, N-ImageNet loaders: whole numbers in an npz are of no unit until somebody says it", async () => {
    const column = (descr: string, data: Uint8Array) => npy(descr, `(${n},)`, data);
    const bytes = zip({
      "t.npy": column("'<i8'", new Uint8Array(table.t.buffer)), "x.npy": column("'<u2'", new Uint8Array(table.x.buffer)),
      "y.npy": column("'<u2'", new Uint8Array(table.y.buffer)), "p.npy": column("'|u1'", table.p),
    });
    await assert.rejects(readEvents(bytes), (error) => isEvtlabError(error, "FormatError") && /timeUnit/.test(error.message));
    assert.deepEqual(columnsOf(await readEvents(bytes, { timeUnit: "us" })), columnsOf(table));
  });
});
