/**
 * Unpacking as a stream, with a limit on what few bytes may grow into.
 * @module
 */
import { createGunzip, createInflateRaw } from "node:zlib";
import { Readable } from "node:stream";
import { SourceError } from "../errors.js";
import type { ByteSource } from "./source.js";

const readBytes = 1 << 18;
/** Recordings shrink to a tenth, seldom to a fiftieth: what grows beyond both limits is taken as a bomb. */
const bombBytes = 1 << 28;
const bombRatio = 200;

/** True if so many bytes from so few are no recording. */
export function isBomb(packed: number, unpacked: number): boolean {
  return unpacked > bombBytes && unpacked > packed * bombRatio;
}

/** @throws SourceError */
export function refuseBomb(name: string, packed: number, unpacked: number): void {
  if (!isBomb(packed, unpacked)) return;
  throw new SourceError({
    where: name,
    expected: `bytes that grow at most ${bombRatio} times when they are unpacked`,
    received: `${packed} that grow to ${unpacked} or more`,
    next: "If this is a recording and not a trap, unpack it first",
  });
}

/** Unpacks bytes from `start` up to `end` of a source: "gzip", or "deflate" without a header. */
export async function* inflate(source: ByteSource, kind: "gzip" | "deflate", start = 0, end = Infinity): AsyncGenerator<Uint8Array> {
  let packed = 0;
  let failed: unknown;
  async function* read() {
    for (let position = start; position < end; ) {
      const buffer = new Uint8Array(Math.min(readBytes, end - position));
      const got = await source.read(buffer, position);
      if (got === 0) return;
      packed += got;
      position += got;
      yield buffer.subarray(0, got);
    }
  }
  const stream = kind === "gzip" ? createGunzip({ chunkSize: readBytes }) : createInflateRaw({ chunkSize: readBytes });
  const input = Readable.from(read(), { objectMode: false, highWaterMark: readBytes });
  input.on("error", (error) => stream.destroy((failed = error) as Error));
  input.pipe(stream);
  let unpacked = 0;
  try {
    for await (const part of stream as AsyncIterable<Uint8Array>) {
      unpacked += part.length;
      refuseBomb(source.name, packed, unpacked);
      yield part;
    }
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    if (failed !== undefined) throw failed;
    throw new SourceError({
      where: source.name, expected: `bytes packed by ${kind}`, received: cause instanceof Error ? cause.message : String(cause),
      next: "The file is cut off or damaged: fetch it again", cause,
    });
  } finally {
    input.destroy();
    stream.destroy();
  }
}
