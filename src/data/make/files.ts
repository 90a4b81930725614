/**
 * Files that are whole or not there.
 * @module
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SourceError } from "../../errors.js";

/** Writes beside and renames; makes the folders on the way. @throws SourceError when the disk refuses, saying `stays` of what is there already. */
export async function save(path: string, content: string | Uint8Array, stays = "clips that are whole stay and are not made again"): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new SourceError({ where: path, expected: "a place to write to", received: (cause as Error).message, next: `Free some space or name another folder: ${stays}`, cause });
  }
}

/** A NumPy file of float64, row by row. */
export function npy(values: Float64Array, columns: number): Uint8Array {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${values.length / columns}, ${columns}), }`;
  const header = new TextEncoder().encode(`${text.padEnd(117)}\n`);
  const bytes = new Uint8Array(10 + header.length + values.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(header, 10);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 10 + header.length);
  return bytes;
}
