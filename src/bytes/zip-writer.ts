/**
 * Writes zip archives, packed by deflate or not.
 *
 * Source: PKWARE's APPNOTE.TXT 6.3.10.
 * @module
 */
import { Readable } from "node:stream";
import { createDeflateRaw, crc32 } from "node:zlib";
import { FormatError } from "../errors.js";
import type { ByteSink } from "./source.js";
import { Spool } from "./spool.js";

const largestFile = 0xffffffff;

/** Writes the files of a zip archive one after the other. */
export class ZipWriter {
  readonly #sink: ByteSink;
  readonly #deflate: boolean;
  readonly #list: Buffer[] = [];
  #position = 0;

  constructor(sink: ByteSink, deflate: boolean) {
    this.#sink = sink;
    this.#deflate = deflate;
  }

  /** Adds a file: first `head`, then what waits in `rest`. @throws FormatError beyond 4 GiB. */
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
        throw new FormatError({ where: `writing a zip archive to ${this.#sink.name}`, expected: "an archive of less than 4 GiB", received: `"${name}" of ${size} bytes`, next: "Write gz, Arrow or Parquet, which know no such limit" });
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

  /** Writes the list of the files. Leaves closing the sink to the caller. */
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
