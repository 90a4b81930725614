/**
 * Writes an `.npz` as `np.savez` does: an array each for t (microseconds), x, y and p, with time_unit, width and height
 * beside them, and trigger edges as trigger_t, trigger_id and trigger_p where there are any.
 *
 * A zip archive holds one file after the other, so the columns wait in temporary files until all batches are there.
 * @module
 */
import { Spool, ZipWriter } from "../bytes/index.js";
import { OptionError } from "../errors.js";
import type { EventCodec } from "./codec.js";

interface Column {
  readonly name: string;
  readonly descr: string;
  readonly itemBytes: number;
  readonly spool: Spool;
}

/** `compression` is "none" (the default) or "gzip" (as `np.savez_compressed` does). */
export const writeNpz: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, compression = "none" }) => {
  if (compression !== "none" && compression !== "gzip") {
    throw new OptionError({ where: "writing npz: compression", expected: "none or gzip", received: `"${compression}"` });
  }
  const columns: Column[] = [];
  try {
    const types = { t: ["<i8", 8], x: ["<u2", 2], y: ["<u2", 2], p: ["|u1", 1], trigger_t: ["<i8", 8], trigger_id: ["|u1", 1], trigger_p: ["|u1", 1] } as const;
    for (const [name, [descr, itemBytes]] of Object.entries(types)) columns.push({ name, descr, itemBytes, spool: await Spool.open() });
    for await (const { columns: { t, x, y, p }, triggers } of batches) {
      const parts = [t, x, y, p, triggers.t, triggers.id, triggers.p];
      for (let i = 0; i < parts.length; i++) await columns[i].spool.write(bytesOf(parts[i]));
    }
    const zip = new ZipWriter(sink, compression === "gzip");
    for (const { name, descr, itemBytes, spool } of columns) {
      if (name.startsWith("trigger") && spool.size === 0) continue;
      await zip.add(`${name}.npy`, npyHeader(descr, `(${spool.size / itemBytes},)`), spool);
    }
    const unit = Buffer.from("us", "utf16le");
    await zip.add("time_unit.npy", Buffer.concat([npyHeader("<U2", "()"), Uint8Array.of(unit[0], 0, 0, 0, unit[2], 0, 0, 0)]));
    for (const side of ["width", "height"] as const) {
      const value = Buffer.alloc(8);
      value.writeUInt32LE(sensor[side]);
      await zip.add(`${side}.npy`, Buffer.concat([npyHeader("<i8", "()"), value]));
    }
    await zip.end();
  } finally {
    for (const { spool } of columns) await spool.close();
  }
};

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function npyHeader(descr: string, shape: string): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = Buffer.alloc(128, " ");
  header.write("\x93NUMPY\x01\x00", 0, "latin1");
  header.writeUInt16LE(118, 8);
  header.write(text, 10, "latin1");
  header[127] = 10;
  return header;
}
