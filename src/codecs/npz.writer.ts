/**
 * Writes an `.npz` as `np.savez` does: an array each for t (microseconds), x, y and p, with time_unit, width and height
 * beside them, and trigger edges as trigger_t, trigger_id and trigger_p where there are any.
 *
 * A zip archive holds one file after the other, so the columns wait in temporary files until all batches are there.
 * @module
 */
import { createDeflateRaw, crc32 } from "node:zlib";
import { Readable } from "node:stream";
import { Spool, type ByteSink } from "../bytes/index.js";
import { FormatError, OptionError } from "../errors.js";
import type { EventCodec } from "./codec.js";

const largestFile = 0xffffffff;

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

/** Writes the files of a zip archive one after the other. */
class ZipWriter {
  readonly #sink: ByteSink;
  readonly #deflate: boolean;
  readonly #list: Buffer[] = [];
  #position = 0;

  constructor(sink: ByteSink, deflate: boolean) {
    this.#sink = sink;
    this.#deflate = deflate;
  }

  async add(name: string, head: Uint8Array, rest?: Spool): Promise<void> {
    const size = head.length + (rest?.size ?? 0);
    async function* content() {
      yield head;
      if (rest) yield* rest.read();
    }
    let checksum = 0;
    for await (const part of content()) checksum = crc32(part, checksum);
    const packed = this.#deflate ? await Spool.open() : undefined;
    try {
      if (packed) for await (const part of Readable.from(content(), { objectMode: false }).pipe(createDeflateRaw({ level: 6 })) as AsyncIterable<Uint8Array>) await packed.write(part);
      const stored = packed?.size ?? size;
      if (Math.max(size, stored) >= largestFile || this.#position + stored >= largestFile) {
        throw new FormatError({ where: `writing npz to ${this.#sink.name}`, expected: "an archive of less than 4 GiB", received: `"${name}" of ${size} bytes`, next: "Write Arrow or Parquet, which know no such limit" });
      }
      const fields = Buffer.alloc(26);
      fields.writeUInt16LE(20, 0);
      fields.writeUInt16LE(packed ? 8 : 0, 4);
      fields.writeUInt16LE(0x21, 8); // 1 January 1980: the same events give the same bytes
      fields.writeUInt32LE(checksum, 10);
      fields.writeUInt32LE(stored, 14);
      fields.writeUInt32LE(size, 18);
      fields.writeUInt16LE(name.length, 22);
      const entry = Buffer.alloc(20);
      entry.writeUInt32LE(0x02014b50, 0);
      entry.writeUInt16LE(20, 4);
      const tail = Buffer.alloc(14);
      tail.writeUInt32LE(this.#position, 10);
      this.#list.push(Buffer.concat([entry.subarray(0, 6), fields, tail, Buffer.from(name, "latin1")]));
      await this.#write(Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, Buffer.from(name, "latin1")]));
      for await (const part of packed ? packed.read() : content()) await this.#write(part);
    } finally {
      await packed?.close();
    }
  }

  async end(): Promise<void> {
    const list = Buffer.concat(this.#list);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#list.length, 8);
    end.writeUInt16LE(this.#list.length, 10);
    end.writeUInt32LE(list.length, 12);
    end.writeUInt32LE(this.#position, 16);
    await this.#sink.write(Buffer.concat([list, end]));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#sink.write(bytes);
    this.#position += bytes.length;
  }
}
