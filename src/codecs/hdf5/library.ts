/**
 * HDF5 files that the classic reader leaves out, read by h5wasm: newer structures, and filters such as Blosc.
 *
 * The library reads files where they lie, piece by piece; bytes from elsewhere are copied to a temporary file first. When
 * a filter is missing it gives garbage and no error, so the filters of each dataset are compared with those it has.
 * @module
 */
import { createRequire } from "node:module";
import { openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, dirname } from "node:path";
import { devNull, tmpdir } from "node:os";
import { randomBytes } from "node:crypto";
import type { Dataset, File, Group } from "h5wasm/node";
import { fileSink, type ByteSource } from "../../bytes/index.js";
import { BrokenHdf5, Unsupported } from "./header.js";
import { filterIds, filterNames, type Hdf5Dataset, type Hdf5File, type Hdf5Type } from "./types.js";

const known: readonly number[] = [
  filterIds.deflate, filterIds.shuffle, filterIds.fletcher32, filterIds.lzf, filterIds.blosc, filterIds.lz4, filterIds.bitshuffle, filterIds.zstd,
  filterIds.blosc2,
];
const largestCopy = 1 << 30;

let loading: Promise<typeof import("h5wasm/node")> | undefined;

async function load(): Promise<typeof import("h5wasm/node")> {
  const library = await import("h5wasm/node");
  const module = await library.ready;
  silence(module.FS);
  module.insert_plugin_search_path(join(dirname(createRequire(import.meta.url).resolve("h5wasm-plugins/package.json")), "plugins"), 0);
  return library;
}

/** HDF5 prints an account of each of its errors on the error stream, besides reporting it: its stream leads nowhere. */
function silence(files: unknown): void {
  const [, , errors] = (files as { readonly streams: readonly { nfd: number }[] }).streams;
  errors.nfd = openSync(devNull, "w");
}

export class LibraryFile implements Hdf5File {
  readonly #file: File;
  readonly #copy: string | undefined;

  private constructor(file: File, copy: string | undefined) {
    this.#file = file;
    this.#copy = copy;
  }

  /** @throws BrokenHdf5 */
  static async open(source: ByteSource): Promise<LibraryFile> {
    const library = await (loading ??= load());
    const copy = source.file ? undefined : await copyOf(source);
    try {
      const file = attempt(() => new library.File(copy ?? source.file!.path, "r"));
      if (file.file_id < 0n) throw new BrokenHdf5("what the HDF5 library cannot open");
      return new LibraryFile(file, copy);
    } catch (error) {
      if (copy) await rm(copy, { force: true });
      throw error;
    }
  }

  async list(path: string): Promise<string[] | undefined> {
    return attempt(() => {
      const entity = path === "/" ? this.#file : this.#file.get(path);
      return entity && "keys" in entity ? [...(entity as Group).keys()] : undefined;
    });
  }

  async dataset(path: string): Promise<Hdf5Dataset | undefined> {
    return attempt(() => {
      const found = this.#find(path);
      if (!found) return undefined;
      const { metadata, filters } = found;
      const unknown = filters.filter(({ id }) => !known.includes(id));
      if (unknown.length > 0) throw new Unsupported(`${path} packed by ${unknown.map(({ id, name }) => filterNames[id] ?? (name || `filter ${id}`)).join(" and ")}`);
      const type: Hdf5Type = { kind: kindOf(metadata.type), size: metadata.size, signed: metadata.signed, bigEndian: !metadata.littleEndian, members: [] };
      return { path, type, shape: (found.shape ?? []).map(Number), filters: filters.map(({ id }) => ({ id, values: [] })), chunk: metadata.chunks?.map(Number) };
    });
  }

  async attributes(path: string): Promise<Record<string, string>> {
    return attempt(() => {
      const entity = path === "/" ? this.#file : this.#file.get(path);
      const entries = entity && "attrs" in entity ? Object.entries(entity.attrs) : [];
      return Object.fromEntries(entries.map(([name, { value }]) => [name, ArrayBuffer.isView(value) ? Array.from(value as Float64Array).join(",") : String(value)]));
    });
  }

  async rows({ path, shape }: Hdf5Dataset, from: number, to: number): Promise<Uint8Array> {
    return attempt(() => {
      if (shape.length === 0) {
        const { value } = this.#find(path)!;
        const scalar = typeof value === "bigint" ? BigInt64Array.of(value) : Float64Array.of(Number(value));
        return new Uint8Array(scalar.buffer);
      }
      const values = this.#find(path)!.slice([[from, to], ...shape.slice(1).map(() => [] as [])]) as unknown;
      if (!ArrayBuffer.isView(values)) throw new Unsupported(`${path} as values that are no numbers`);
      return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    });
  }

  async close(): Promise<void> {
    this.#file.close();
    if (this.#copy) await rm(this.#copy, { force: true });
  }

  #find(path: string): Dataset | undefined {
    const entity = this.#file.get(path);
    return entity && "slice" in entity ? (entity as Dataset) : undefined;
  }
}

/** Numbers of datatype classes: 0 integers, 1 floats, 8 enumerations, which booleans are. */
function kindOf(type: number): Hdf5Type["kind"] {
  return type === 0 || type === 8 ? "integer" : type === 1 ? "float" : "other";
}

function attempt<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Unsupported) throw cause;
    throw new BrokenHdf5(`what the HDF5 library cannot read (${cause instanceof Error ? cause.message.slice(0, 200) : "an error inside it"})`);
  }
}

async function copyOf(source: ByteSource): Promise<string> {
  if (source.size === undefined || source.size > largestCopy) {
    throw new Unsupported(`${source.size === undefined ? "a stream" : `${source.size} bytes`} that would have to be copied to a file first`);
  }
  const path = join(tmpdir(), `evtlab-${process.pid}-${randomBytes(6).toString("hex")}.h5`);
  const sink = await fileSink(path);
  const buffer = new Uint8Array(1 << 20);
  try {
    for (let position = 0; position < source.size; ) {
      const got = await source.read(buffer, position);
      if (got === 0) break;
      await sink.write(buffer.subarray(0, got));
      position += got;
    }
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return path;
}
