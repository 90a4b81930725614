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
const childrenOfGroupNode = 32;
const groupNodeBytes = 24 + childrenOfGroupNode * 8 + (childrenOfGroupNode + 1) * 8;
const symbolNodeEntries = 8;
const symbolNodeBytes = 8 + symbolNodeEntries * 40;
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

/** Text, a whole number, a number of 64 bits, or whole numbers. */
export type AttributeValue = string | bigint | number | readonly number[];
type Attributes = Readonly<Record<string, AttributeValue>>;

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
  readonly attributes: Record<string, AttributeValue> = {};
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
  /** Where each text lies that was written as an attribute. */
  readonly #texts = new Map<string, { readonly heap: number; readonly index: number }>();

  private constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  static async begin(sink: ByteSink): Promise<Hdf5Writer> {
    if (!sink.overwrite) {
      throw new FormatError({ where: `writing HDF5 to ${sink.name}`, expected: "a sink that can go back to its start", received: "one that cannot", next: "Write to a path, and pack the file afterwards if need be" });
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

  /** Writes what describes the chunks, with attributes of the root and of groups by their paths, and fills in the superblock. */
  async end(attributes: Attributes = {}, ofGroups: Readonly<Record<string, Attributes>> = {}): Promise<void> {
    const root = await this.#group("", this.#datasets, { ...ofGroups, "": attributes });
    const superblock = new Bytes()
      .u8(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 8, 8, 0)
      .u16(4).u16(16).u32(0)
      .u64(0).u64(undefinedAddress).u64(this.#end).u64(undefinedAddress)
      .u64(0).u64(root).u32(0).u32(0).u64(0).u64(0);
    await this.#sink.overwrite!(superblock.done(), 0);
  }

  /** Adds bytes, and zeros up to `length`. */
  async #append(bytes: Uint8Array, length = bytes.length): Promise<number> {
    const address = this.#end;
    await this.#sink.write(bytes);
    this.#end += bytes.length;
    // Whatever describes the file lies at a multiple of 8; chunks may lie anywhere.
    const rest = length - bytes.length + ((8 - ((address + length) % 8)) % 8);
    if (rest > 0) {
      await this.#sink.write(new Uint8Array(rest));
      this.#end += rest;
    }
    return address;
  }

  /** Writes a group with all that lies below it, and returns the address of its header. */
  async #group(path: string, datasets: readonly ChunkedDataset[], attributes: Readonly<Record<string, Attributes>>): Promise<number> {
    const below = new Map<string, ChunkedDataset[]>();
    for (const dataset of datasets) {
      const [name] = dataset.path.slice(path.length + 1).split("/");
      const known = below.get(name);
      if (known) known.push(dataset);
      else below.set(name, [dataset]);
    }
    const children: (readonly [name: string, address: number])[] = [];
    for (const [name, own] of below) {
      const child = `${path}/${name}`;
      children.push([name, own[0].path === child ? await this.#header(own[0]) : await this.#group(child, own, attributes)]);
    }
    children.sort(([a], [b]) => (a < b ? -1 : 1));
    const names = new Bytes().u64(0);
    const entries = children.map(([name, address]) => {
      const place = names.length;
      names.text(name).pad();
      return { name: place, address };
    });
    const heapData = await this.#append(names.done());
    const heap = await this.#append(new Bytes().u8(...Buffer.from("HEAP"), 0, 0, 0, 0).u64(names.length).u64(1).u64(heapData).done());
    const table = new Bytes().u64(await this.#names(entries)).u64(heap).done();
    return this.#object([[messageType.symbolTable, table], ...(await this.#attributes(attributes[path] ?? {}))]);
  }

  /** The tree of the names of a group, in their order: nodes of symbols, and levels above them until one node holds all. */
  async #names(entries: readonly { readonly name: number; readonly address: number }[]): Promise<number> {
    let children: { readonly address: number; readonly last: number }[] = [];
    for (let start = 0; start === 0 || start < entries.length; start += symbolNodeEntries) {
      const part = entries.slice(start, start + symbolNodeEntries);
      const symbols = new Bytes().u8(...Buffer.from("SNOD"), 1, 0).u16(part.length);
      for (const { name, address } of part) symbols.u64(name).u64(address).u32(0).u32(0).u64(0).u64(0);
      children.push({ address: await this.#append(symbols.done(), symbolNodeBytes), last: part.at(-1)?.name ?? 0 });
    }
    for (let level = 0; ; level++) {
      const parents: typeof children = [];
      for (let start = 0; start < children.length; start += childrenOfGroupNode) {
        const part = children.slice(start, start + childrenOfGroupNode);
        const more = start + childrenOfGroupNode < children.length;
        const node = new Bytes().u8(...Buffer.from("TREE"), 0, level).u16(part.length);
        node.u64(start === 0 ? undefinedAddress : this.#end - groupNodeBytes).u64(more ? this.#end + groupNodeBytes : undefinedAddress);
        // Between two children stands the last name of the one before.
        node.u64(children[start - 1]?.last ?? 0);
        for (const { address, last } of part) node.u64(address).u64(last);
        parents.push({ address: await this.#append(node.done(), groupNodeBytes), last: part.at(-1)!.last });
      }
      if (parents.length === 1) return parents[0].address;
      children = parents;
    }
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
        parents.push({ address: await this.#append(node.done(), nodeBytes), bytes: part[0].bytes, row: part[0].row });
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
  async #attributes(attributes: Attributes): Promise<[number, Uint8Array][]> {
    const texts = Object.values(attributes).filter((value) => typeof value === "string");
    await this.#heap(texts.filter((text) => !this.#texts.has(text)));
    return Object.entries(attributes).map(([name, value]) => {
      const type = typeof value === "string" ? textType : describeNumber(typeof value === "number" ? numberTypes.f64 : numberTypes.i64);
      const length = typeof value === "object" ? value.length : undefined;
      const message = new Bytes().u8(1, 0).u16(Buffer.byteLength(name) + 1).u16(type.length).u16(length === undefined ? 8 : 16).text(name).pad().bytes(type).pad();
      message.u8(1, length === undefined ? 0 : 1, 0, 0, 0, 0, 0, 0);
      if (length !== undefined) message.u64(length);
      if (typeof value === "string") {
        const { heap, index } = this.#texts.get(value)!;
        message.u32(Buffer.byteLength(value)).u64(heap).u32(index);
      } else if (typeof value === "number") message.bytes(new Uint8Array(Float64Array.of(value).buffer));
      else for (const number of typeof value === "bigint" ? [value] : value) message.u64(number);
      return [messageType.attribute, message.done()];
    });
  }

  /** A heap of texts, numbered from 1. */
  async #heap(texts: readonly string[]): Promise<void> {
    if (texts.length === 0) return;
    const objects = new Bytes();
    texts.forEach((value, i) => {
      const text = Buffer.from(value, "utf8");
      objects.u16(i + 1).u16(1).u32(0).u64(text.length).bytes(text).pad();
    });
    const size = Math.max(4096, objects.length + 32);
    const free = size - 16 - objects.length;
    const heap = new Uint8Array(size);
    heap.set(new Bytes().u8(...Buffer.from("GCOL"), 1, 0, 0, 0).u64(size).bytes(objects.done()).u16(0).u16(0).u32(0).u64(free).done());
    const address = await this.#append(heap);
    texts.forEach((text, i) => this.#texts.set(text, { heap: address, index: i + 1 }));
  }
}

/** Text of variable length, in UTF-8, of bytes of 8 bits. */
const textType = new Bytes().u8(0x19, 1, 0, 0).u32(16).u8(0x10, 0, 0, 0).u32(1).u16(0).u16(8).done();

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
