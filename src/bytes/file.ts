/** Files: random access in, write-beside-then-rename out. */
import { createReadStream, readSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { SourceError } from "../errors.js";
import type { ByteSink, ByteSource } from "./source.js";
import { streamSource } from "./stream.js";

/**
 * Reading what the system has in memory takes less time than to ask another thread for it and to wait. So a file is read
 * here, in pieces, and others are let in between when so many milliseconds have passed.
 */
const readBytes = 1 << 20;
const longestRun = 10;
let breath = 0;

/**
 * Opens a file for reading. A pipe or a device is read as a stream.
 * @throws SourceError when there is no such file, or it cannot be read.
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const file = await open(path, "r").catch((cause: unknown) => {
    // A relative path is a question of where one stands, which a notebook does not show.
    const absent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new SourceError({
      where: path,
      expected: "a readable file",
      received: absent ? `no file of that name in ${dirname(resolve(path))}` : reason(cause),
      next: absent ? "Check the path" : "Check its permissions",
      ...(!absent && { cause }),
    });
  });
  const stat = await file.stat({ bigint: true });
  if (!stat.isFile()) {
    await file.close();
    if (stat.isDirectory()) throw new SourceError({ where: path, expected: "a file", received: "a folder" });
    return streamSource(createReadStream(path), path);
  }
  return {
    name: path,
    size: Number(stat.size),
    file: { path, modified: stat.mtimeNs },
    async read(target, position) {
      let filled = 0;
      try {
        while (filled < target.length) {
          if (performance.now() > breath) {
            await turn();
            breath = performance.now() + longestRun;
          }
          const bytesRead = readSync(file.fd, target, filled, Math.min(readBytes, target.length - filled), position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
      } catch (cause) {
        throw new SourceError({
          where: path,
          expected: `${target.length} bytes at ${position}`,
          received: reason(cause),
          cause,
        });
      }
      return filled;
    },
    close: () => file.close(),
  };
}

let partials = 0;

/** Writes `path`: its folder is made, and the file appears under its name only when the sink is closed. */
export async function fileSink(path: string): Promise<ByteSink> {
  const partial = `${path}.${process.pid}-${partials++}.partial`;
  const failed = (cause: unknown): never => {
    const full = /^(ENOSPC|EDQUOT)/.test(reason(cause));
    throw new SourceError({ where: path, expected: "a file that can be written", received: reason(cause), ...(full && { next: "Free some space, or name another folder: files that are whole stay" }), cause });
  };
  await mkdir(dirname(path), { recursive: true }).catch(failed);
  const file = await open(partial, "wx").catch(failed);
  let open_ = true;
  const finish = async () => {
    if (!open_) return false;
    open_ = false;
    await file.close();
    return true;
  };
  return {
    name: path,
    async write(bytes) {
      let written = 0;
      while (written < bytes.length) {
        written += (await file.write(bytes, written).catch(failed)).bytesWritten;
      }
    },
    async overwrite(bytes, position) {
      const { bytesWritten } = await file.write(bytes, 0, bytes.length, position).catch(failed);
      if (bytesWritten < bytes.length) failed(new Error(`only ${bytesWritten} of ${bytes.length} bytes could be written`));
    },
    async close() {
      if (await finish()) await rename(partial, path).catch(failed);
    },
    async abort() {
      if (await finish()) await rm(partial, { force: true });
    },
  };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * Writes a file that is whole or not there.
 * @throws SourceError when it cannot be written.
 */
export async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const sink = await fileSink(path);
  try {
    for (const part of parts) await sink.write(part);
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
