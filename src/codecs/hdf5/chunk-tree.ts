/**
 * Where the chunks of a data set lie: B-trees of version 1, no node of which is visited twice.
 * @module
 */
import { firstWhere } from "../../events/first-where.js";
import type { AddressedBytes } from "./addressed.js";
import { BrokenHdf5, Reader, Unsupported, type Layout } from "./header.js";
import type { Hdf5Dataset, StoredChunk } from "./types.js";

/** Bytes of a chunk, packed or not: a larger one is taken as a lie. */
export const largestChunk = 1 << 26;
const mostChunks = 1 << 22;

/** The chunks in order of their rows. */
export async function readChunks(file: AddressedBytes, dataset: Hdf5Dataset & { readonly layout: Layout }): Promise<StoredChunk[]> {
  const { layout, shape } = dataset;
  if (layout.kind !== "chunked") throw new Unsupported(`${dataset.path} without chunks`);
  const chunks: StoredChunk[] = [];
  const visited = new Set<number>();
  const rank = layout.chunk.length;
  const keyBytes = 8 + 8 * (rank + 1);
  const visit = async (address: number, level: number | undefined): Promise<void> => {
    if (visited.has(address)) throw new BrokenHdf5(`a tree of chunks that comes back to ${address}`);
    visited.add(address);
    const head = new Reader(await file.read(address, 24));
    if (Buffer.from(head.take(4)).toString("latin1") !== "TREE" || head.u8() !== 1) throw new BrokenHdf5(`no tree of chunks at ${address}`);
    const here = head.u8();
    const entries = head.u16();
    if (level !== undefined && here !== level - 1) throw new BrokenHdf5(`a tree of chunks whose levels jump from ${level} to ${here}`);
    const reader = new Reader(await file.read(address + 24, entries * (keyBytes + 8)));
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
      if (child < 0 || bytes > largestChunk || file.position(child) + bytes > file.size) {
        throw new BrokenHdf5(`a chunk of ${bytes} bytes at ${child}, in a file of ${file.size}`);
      }
      const rows = Math.min(layout.chunk[0], shape[0] - row);
      if (rows > 0) chunks.push({ row, rows, address: file.position(child), bytes, filterMask });
    }
  };
  if (layout.tree >= 0) await visit(layout.tree, undefined);
  chunks.sort((a, b) => a.row - b.row);
  const twice = chunks.findIndex(({ row }, i) => i > 0 && row === chunks[i - 1].row);
  if (twice > 0) throw new BrokenHdf5(`two chunks for row ${chunks[twice].row}`);
  return chunks;
}

/** The first chunk that reaches behind `row`. */
export function chunkIndex(chunks: readonly StoredChunk[], row: number): number {
  return firstWhere(0, chunks.length, (i) => chunks[i].row + chunks[i].rows > row);
}
