/**
 * Writes HDF5 files in the classic format: superblock 0, symbol tables, chunks in B-trees of version 1.
 *
 * Chunks go to the sink as they come; everything that describes them follows at the end, and then the superblock at the
 * start is filled in, so the sink must be able to go back: a file can.
 *
 * Source: "HDF5 File Format Specification Version 3.0".
 * @module
 */
import type { ByteSink } from "../../bytes/index.js";
import { FormatError } from "../../errors.js";
import { messageType } from "./header.js";
import type { Hdf5Filter } from "./types.js";

const undefinedAddress = 0xffffffffffffffffn;
/** Chunks in a node of the tree, and names in one of a group: what the library takes when a file does not say. */
const chunksInNode = 64;
const groupNodeBytes = 24 + 32 * 8 + 33 * 8;
const symbolNodeEntries = 8;
const superblockBytes = 96;

/** Little-endian bytes that grow. */
class Bytes {
  readonly #parts: number[] = [];
  get length(): number {
    return this.#parts.length;
  }
  u8(...values: readonly number[]): this {
    this.#parts.push(...values);
    return this;
  }
  u16(value: number): this {
    return this.u8(value & 255, (value >> 8) & 255);
  }
  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16);
  }
  u64(value: number | bigint): this {
    const long = BigInt.asUintN(64, BigInt(value));
    return this.u32(Number(long & 0xffffffffn)).u32(Number(long >> 32n));
  }
  text(value: string): this {
    return this.u8(...Buffer.from(value, "utf8"), 0);
  }
  bytes(value: Uint8Array): this {
    for (const byte of value) this.#parts.push(byte);
    return this;
  }
  /** Zeros up to a multiple of 8. */
  pad(): this {
    while (this.length % 8 !== 0) this.u8(0);
    return this;
  }
  done(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }
}

/** A number as HDF5 describes it. */
export interface NumberType {
  readonly kind: "integer" | "float";
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
}

/** A record of numbers. */
export interface CompoundType {
  readonly size: number;
  readonly members: readonly { readonly name: string; readonly offset: number; readonly type: NumberType }[];
}

/** Text, or whole numbers. */
export type AttributeValue = string | readonly number[];

export type WrittenType = NumberType | CompoundType;

export const numberTypes = {
  u8: { kind: "integer", size: 1, signed: false },
  i8: { kind: "integer", size: 1, signed: true },
  u16: { kind: "integer", size: 2, signed: false },
  i16: { kind: "integer", size: 2, signed: true },
  u32: { kind: "integer", size: 4, signed: false },
  i64: { kind: "integer", size: 8, signed: true },
  u64: { kind: "integer", size: 8, signed: false },
  f64: { kind: "float", size: 8, signed: true },
} as const satisfies Record<string, NumberType>;

interface WrittenChunk {
  readonly address: number;
  readonly bytes: number;
}

/** A dataset that grows by chunks along its first dimension. */
export class ChunkedDataset {
  readonly path: string;
  readonly type: WrittenType;
  /** Rows of a chunk. */
  readonly chunkRows: number;
  /** Lengths of the other dimensions. */
  readonly columns: readonly number[];
  readonly filters: readonly Hdf5Filter[];
  readonly attributes: Record<string, string> = {};
  readonly chunks: WrittenChunk[] = [];
  /** Rows that belong to the dataset. */
  rows = 0;

  constructor(path: string, type: WrittenType, chunkRows: number, filters: readonly Hdf5Filter[], columns: readonly number[] = []) {
    this.path = path;
    this.type = type;
    this.chunkRows = chunkRows;
    this.filters = filters;
    this.columns = columns;
  }
}

export class Hdf5Writer {
  readonly #sink: ByteSink;
  #end = 0;
  readonly #datasets: ChunkedDataset[] = [];

  private constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  static async begin(sink: ByteSink): Promise<Hdf5Writer> {
    if (!sink.overwrite) {
      throw new FormatError({ where: `writing HDF5 to ${sink.name}`, expected: "a sink that can go back to its start", received: "one that cannot", next: "Write to a path" });
    }
    const writer = new Hdf5Writer(sink);
    await writer.#append(new Uint8Array(superblockBytes));
    return writer;
  }

  /** Adds a dataset; its chunks follow in order. */
  dataset(path: string, type: WrittenType, chunkRows: number, filters: readonly Hdf5Filter[] = [], columns: readonly number[] = []): ChunkedDataset {
    const dataset = new ChunkedDataset(path, type, chunkRows, filters, columns);
    this.#datasets.push(dataset);
    return dataset;
  }

