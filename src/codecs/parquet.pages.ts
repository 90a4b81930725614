/**
 * Row groups of a Parquet file, page by page in the memory of a kernel: plain numbers and numbers from a dictionary,
 * without missing values. What is packed or written in another way is left to the library.
 *
 * Source: Apache Parquet, "File Format" and "Parquet encoding definitions".
 * @module
 */
import { gunzipSync } from "node:zlib";
import type { ByteSource } from "../bytes/index.js";
import type { Arena } from "../wasm/arena.js";
import type { EventSchema } from "./arrow-columns.js";
import { BrokenBuffer } from "./flatbuffer.js";
import type { EventNumbers, NumberColumn, NumberType } from "./number-columns.js";
import { physical, type ColumnChunk, type RowGroup } from "./parquet.directory.js";
import { readThrift, type ThriftStruct } from "./thrift.js";
import { keepArena, takeArena } from "./word-decoder.js";
import { unpackZstd } from "./zstd.js";

const mostRows = 1 << 21;
const largestPage = 1 << 24;
/** Numbers in a dictionary have at most so many bits. */
const widestNumber = 20;
/** Kernels read and write so far behind a page. */
const slack = 16;

const names = ["t", "x", "y", "p"] as const;
const pageTypes = { data: 0, dictionary: 2, dataV2: 3 } as const;
const encodings = { plain: 0, plainDictionary: 2, runsOfDictionary: 8 } as const;

/** Packed by a kernel of its own; others by these, which unpack a page into bytes of a known length. */
const snappy = 1;
const unpackers = new Map<number, (bytes: Uint8Array, size: number) => Uint8Array | string | Promise<Uint8Array | string>>([
  [0, (bytes) => bytes],
  [2, unzip],
  [6, (bytes, size) => unpackZstd(bytes, largestPage, size)],
]);

function unzip(bytes: Uint8Array, size: number): Uint8Array | string {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch {
    return "broken gzip";
  }
}

export class ParquetPages {
  readonly #source: ByteSource;
  readonly #schema: EventSchema;
  readonly #arena: Arena = takeArena();
  readonly #columns: Readonly<Record<"t" | "x" | "y" | "p", number>>;
  readonly #page: number;
  readonly #packed: number;
  readonly #dictionary: number;
  #stored = new Uint8Array(0);

  constructor(source: ByteSource, schema: EventSchema) {
    this.#source = source;
    this.#schema = schema;
    const room = (bytes: number) => this.#arena.alloc(mostRows * bytes + slack);
    this.#columns = { t: room(8), x: room(2), y: room(2), p: room(1) };
    this.#page = this.#arena.alloc(largestPage + slack);
    this.#packed = this.#arena.alloc(largestPage + slack);
    this.#dictionary = this.#arena.alloc(8 << widestNumber);
  }

