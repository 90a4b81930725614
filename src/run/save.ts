/**
 * Files that are whole or not there.
 * @module
 */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { SourceError } from "../errors.js";

/**
 * Writes beside and renames, so that a reader never meets half a file.
 * @throws SourceError when the folder is missing or closed.
 */
export function saveAtomically(path: string, content: string | Uint8Array): void {
  const beside = `${path}.${process.pid}.part`;
  try {
    writeFileSync(beside, content);
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new SourceError({ where: path, expected: "a place to write to", received: (cause as Error).message, next: "Make the folder, or name another one", cause });
  }
}