  /** Writes the next chunk of a dataset, packed by its filters already; `rows` of it belong to the dataset. */
  async chunk(dataset: ChunkedDataset, packed: Uint8Array, rows: number): Promise<void> {
    dataset.chunks.push({ address: await this.#append(packed), bytes: packed.length });
    dataset.rows += rows;
  }

  /** Writes what describes the chunks, with attributes of the root, and fills in the superblock. */
  async end(attributes: Readonly<Record<string, AttributeValue>> = {}): Promise<void> {
    const root = await this.#group("", attributes);
    const superblock = new Bytes()
      .u8(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 8, 8, 0)
      .u16(4).u16(16).u32(0)
      .u64(0).u64(undefinedAddress).u64(this.#end).u64(undefinedAddress)
      .u64(0).u64(root).u32(0).u32(0).u64(0).u64(0);
    await this.#sink.overwrite!(superblock.done(), 0);
  }

  async #append(bytes: Uint8Array): Promise<number> {
    const address = this.#end;
    await this.#sink.write(bytes);
    this.#end += bytes.length;
    // Whatever describes the file lies at a multiple of 8; chunks may lie anywhere.
    const rest = (8 - (this.#end % 8)) % 8;
    if (rest > 0) {
      await this.#sink.write(new Uint8Array(rest));
      this.#end += rest;
    }
    return address;
  }

  /** Writes a group with all that lies below it, and returns the address of its header. */
  async #group(path: string, attributes: Readonly<Record<string, AttributeValue>>): Promise<number> {
    const children = new Map<string, number>();
    for (const dataset of this.#datasets) {
      if (!dataset.path.startsWith(`${path}/`)) continue;
      const [name, ...below] = dataset.path.slice(path.length + 1).split("/");
      if (children.has(name)) continue;
      children.set(name, below.length > 0 ? await this.#group(`${path}/${name}`, {}) : await this.#header(dataset));
    }
    const sorted = [...children].sort(([a], [b]) => (a < b ? -1 : 1));
    const names = new Bytes().u64(0);
    const entries = new Bytes();
    let last = 0;
    for (const [name, address] of sorted) {
      last = names.length;
      entries.u64(last).u64(address).u32(0).u32(0).u64(0).u64(0);
      names.text(name).pad();
    }
    if (sorted.length > symbolNodeEntries) throw new Error(`no room for ${sorted.length} names in one group`);
    const heapData = await this.#append(names.done());
    const heap = await this.#append(new Bytes().u8(...Buffer.from("HEAP"), 0, 0, 0, 0).u64(names.length).u64(1).u64(heapData).done());
    const symbols = new Uint8Array(8 + symbolNodeEntries * 40);
    symbols.set(new Bytes().u8(...Buffer.from("SNOD"), 1, 0).u16(sorted.length).bytes(entries.done()).done());
    const node = await this.#append(symbols);
    const tree = new Uint8Array(groupNodeBytes);
    tree.set(new Bytes().u8(...Buffer.from("TREE"), 0, 0).u16(1).u64(undefinedAddress).u64(undefinedAddress).u64(0).u64(node).u64(last).done());
    const table = new Bytes().u64(await this.#append(tree)).u64(heap).done();
    return this.#object([[messageType.symbolTable, table], ...(await this.#attributes(attributes))]);
  }

  async #header(dataset: ChunkedDataset): Promise<number> {
    const { type, chunkRows, columns, rows, filters } = dataset;
    const rank = 1 + columns.length;
    const space = new Bytes().u8(1, rank, 1, 0, 0, 0, 0, 0).u64(rows);
    for (const length of columns) space.u64(length);
    space.u64(undefinedAddress);
    for (const length of columns) space.u64(length);
    const layout = new Bytes().u8(3, 2, rank + 1).u64(await this.#tree(dataset)).u32(chunkRows);
    for (const length of columns) layout.u32(length);
    layout.u32(type.size);
    const messages: [number, Uint8Array][] = [
      [messageType.dataspace, space.done()],
      [messageType.datatype, describeType(type)],
      [messageType.fill, new Bytes().u8(2, 3, 2, 1).u32(0).done()],
      [messageType.layout, layout.pad().done()],
    ];
    if (filters.length > 0) {
      const pipeline = new Bytes().u8(1, filters.length, 0, 0, 0, 0, 0, 0);
      for (const { id, values } of filters) {
        pipeline.u16(id).u16(0).u16(1).u16(values.length);
        for (const value of values) pipeline.u32(value);
        pipeline.pad();
      }
      messages.push([messageType.filters, pipeline.done()]);
    }
    return this.#object([...messages, ...(await this.#attributes(dataset.attributes))]);
  }

  /** The tree of the chunks: leaves, and levels of nodes above them until one holds all. */
  async #tree({ chunks, chunkRows, columns, rows, type }: ChunkedDataset): Promise<number | bigint> {
    if (chunks.length === 0) return undefinedAddress;
    const zeros = [...columns.map(() => 0), 0];
    const keyBytes = 8 + 8 * (zeros.length + 1);
    const nodeBytes = 24 + chunksInNode * 8 + (chunksInNode + 1) * keyBytes;
    let children = chunks.map(({ address, bytes }, i) => ({ address, bytes, row: i * chunkRows }));
    for (let level = 0; ; level++) {
      const parents: typeof children = [];
      for (let start = 0; start < children.length; start += chunksInNode) {
        const part = children.slice(start, start + chunksInNode);
        const next = children[start + chunksInNode];
        const node = new Bytes().u8(...Buffer.from("TREE"), 1, level).u16(part.length);
        const nodeAt = (k: number) => this.#end + k * nodeBytes;
        node.u64(start === 0 ? undefinedAddress : nodeAt(-1)).u64(next === undefined ? undefinedAddress : nodeAt(1));
        const key = (bytes: number, row: number) => {
          node.u32(bytes).u32(0).u64(row);
          for (const zero of zeros) node.u64(zero);
        };
        for (const { address, bytes, row } of part) {
          key(bytes, row);
          node.u64(address);
        }
        // The key behind the last child says where the next node begins, in elements.
        if (next) key(next.bytes, next.row);
        else {
          node.u32(0).u32(0).u64(Math.max(rows, chunks.length * chunkRows));
          for (const length of columns) node.u64(length);
          node.u64(type.size);
        }
        const whole = new Uint8Array(nodeBytes);
        whole.set(node.done());
        parents.push({ address: await this.#append(whole), bytes: part[0].bytes, row: part[0].row });
      }
      if (parents.length === 1) return parents[0].address;
      children = parents;
    }
  }

  /** An object header with its messages. */
  async #object(messages: readonly (readonly [type: number, bytes: Uint8Array])[]): Promise<number> {
    const body = new Bytes();
    for (const [type, bytes] of messages) {
      const padded = new Bytes().bytes(bytes).pad();
      body.u16(type).u16(padded.length).u8(type === messageType.datatype || type === messageType.fill ? 1 : 0, 0, 0, 0).bytes(padded.done());
    }
    return this.#append(new Bytes().u8(1, 0).u16(messages.length).u32(1).u32(body.length).u32(0).bytes(body.done()).done());
  }

  /** Strings are of variable length, as the library of the cameras' maker reads them, and lie in one heap. */
  async #attributes(attributes: Readonly<Record<string, AttributeValue>>): Promise<[number, Uint8Array][]> {
    const texts = Object.values(attributes).filter((value) => typeof value === "string");
    const heap = texts.length > 0 ? await this.#heap(texts) : 0;
    return Object.entries(attributes).map(([name, value]) => {
      const numbers = typeof value === "string" ? undefined : value;
      const message = new Bytes().u8(1, 0).u16(Buffer.byteLength(name) + 1).u16(numbers ? 12 : 20).u16(numbers ? 16 : 8).text(name).pad();
      if (numbers) {
        message.bytes(describeNumber(numberTypes.i64)).pad().u8(1, 1, 0, 0, 0, 0, 0, 0).u64(numbers.length);
        for (const number of numbers) message.u64(number);
      } else {
        message.u8(0x19, 1, 0, 0).u32(16).u8(0x10, 0, 0, 0).u32(1).u16(0).u16(8).pad().u8(1, 0, 0, 0, 0, 0, 0, 0);
        message.u32(Buffer.byteLength(value as string)).u64(heap).u32(texts.indexOf(value as string) + 1);
      }
      return [messageType.attribute, message.done()];
    });
  }

  /** A heap of texts, numbered from 1. */
  async #heap(texts: readonly string[]): Promise<number> {
    const objects = new Bytes();
    texts.forEach((value, i) => {
      const text = Buffer.from(value, "utf8");
      objects.u16(i + 1).u16(1).u32(0).u64(text.length).bytes(text).pad();
    });
    const size = Math.max(4096, objects.length + 32);
    const free = size - 16 - objects.length;
    const heap = new Uint8Array(size);
    heap.set(new Bytes().u8(...Buffer.from("GCOL"), 1, 0, 0, 0).u64(size).bytes(objects.done()).u16(0).u16(0).u32(0).u64(free).done());
    return this.#append(heap);
  }
}

function describeType(type: WrittenType): Uint8Array {
  if ("kind" in type) return describeNumber(type);
  const bytes = new Bytes().u8(0x16).u16(type.members.length).u8(0).u32(type.size);
  for (const { name, offset, type: member } of type.members) {
    bytes.bytes(new Bytes().text(name).pad().done()).u32(offset);
    for (let i = 0; i < 7; i++) bytes.u32(0);
    bytes.bytes(describeNumber(member));
  }
  return bytes.done();
}

function describeNumber({ kind, size, signed }: NumberType): Uint8Array {
  if (kind === "integer") return new Bytes().u8(0x10, signed ? 8 : 0, 0, 0).u32(size).u16(0).u16(size * 8).done();
  // IEEE 754 of 8 bytes: implied leading bit, sign at bit 63, exponent of 11 bits from bit 52, bias 1023.
  return new Bytes().u8(0x11, 0x20, 63, 0).u32(size).u16(0).u16(64).u8(52, 11, 0, 52).u32(1023).done();
}
