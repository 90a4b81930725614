/** Bytes that come in order and once: pipes, HTTP bodies, async iterables. */
import { SourceError } from "../errors.js";
import type { ByteSource } from "./source.js";

/** Bytes kept from the start, so that a format can be recognised before the stream is read from 0. */
const keptBytes = 65536;

/**
 * Reads a stream in order. Its first 64 KiB can be read again; any other step back is an error, and a step ahead
 * reads over what lies between.
 */
export function streamSource(stream: AsyncIterable<Uint8Array>, name = "stream"): ByteSource {
  const chunks = stream[Symbol.asyncIterator]();
  const kept = new Uint8Array(keptBytes);
  let keptLength = 0;
  let chunk = new Uint8Array(0);
  let chunkPosition = 0;
  let ended = false;

  async function nextChunk(): Promise<void> {
    const result = await chunks.next().catch((cause: unknown) => {
      throw new SourceError({
        where: name,
        expected: "more bytes",
        received: cause instanceof Error ? cause.message : String(cause),
        cause,
      });
    });
    chunkPosition += chunk.length;
    ended = result.done === true;
    chunk = ended ? new Uint8Array(0) : new Uint8Array(result.value.buffer, result.value.byteOffset, result.value.byteLength);
    const wanted = Math.min(chunk.length, keptBytes - chunkPosition);
    if (wanted > 0) {
      kept.set(chunk.subarray(0, wanted), chunkPosition);
      keptLength = chunkPosition + wanted;
    }
  }

  return {
    name,
    size: undefined,
    async read(target, position) {
      let filled = 0;
      while (filled < target.length) {
        const at = position + filled;
        let part: Uint8Array;
        if (at >= chunkPosition) {
          if (at >= chunkPosition + chunk.length) {
            if (ended) break;
            await nextChunk();
            continue;
          }
          part = chunk.subarray(at - chunkPosition, at - chunkPosition + target.length - filled);
        } else if (at < keptLength) {
          part = kept.subarray(at, Math.min(keptLength, at + target.length - filled));
        } else {
          throw new SourceError({
            where: name,
            expected: `a read at or behind byte ${chunkPosition}, where the stream is`,
            received: `byte ${at}`,
            next: "A stream can be read once only; save it to a file to read it again",
          });
        }
        target.set(part, filled);
        filled += part.length;
      }
      return filled;
    },
    async close() {
      await chunks.return?.();
    },
  };
}
