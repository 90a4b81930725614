/**
 * Reads HDF5 files in the classic format by ranges of bytes: superblocks 0 to 3, symbol tables and compact links,
 * chunks in B-trees of version 1. Files that were written with `libver="latest"` hold other structures, and are left
 * to {@link ./library.ts | the library}.
 *
 * Nothing is trusted: sizes are bounded by the file, and no structure is visited twice.
 *
 * Source: "HDF5 File Format Specification Version 3.0".
 * @module
 */
import type { ByteSource } from "../../bytes/index.js";
import { firstWhere } from "../../events/first-where.js";
import { unpackChunk } from "./filters.js";
import {
  BrokenHdf5, messageType, parseAttribute, parseDataspace, parseFilters, parseLayout, parseLink, parseType, Reader, Unsupported,
  type Layout, type Message,
} from "./header.js";
import type { Hdf5Dataset, Hdf5File, StoredChunk } from "./types.js";

const signature = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
/** Where a superblock may begin within the first bytes of a file. */
const superblockOffsets = [0, 512, 1024, 2048, 4096, 8192];
const largestChunk = 1 << 26;
const mostLinks = 1 << 14;
const mostChunks = 1 << 22;
const mostMessages = 1 << 12;

/** Where the superblock begins in the first bytes of a file; `undefined` when it is no HDF5 file. */
export function findSuperblock(head: Uint8Array): number | undefined {
  return superblockOffsets.find((offset) => head.length >= offset + 8 && signature.every((byte, i) => head[offset + i] === byte));
}

export interface ClassicDataset extends Hdf5Dataset {
  readonly layout: Layout;
}

export class ClassicFile implements Hdf5File {
  readonly #source: ByteSource;
  readonly #base: number;
  readonly #root: number;
  /** The chunk that was unpacked last, of each dataset. */
  readonly #unpacked = new Map<string, { chunk: StoredChunk; bytes: Uint8Array }>();
  readonly #chunks = new Map<string, StoredChunk[]>();

  private constructor(source: ByteSource, base: number, root: number) {
    this.#source = source;
    this.#base = base;
    this.#root = root;
  }

  /** @throws BrokenHdf5, Unsupported */
  static async open(source: ByteSource): Promise<ClassicFile> {
    const head = new Uint8Array(16384);
    const got = head.subarray(0, await source.read(head, 0));
    const at = findSuperblock(got);
    if (at === undefined) throw new BrokenHdf5("a file without the signature of HDF5");
    const reader = new Reader(got, at + 8);
    const version = reader.u8();
    if (version > 3) throw new Unsupported(`a superblock of version ${version}`);
    if (version < 2) reader.skip(4);
    const [offsetSize, lengthSize] = [reader.u8(), reader.u8()];
    if (offsetSize !== 8 || lengthSize !== 8) throw new Unsupported(`addresses of ${offsetSize} and lengths of ${lengthSize} bytes`);
    if (version >= 2) {
      reader.skip(1);
      const base = reader.u64();
      reader.skip(16);
      return new ClassicFile(source, base, reader.u64());
    }
    reader.skip(version === 0 ? 9 : 13);
    const base = reader.u64();
    reader.skip(32);
    return new ClassicFile(source, base, reader.u64());
  }

  async list(path: string): Promise<string[] | undefined> {
    const address = await this.#find(path);
    const links = address === undefined ? undefined : await this.#links(address);
    return links && [...links.keys()];
  }

  async dataset(path: string): Promise<ClassicDataset | undefined> {
    const address = await this.#find(path);
    if (address === undefined) return undefined;
    const messages = await this.#messages(address);
    const find = (type: number) => messages.find((message) => message.type === type)?.bytes;
    const [space, type, stored, pipeline] = [messageType.dataspace, messageType.datatype, messageType.layout, messageType.filters].map(find);
    if (!space || !type || !stored) return undefined;
    const layout = parseLayout(stored);
    const dataset = {
      path,
      type: parseType(new Reader(type)),
      shape: parseDataspace(space),
      filters: pipeline ? parseFilters(pipeline) : [],
      chunk: layout.kind === "chunked" ? layout.chunk : undefined,
      layout,
    };
    this.#check(dataset);
    return dataset;
  }

