/**
 * Unpacks chunks: deflate and shuffle here, others are refused by name.
 * @module
 */
import { inflateSync } from "node:zlib";
import { BrokenHdf5, Unsupported } from "./header.js";
import { filterIds, filterNames, type Hdf5Dataset } from "./types.js";

const readHere: readonly number[] = [filterIds.deflate, filterIds.shuffle, filterIds.fletcher32];

/** The names of the filters of a dataset that {@link unpackChunk} does not know. */
export function otherFilters({ filters }: Hdf5Dataset): string[] {
  return filters.filter(({ id }) => !readHere.includes(id)).map(({ id }) => filterNames[id] ?? `number ${id}`);
}

/**
 * The values of a chunk, exactly `expected` bytes.
 * @param unshuffled undoes the shuffling, if not the definition here
 * @throws BrokenHdf5, and Unsupported for filters that are not read here
 */
export async function unpackChunk(packed: Uint8Array, dataset: Hdf5Dataset, filterMask: number, expected: number, unshuffled: typeof unshuffle = unshuffle): Promise<Uint8Array> {
  let bytes = packed;
  for (let i = dataset.filters.length - 1; i >= 0; i--) {
    if (filterMask & (1 << i)) continue;
    const { id, values } = dataset.filters[i];
    if (id === filterIds.deflate) bytes = inflate(bytes, expected + 4);
    else if (id === filterIds.shuffle) {
      const size = values[0] ?? dataset.type.size;
      if (size === 0) throw new BrokenHdf5("a chunk that is shuffled as values of 0 bytes");
      // As the HDF5 library does: bytes, and less than two values, lie as they would without. A damaged size may be 4e9.
      if (size > 1 && bytes.length >= 2 * size) bytes = unshuffled(bytes, size);
    }
    else if (id === filterIds.fletcher32) bytes = bytes.subarray(0, -4);
    else throw new Unsupported(`chunks packed by ${filterNames[id] ?? `filter ${id}`}`);
  }
  if (bytes.length !== expected) throw new BrokenHdf5(`a chunk of ${bytes.length} bytes where ${expected} belong`);
  return bytes;
}

function inflate(bytes: Uint8Array, limit: number): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: limit });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new BrokenHdf5(code === "ERR_BUFFER_TOO_LARGE" ? `a packed chunk that holds more than ${limit} bytes` : `a chunk that cannot be unpacked (${message})`);
  }
}

/** Bytes of equal significance lie together: back to values of `size` bytes. */
export function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  const out = new Uint8Array(bytes.length);
  for (let part = 0; part < size; part++) {
    const start = part * count;
    for (let i = 0, at = part; i < count; i++, at += size) out[at] = bytes[start + i];
  }
  out.set(bytes.subarray(count * size), count * size);
  return out;
}

/** What {@link unshuffle} undoes. */
export function shuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  const out = new Uint8Array(bytes.length);
  for (let part = 0; part < size; part++) {
    const start = part * count;
    for (let i = 0, at = part; i < count; i++, at += size) out[start + i] = bytes[at];
  }
  out.set(bytes.subarray(count * size), count * size);
  return out;
}
