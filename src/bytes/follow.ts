/** A file that is still being written. */
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { SourceError } from "../errors.js";
import type { ByteSource } from "./source.js";

const pollMs = 50;

/**
 * Reads a file that grows: its end is where the signal is aborted.
 * @throws SourceError when the source is not a file.
 */
export function followSource(source: ByteSource, signal: AbortSignal | undefined): ByteSource {
  if (!source.file) {
    throw new SourceError({ where: source.name, expected: "a file to follow", received: "bytes that do not grow" });
  }
  const { path } = source.file;
  return {
    name: source.name,
    size: undefined,
    read: (target, position) => source.read(target, position),
    async grown(position) {
      while (!signal?.aborted) {
        const { size } = await stat(path).catch((cause: unknown) => {
          throw new SourceError({ where: path, expected: "the file to stay while it is followed", received: String(cause), cause });
        });
        if (size > position) return size - position;
        await sleep(pollMs, undefined, signal ? { signal } : {}).catch(() => {}); // an abort ends the loop
      }
      return 0;
    },
    close: () => source.close(),
  };
}
