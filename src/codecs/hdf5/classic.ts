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
import { AddressedBytes } from "./addressed.js";
import { readAttributes } from "./attributes.js";
import { chunkIndex, largestChunk, readChunks } from "./chunk-tree.js";
import { unpackChunk } from "./filters.js";
import { findObject, readLinks } from "./groups.js";
import { BrokenHdf5, messageType, parseDataspace, parseFilters, parseLayout, parseType, Reader, Unsupported, type Layout } from "./header.js";
import { readMessages } from "./object-header.js";
import type { Hdf5Dataset, Hdf5File, StoredChunk } from "./types.js";

const signature = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
/** Where a superblock may begin within the first bytes of a file. */
const superblockOffsets = [0, 512, 1024, 2048, 4096, 8192];

const mostRemembered = 8;

/** Where the superblock begins in the first bytes of a file; `undefined` when it is no HDF5 file. */
export function findSuperblock(head: Uint8Array): number | undefined {
  return superblockOffsets.find((offset) => head.length >= offset + 8 && signature.every((byte, i) => head[offset + i] === byte));
}

export interface ClassicDataset extends Hdf5Dataset {
  readonly layout: Layout;
}

export class ClassicFile implements Hdf5File {
  readonly #bytes: AddressedBytes;
  readonly #root: number;
  /** The chunk that was unpacked last, and all chunks, of the datasets that were read last. */
  readonly #unpacked = new Map<string, { chunk: StoredChunk; bytes: Uint8Array }>();
  readonly #chunks = new Map<string, StoredChunk[]>();
  /** The group whose names were read last: those of thousands of pictures are asked for one by one. */
  #group: { readonly path: string; readonly links: ReadonlyMap<string, number> | undefined } | undefined;

  private constructor(source: ByteSource, base: number, root: number) {
    this.#bytes = new AddressedBytes(source, base);
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
    const address = await findObject(this.#bytes, this.#root, path);
    const links = address === undefined ? undefined : await readLinks(this.#bytes, address);
    return links && [...links.keys()];
  }

  async dataset(path: string): Promise<ClassicDataset | undefined> {
    const address = await this.#find(path);
    if (address === undefined) return undefined;
    const messages = await readMessages(this.#bytes, address);
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
    return address === undefined ? {} : readAttributes(this.#bytes, address);
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
      await this.#bytes.readInto(out, layout.address + from * rowBytes);
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
        await this.#bytes.readInto(out.subarray((start - from) * rowBytes, (end - from) * rowBytes), this.#bytes.addressOf(chunk.address) + (start - chunk.row) * rowBytes);
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
    const chunks = await readChunks(this.#bytes, dataset);
    remember(this.#chunks, dataset.path, chunks);
    return chunks;
  }

  /** The values of one chunk. */
  async unpack(dataset: ClassicDataset, chunk: StoredChunk): Promise<Uint8Array> {
    const last = this.#unpacked.get(dataset.path);
    if (last?.chunk === chunk) return last.bytes;
    const expected = (dataset.chunk ?? []).reduce((product, length) => product * length, 1) * dataset.type.size;
    const packed = new Uint8Array(chunk.bytes);
    await this.#bytes.readInto(packed, this.#bytes.addressOf(chunk.address));
    const bytes = await unpackChunk(packed, dataset, chunk.filterMask, expected);
    remember(this.#unpacked, dataset.path, { chunk, bytes });
    return bytes;
  }

  /** The first bytes of a chunk as they are stored. */
  async chunkHead(chunk: StoredChunk, bytes: number): Promise<DataView> {
    const head = await this.#bytes.read(this.#bytes.addressOf(chunk.address), bytes);
    return new DataView(head.buffer);
  }

  async close(): Promise<void> {}

  /** Absolute position in the file of an address. */
  position(address: number): number {
    return this.#bytes.position(address);
  }

  /** The address of the object at a path. */
  async #find(path: string): Promise<number | undefined> {
    const [, parent, name] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
    if (parent === undefined || name === undefined) return findObject(this.#bytes, this.#root, path);
    let group = this.#group;
    if (group?.path !== parent) {
      const address = await findObject(this.#bytes, this.#root, parent);
      this.#group = group = { path: parent, links: address === undefined ? undefined : await readLinks(this.#bytes, address) };
    }
    return group.links?.get(name);
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
      const held = layout.kind === "compact" ? layout.bytes.length : layout.address < 0 ? 0 : this.#bytes.size - this.#bytes.position(layout.address);
      if (values * type.size > held) throw new BrokenHdf5(`${path} of ${values * type.size} bytes, of which the file holds ${Math.max(0, held)}`);
    }
  }
}

/** No more than a few datasets are remembered: there may be one for each of many pictures. */
function remember<Value>(map: Map<string, Value>, path: string, value: Value): void {
  map.set(path, value);
  if (map.size > mostRemembered) map.delete(map.keys().next().value!);
}

/** Bytes of one row along the first dimension. */
export function rowBytesOf({ shape, type }: Hdf5Dataset): number {
  return shape.slice(1).reduce((product, length) => product * length, 1) * type.size;
}
