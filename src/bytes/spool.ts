/**
 * Bytes that wait in a temporary file until what belongs before them is known.
 * @module
 */
import { randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ByteSource } from "./source.js";

const bufferBytes = 1 << 18;

export class Spool {
  /** Bytes written so far. */
  size = 0;
  readonly #file: FileHandle;
  readonly #path: string;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async open(): Promise<Spool> {
    const path = join(tmpdir(), `evtlab-${process.pid}-${randomBytes(6).toString("hex")}.spool`);
    return new Spool(await open(path, "wx+", 0o600), path);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at, bytes.length - at, this.size + at)).bytesWritten;
    this.size += bytes.length;
  }

  /** All bytes in order. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (let position = 0; position < this.size; ) {
      const buffer = new Uint8Array(bufferBytes);
      const { bytesRead } = await this.#file.read(buffer, 0, bufferBytes, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** What was written, to be read in any order; closing it removes the file. */
  source(name: string): ByteSource {
    return {
      name,
      size: this.size,
      read: async (target, position) => {
        let filled = 0;
        while (filled < target.length) {
          const { bytesRead } = await this.#file.read(target, filled, target.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return filled;
      },
      close: () => this.close(),
    };
  }

  /** Removes the file. */
  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}