  /** The columns of a row group, valid until the next is asked for; `undefined` where the library must read it. */
  async group({ rows, columns }: RowGroup): Promise<EventNumbers | undefined> {
    if (rows > mostRows) return undefined;
    const found: Partial<Record<"t" | "x" | "y" | "p", NumberColumn>> = {};
    try {
      for (const name of names) {
        const { index, type } = this.#schema.fields[name];
        if (type === "bits" || !fits(columns[index], type)) return undefined;
        await this.#read(columns[index], rows, type.size, this.#columns[name]);
        found[name] = { bytes: this.#arena.u8(this.#columns[name], rows * type.size), offset: 0, stride: type.size, type };
      }
    } catch (error) {
      if (error instanceof BrokenBuffer) return undefined; // The library finds the same fault, and says more of it.
      throw error;
    }
    return found as EventNumbers;
  }

  release(): void {
    keepArena(this.#arena);
  }

  async #read(chunk: ColumnChunk, rows: number, size: number, out: number): Promise<void> {
    if (this.#stored.length < chunk.bytes) this.#stored = new Uint8Array(chunk.bytes);
    const stored = this.#stored.subarray(0, chunk.bytes);
    if ((await this.#source.read(stored, chunk.position)) < stored.length) throw new BrokenBuffer("a column that is cut off");
    let at = 0;
    let entries = 0;
    for (let row = 0; row < rows; ) {
      const { struct: page, end } = readThrift(stored, at);
      at = end + (page.number(3) ?? -1);
      if (at < end || at > stored.length) throw new BrokenBuffer("a page that passes the end");
      const body = stored.subarray(end, at);
      const unpackedBytes = page.number(2) ?? -1;
      const type = page.number(1);
      if (type === pageTypes.dictionary) {
        entries = count(page.struct(7)?.number(1), 1 << widestNumber);
        const { from, bytes } = await this.#unpack(chunk, body, unpackedBytes);
        this.#plain(chunk, from, bytes, entries, size, this.#dictionary);
        continue;
      }
      const about = type === pageTypes.data ? page.struct(5) : type === pageTypes.dataV2 ? page.struct(8) : undefined;
      if (!about) throw new BrokenBuffer(`a page of type ${type}`);
      const values = count(about.number(1), rows - row);
      const encoding = about.number(type === pageTypes.data ? 2 : 4);
      const part = type === pageTypes.data ? await this.#behindLevels(chunk, body, unpackedBytes, values) : await this.#behindKnownLevels(chunk, body, unpackedBytes, about);
      const to = out + row * size;
      if (encoding === encodings.plain) this.#plain(chunk, part.from, part.bytes, values, size, to);
      else if (encoding === encodings.runsOfDictionary || encoding === encodings.plainDictionary) {
        const width = this.#arena.u8(part.from, 1)[0];
        const known = part.bytes > 0 && width <= widestNumber;
        if (!known || !this.#arena.kernels.lookUpRuns(part.from + 1, part.from + part.bytes, width, this.#dictionary, entries, Math.log2(size), values, to)) {
          throw new BrokenBuffer("numbers without a value");
        }
      } else throw new BrokenBuffer(`values in encoding ${encoding}`);
      row += values;
    }
  }

  /** Puts values that lie one behind the other where they are wanted. */
  #plain({ type }: ColumnChunk, from: number, bytes: number, values: number, size: number, to: number): void {
    if (bytes < values * (type === physical.int64 ? 8 : 4)) throw new BrokenBuffer("fewer values than a page says");
    if (type === physical.int64) this.#arena.u8(to, values * 8).set(this.#arena.u8(from, values * 8));
    else if (size === 4) this.#arena.u8(to, values * 4).set(this.#arena.u8(from, values * 4));
    else if (!this.#arena.kernels.narrow(from, values, Math.log2(size), to)) throw new BrokenBuffer("a value of too many bits");
  }

  /** Unpacks a page into the arena. */
  async #unpack({ compression }: ColumnChunk, body: Uint8Array, size: number): Promise<{ from: number; bytes: number }> {
    const unpack = compression === snappy ? (bytes: Uint8Array) => this.#unsnapped(bytes, size) : unpackers.get(compression);
    if (!unpack || !(size >= 0 && size <= largestPage)) throw new BrokenBuffer(`a page of ${size} bytes, packed in way ${compression}`);
    const unpacked = await unpack(body, size);
    if (typeof unpacked === "string" || unpacked.length !== size) throw new BrokenBuffer("a page of another length");
    const page = this.#arena.u8(this.#page, size);
    if (unpacked.byteOffset !== this.#page || unpacked.buffer !== page.buffer) page.set(unpacked);
    return { from: this.#page, bytes: size };
  }

  /** By the kernel, to where the page is wanted. */
  #unsnapped(bytes: Uint8Array, size: number): Uint8Array | string {
    if (bytes.length > largestPage) return "a packed page that is too large";
    this.#arena.u8(this.#packed, bytes.length).set(bytes);
    return this.#arena.kernels.unpackSnappy(this.#packed, bytes.length, this.#page, size) ? this.#arena.u8(this.#page, size) : "broken snappy";
  }

  /** The values of a page whose levels, if any, are packed with them: the length of the levels, and the levels. */
  async #behindLevels(chunk: ColumnChunk, body: Uint8Array, size: number, values: number): Promise<{ from: number; bytes: number }> {
    const { from, bytes } = await this.#unpack(chunk, body, size);
    if (!chunk.optional) return { from, bytes };
    const page = this.#arena.u8(from, bytes);
    const levels = bytes < 4 ? -1 : new DataView(page.buffer, from).getInt32(0, true);
    if (levels < 0 || 4 + levels > bytes || !allThere(page.subarray(4, 4 + levels), values)) throw new BrokenBuffer("values that are missing");
    return { from: from + 4 + levels, bytes: bytes - 4 - levels };
  }

  /** The values of a page whose levels, if any, come first and unpacked. */
  async #behindKnownLevels(chunk: ColumnChunk, body: Uint8Array, size: number, about: ThriftStruct): Promise<{ from: number; bytes: number }> {
    const levels = count((about.number(5) ?? 0) + (about.number(6) ?? 0), body.length);
    if (about.number(2) !== 0) throw new BrokenBuffer("values that are missing");
    return this.#unpack(about.flag(7) === false ? { ...chunk, compression: 0 } : chunk, body.subarray(levels), size - levels);
  }
}

/** True where values of the type in the schema are read without asking what they mean. */
function fits({ type }: ColumnChunk, { kind, size, signed }: NumberType): boolean {
  return kind === "integer" && (type === physical.int64 ? size === 8 : type === physical.int32 && (size === 4 || !signed));
}

function count(value: number | undefined, most: number): number {
  if (value !== undefined && value >= 0 && value <= most) return value;
  throw new BrokenBuffer(`a number of ${value}, more than ${most}`);
}

/** Levels of one bit in runs, of which each says that a value is there. */
function allThere(levels: Uint8Array, values: number): boolean {
  let at = 0;
  for (let left = values; left > 0; ) {
    let header = 0;
    for (let factor = 1; ; factor *= 128) {
      if (at >= levels.length || factor > 2 ** 28) return false;
      const byte = levels[at++];
      header += (byte & 127) * factor;
      if (byte < 128) break;
    }
    const run = Math.floor(header / 2);
    if (header % 2 === 0) {
      if (levels[at++] !== 1 || run === 0) return false;
      left -= run;
    } else {
      for (let i = 0; i < run && left > 0; i++, left -= 8) {
        const wanted = left >= 8 ? 0xff : (1 << left) - 1;
        if (at >= levels.length || (levels[at++] & wanted) !== wanted) return false;
      }
    }
  }
  return true;
}
