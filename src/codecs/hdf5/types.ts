/**
 * What an HDF5 file says of its datasets, whoever reads it.
 * @module
 */

/** A datatype: integers, floats, compounds of them; anything else only by name. */
export interface Hdf5Type {
  readonly kind: "integer" | "float" | "compound" | "string" | "variable" | "other";
  /** Bytes of a value. */
  readonly size: number;
  readonly signed: boolean;
  readonly bigEndian: boolean;
  readonly members: readonly Hdf5Member[];
}

export interface Hdf5Member {
  readonly name: string;
  readonly offset: number;
  readonly type: Hdf5Type;
}

export interface Hdf5Filter {
  readonly id: number;
  readonly values: readonly number[];
}

export interface Hdf5Dataset {
  readonly path: string;
  readonly type: Hdf5Type;
  /** Length of each dimension. */
  readonly shape: readonly number[];
  readonly filters: readonly Hdf5Filter[];
  /** Length of a chunk in each dimension; `undefined` when the values lie in one piece. */
  readonly chunk: readonly number[] | undefined;
}

/** A piece of a dataset as it lies in the file: packed by the filters of the dataset. */
export interface StoredChunk {
  /** First row, and the number of rows that belong to the dataset. */
  readonly row: number;
  readonly rows: number;
  readonly address: number;
  readonly bytes: number;
  /** Filters that were left out for this chunk, one bit each. */
  readonly filterMask: number;
}

/** A file in this format, read by ranges. */
export interface Hdf5File {
  /** Names in a group, "/" for the root; `undefined` when there is no such group. */
  list(path: string): Promise<string[] | undefined>;
  /** `undefined` when there is no dataset of that path. */
  dataset(path: string): Promise<Hdf5Dataset | undefined>;
  /** Attributes whose values are strings or up to four numbers, as text: "480,640". */
  attributes(path: string): Promise<Record<string, string>>;
  /** Rows `from` up to `to` along the first dimension, as they lie in memory: row after row, little-endian as stored. */
  rows(dataset: Hdf5Dataset, from: number, to: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Numbers of the filters that HDF5 registers: https://github.com/HDFGroup/hdf5_plugins, docs/RegisteredFilterPlugins.md. */
export const filterIds = { deflate: 1, shuffle: 2, fletcher32: 3, lzf: 32000, blosc: 32001, lz4: 32004, bitshuffle: 32008, zstd: 32015, blosc2: 32026, ecf: 36559 } as const;

export const filterNames: Readonly<Record<number, string>> = Object.fromEntries(Object.entries(filterIds).map(([name, id]) => [id, name]));