  async attributes(path: string): Promise<Record<string, string>> {
    const address = await this.#find(path);
    if (address === undefined) return {};
    const found: Record<string, string> = {};
    for (const { type: kind, bytes } of await this.#messages(address)) {
      if (kind !== messageType.attribute) continue;
      const { name, type, shape, data } = parseAttribute(bytes);
      const count = shape.reduce((product, length) => product * length, 1);
      if (count < 1 || count > 4) continue;
      const values: (string | undefined)[] = [];
      for (let i = 0; i < count; i++) {
        const part = data.subarray(i * type.size);
        values.push(type.kind === "variable" ? await this.#heapText(part) : scalarText(type, part));
      }
      if (!values.includes(undefined)) found[name] = values.join(",");
    }
    return found;
  }

  async rows(dataset: ClassicDataset, from: number, to: number): Promise<Uint8Array> {
    const rowBytes = rowBytesOf(dataset);
    const { layout } = dataset;
    const out = new Uint8Array((to - from) * rowBytes);
    if (layout.kind === "compact") {
      out.set(layout.bytes.subarray(from * rowBytes, to * rowBytes));
      return out;
    }
    if (layout.kind === "contiguous") {
      if (layout.address < 0) return out; // nothing was ever written: the fill value, zero unless stated
      await this.#read(out, layout.address + from * rowBytes);
      return out;
    }
    const chunks = await this.chunks(dataset);
    if (layout.chunk.slice(1).some((length, i) => length < dataset.shape[i + 1])) {
      throw new Unsupported(`chunks that divide the rows of ${dataset.path}`);
    }
    let row = from;
    for (let i = chunkIndex(chunks, from); i < chunks.length && chunks[i].row < to; i++) {
      const chunk = chunks[i];
      const [start, end] = [Math.max(from, chunk.row), Math.min(to, chunk.row + chunk.rows)];
      if (start >= end) continue;
      if (start > row) break;
      row = end;
      if (dataset.filters.length === 0) {
        await this.#read(out.subarray((start - from) * rowBytes, (end - from) * rowBytes), chunk.address - this.#base + (start - chunk.row) * rowBytes);
        continue;
      }
      const bytes = await this.unpack(dataset, chunk);
      out.set(bytes.subarray((start - chunk.row) * rowBytes, (end - chunk.row) * rowBytes), (start - from) * rowBytes);
    }
    if (row < to) throw new BrokenHdf5(`no chunk with row ${row} of ${dataset.path}, which was never written`);
    return out;
  }

  /** The chunks of a dataset of chunks, in order of their rows. */
  async chunks(dataset: ClassicDataset): Promise<StoredChunk[]> {
    const known = this.#chunks.get(dataset.path);
    if (known) return known;
    const { layout, shape } = dataset;
    if (layout.kind !== "chunked") throw new Unsupported(`${dataset.path} without chunks`);
    const chunks: StoredChunk[] = [];
    const visited = new Set<number>();
    const rank = layout.chunk.length;
    const keyBytes = 8 + 8 * (rank + 1);
    const visit = async (address: number, level: number | undefined): Promise<void> => {
      if (visited.has(address)) throw new BrokenHdf5(`a tree of chunks that comes back to ${address}`);
      visited.add(address);
      const head = new Reader(await this.#bytes(address, 24));
      if (Buffer.from(head.take(4)).toString("latin1") !== "TREE" || head.u8() !== 1) throw new BrokenHdf5(`no tree of chunks at ${address}`);
      const here = head.u8();
      const entries = head.u16();
      if (level !== undefined && here !== level - 1) throw new BrokenHdf5(`a tree of chunks whose levels jump from ${level} to ${here}`);
      const reader = new Reader(await this.#bytes(address + 24, entries * (keyBytes + 8)));
      for (let i = 0; i < entries; i++) {
        const bytes = reader.u32();
        const filterMask = reader.u32();
        const row = reader.u64();
        const others = Array.from({ length: rank }, () => reader.u64());
        const child = reader.u64();
        if (here > 0) {
          await visit(child, here);
          continue;
        }
        if (others.slice(0, -1).some((start) => start !== 0)) throw new Unsupported(`chunks that divide the rows of ${dataset.path}`);
        if (row < 0 || row % layout.chunk[0] !== 0) throw new BrokenHdf5(`a chunk at row ${row}, which is no multiple of ${layout.chunk[0]}`);
        if (chunks.length === mostChunks) throw new BrokenHdf5(`more than ${mostChunks} chunks`);
        if (child < 0 || bytes > largestChunk || child + this.#base + bytes > this.#size()) {
          throw new BrokenHdf5(`a chunk of ${bytes} bytes at ${child}, in a file of ${this.#size()}`);
        }
        const rows = Math.min(layout.chunk[0], shape[0] - row);
        if (rows > 0) chunks.push({ row, rows, address: child + this.#base, bytes, filterMask });
      }
    };
    if (layout.tree >= 0) await visit(layout.tree, undefined);
    chunks.sort((a, b) => a.row - b.row);
    const twice = chunks.findIndex(({ row }, i) => i > 0 && row === chunks[i - 1].row);
    if (twice > 0) throw new BrokenHdf5(`two chunks for row ${chunks[twice].row}`);
    this.#chunks.set(dataset.path, chunks);
    return chunks;
  }

  /** The values of one chunk. */
  async unpack(dataset: ClassicDataset, chunk: StoredChunk): Promise<Uint8Array> {
    const last = this.#unpacked.get(dataset.path);
    if (last?.chunk === chunk) return last.bytes;
    const expected = (dataset.chunk ?? []).reduce((product, length) => product * length, 1) * dataset.type.size;
    const packed = new Uint8Array(chunk.bytes);
    await this.#read(packed, chunk.address - this.#base);
    const bytes = await unpackChunk(packed, dataset, chunk.filterMask, expected);
    this.#unpacked.set(dataset.path, { chunk, bytes });
    return bytes;
  }

  /** The first bytes of a chunk as they are stored. */
  async chunkHead(chunk: StoredChunk, bytes: number): Promise<DataView> {
    const head = await this.#bytes(chunk.address - this.#base, bytes);
    return new DataView(head.buffer);
  }

  async close(): Promise<void> {}

  #size(): number {
    return this.#source.size ?? Number.MAX_SAFE_INTEGER;
  }

  /** Absolute position in the file of an address. */
  position(address: number): number {
    return address + this.#base;
  }

  async #read(target: Uint8Array, address: number): Promise<void> {
    if (address < 0 || (await this.#source.read(target, address + this.#base)) < target.length) {
      throw new BrokenHdf5(`${target.length} bytes at ${address}, behind the end of the file`);
    }
  }

  async #bytes(address: number, length: number): Promise<Uint8Array> {
    if (length > this.#size()) throw new BrokenHdf5(`a structure of ${length} bytes in a file of ${this.#size()}`);
    const bytes = new Uint8Array(length);
    await this.#read(bytes, address);
    return bytes;
  }

  #check({ path, shape, type, layout }: ClassicDataset): void {
    if (type.size === 0) throw new BrokenHdf5(`values of no bytes in ${path}`);
    const values = shape.reduce((product, length) => product * length, 1);
    if (layout.kind === "chunked") {
      const bytes = layout.chunk.reduce((product, length) => product * length, 1) * type.size;
      if (layout.chunk.length !== shape.length || layout.elementSize !== type.size || !(bytes > 0 && bytes <= largestChunk)) {
        throw new BrokenHdf5(`${path} in chunks of ${layout.chunk.join(" x ")} values of ${layout.elementSize} bytes, for a shape of ${shape.join(" x ")}`);
      }
    } else {
      const held = layout.kind === "compact" ? layout.bytes.length : layout.address < 0 ? 0 : this.#size() - layout.address - this.#base;
      if (values * type.size > held) throw new BrokenHdf5(`${path} of ${values * type.size} bytes, of which the file holds ${Math.max(0, held)}`);
    }
  }

  async #find(path: string): Promise<number | undefined> {
    let address = this.#root;
    for (const name of path.split("/").filter((part) => part !== "")) {
      const next = (await this.#links(address))?.get(name);
      if (next === undefined) return undefined;
      address = next;
    }
    return address;
  }

  /** Names and addresses in a group; `undefined` when the object is no group. */
  async #links(address: number): Promise<Map<string, number> | undefined> {
    const messages = await this.#messages(address);
    const links = new Map<string, number>();
    let isGroup = false;
    for (const { type, bytes } of messages) {
      if (type === messageType.symbolTable) {
        isGroup = true;
        const reader = new Reader(bytes);
        await this.#symbols(reader.u64(), reader.u64(), links);
      } else if (type === messageType.link) {
        isGroup = true;
        const link = parseLink(bytes);
        if (link) links.set(link.name, link.address);
      } else if (type === messageType.linkInfo) {
        isGroup = true;
        const reader = new Reader(bytes, 1);
        if (reader.u8() & 1) reader.skip(8);
        if (reader.u64() >= 0) throw new Unsupported("a group whose links lie in a fractal heap");
      }
    }
    return isGroup ? links : undefined;
  }

  async #symbols(tree: number, heap: number, links: Map<string, number>): Promise<void> {
    const head = new Reader(await this.#bytes(heap, 32));
    if (Buffer.from(head.take(4)).toString("latin1") !== "HEAP") throw new BrokenHdf5(`no heap of names at ${heap}`);
    head.skip(4);
    const size = head.u64();
    head.skip(8);
    if (size < 0 || size > 1 << 24) throw new BrokenHdf5(`a heap of names of ${size} bytes`);
    const names = await this.#bytes(head.u64(), size);
    const visited = new Set<number>();
    const visit = async (address: number): Promise<void> => {
      if (visited.has(address)) throw new BrokenHdf5(`a tree of names that comes back to ${address}`);
      visited.add(address);
      const reader = new Reader(await this.#bytes(address, 8));
      const kind = Buffer.from(reader.take(4)).toString("latin1");
      if (kind === "SNOD") {
        reader.skip(2);
        const count = reader.u16();
        const entries = new Reader(await this.#bytes(address + 8, count * 40));
        for (let i = 0; i < count; i++) {
          const name = new Reader(names, entries.u64()).text();
          links.set(name, entries.u64());
          entries.skip(24);
          if (links.size > mostLinks) throw new BrokenHdf5(`a group of more than ${mostLinks} names`);
        }
      } else if (kind === "TREE" && reader.u8() === 0) {
        reader.skip(1);
        const count = reader.u16();
        const children = new Reader(await this.#bytes(address + 24, count * 16 + 8));
        for (let i = 0; i < count; i++) {
          children.skip(8);
          await visit(children.u64());
        }
      } else throw new BrokenHdf5(`no tree of names at ${address}`);
    };
    await visit(tree);
  }

  /** All messages of an object, those in continuations included. */
  async #messages(address: number): Promise<Message[]> {
    const start = await this.#bytes(address, 16);
    if (Buffer.from(start.subarray(0, 4)).toString("latin1") === "OHDR") return this.#messages2(address);
    const reader = new Reader(start);
    if (reader.u8() !== 1) throw new BrokenHdf5(`no object header at ${address}`);
    reader.skip(7);
    const messages: Message[] = [];
    const blocks = [{ address: address + 16, size: reader.u32() }];
    for (let i = 0; i < blocks.length; i++) {
      const block = new Reader(await this.#block(blocks, i));
      while (block.at + 8 <= block.bytes.length) {
        const type = block.u16();
        const size = block.u16();
        block.skip(4);
        takeMessage(messages, blocks, { type, bytes: block.take(size), position: blocks[i].address });
      }
    }
    return messages;
  }

  async #messages2(address: number): Promise<Message[]> {
    const head = new Reader(await this.#bytes(address, 36).catch(() => this.#bytes(address, 16)), 5);
    const flags = head.u8();
    if (flags & 0x20) head.skip(16);
    if (flags & 0x10) head.skip(4);
    const size = head.unsigned(1 << (flags & 3));
    const messages: Message[] = [];
    const blocks = [{ address: address + head.at, size }];
    for (let i = 0; i < blocks.length; i++) {
      const bytes = await this.#block(blocks, i);
      const block = new Reader(i === 0 ? bytes : bytes.subarray(4, -4));
      while (block.at + 4 <= block.bytes.length) {
        const type = block.u8();
        const length = block.u16();
        block.skip(flags & 4 ? 3 : 1);
        takeMessage(messages, blocks, { type, bytes: block.take(length), position: blocks[i].address });
      }
    }
    return messages;
  }

  async #block(blocks: readonly { address: number; size: number }[], i: number): Promise<Uint8Array> {
    const { address, size } = blocks[i];
    if (blocks.findIndex((block) => block.address === address) < i) throw new BrokenHdf5(`an object header that comes back to ${address}`);
    if (size > 1 << 24) throw new BrokenHdf5(`an object header of ${size} bytes`);
    return this.#bytes(address, size);
  }

  /** A string of variable length: its place in a global heap. */
  async #heapText(data: Uint8Array): Promise<string | undefined> {
    const place = new Reader(data);
    const length = place.u32();
    const [address, wanted] = [place.u64(), place.u32()];
    if (length === 0 || address < 0) return "";
    if (length > 1 << 20) return undefined;
    const head = new Reader(await this.#bytes(address, 16));
    if (Buffer.from(head.take(4)).toString("latin1") !== "GCOL") throw new BrokenHdf5(`no heap of strings at ${address}`);
    head.skip(4);
    const size = head.u64();
    if (size < 16 || size > 1 << 24) throw new BrokenHdf5(`a heap of strings of ${size} bytes`);
    const heap = new Reader(await this.#bytes(address, size), 16);
    while (heap.at + 16 <= size) {
      const index = heap.u16();
      heap.skip(6);
      const bytes = heap.u64();
      if (index === 0) break;
      const text = heap.take(bytes);
      if (index === wanted) return Buffer.from(text.subarray(0, length)).toString("utf8").replace(/\0.*$/s, "");
      heap.skip(Math.min((8 - (bytes % 8)) % 8, size - heap.at));
    }
    return undefined;
  }
}

/** The first chunk that reaches behind `row`. */
export function chunkIndex(chunks: readonly StoredChunk[], row: number): number {
  return firstWhere(0, chunks.length, (i) => chunks[i].row + chunks[i].rows > row);
}

/** Bytes of one row along the first dimension. */
export function rowBytesOf({ shape, type }: Hdf5Dataset): number {
  return shape.slice(1).reduce((product, length) => product * length, 1) * type.size;
}

function takeMessage(messages: Message[], blocks: { address: number; size: number }[], message: Message): void {
  if (messages.length + blocks.length > mostMessages) throw new BrokenHdf5(`an object header of more than ${mostMessages} messages`);
  if (message.type !== messageType.continuation) messages.push(message);
  else {
    const reader = new Reader(message.bytes);
    blocks.push({ address: reader.u64(), size: reader.u64() });
  }
}

function scalarText(type: Hdf5Dataset["type"], data: Uint8Array): string | undefined {
  if (data.length < type.size) return undefined;
  if (type.kind === "string") return Buffer.from(data.subarray(0, type.size)).toString("utf8").replace(/\0.*$/s, "");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const little = !type.bigEndian;
  if (type.kind === "float") return type.size === 8 ? String(view.getFloat64(0, little)) : type.size === 4 ? String(view.getFloat32(0, little)) : undefined;
  if (type.kind !== "integer" || type.size > 8) return undefined;
  let value = 0n;
  for (let i = 0; i < type.size; i++) value |= BigInt(data[little ? i : type.size - 1 - i]) << BigInt(8 * i);
  return String(type.signed ? BigInt.asIntN(8 * type.size, value) : value);
}
