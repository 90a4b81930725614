/**
 * Reads formats that are a header and then words of one size.
 *
 * The file is read straight into the memory of the kernel, one chunk ahead of the one that is decoded. Bytes of a word
 * that a chunk has begun are carried in front of the next one.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import type { EventBatch, ReadFromOptions } from "./codec.js";
import { decodeTogether } from "./together.js";
import { report, WordDecoder, type WordFormat } from "./word-decoder.js";

/** Bytes between two bookmarks unless it is said otherwise: a window of time costs some of these more than it holds. */
const bookmarkSpacing = 1 << 18;

/** Decodes the words from byte `start` on, or from the bookmark that is to be resumed. */
export async function* readWords(
  source: ByteSource,
  format: WordFormat,
  start: number,
  sensor: SensorSize | undefined,
  options: ReadFromOptions,
): AsyncGenerator<EventBatch> {
  const { onBookmark, bookmarkBytes = bookmarkSpacing, stopAt = Infinity } = options;
  const resume = options.resume ?? (await decodeTogether(source, format, start, sensor, options));
  const decoder = new WordDecoder(format, sensor, options, 0, options.take);
  const { block } = decoder;
  const read = (half: 0 | 1, position: number) => {
    const input = block.input(half);
    const reading = fill(source, block.bytes.subarray(input, input + Math.min(block.size.chunkBytes, stopAt - position)), position);
    reading.catch(() => {}); // reported where it is awaited
    return reading;
  };

  if (resume) decoder.resume(resume);
  let half: 0 | 1 = 0;
  let position = resume?.byteOffset ?? start;
  let nextBookmark = position + bookmarkBytes;
  let carried = 0;
  let pending = read(half, position);
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const { bytes: got, atEnd } = await pending;
      const input = block.input(half);
      const toFile = position - input;
      const end = input + got;
      position += got;
      half = half === 0 ? 1 : 0;
      if (!atEnd) pending = read(half, position);

      let decoded = input - carried;
      while (onBookmark && position > nextBookmark) {
        decoded = yield* decoder.decode(decoded, nextBookmark - toFile, (at) => at + toFile);
        yield* decoder.flush(decoded + toFile);
        onBookmark(decoder.bookmark(decoded + toFile));
        nextBookmark += bookmarkBytes;
      }
      decoded = yield* decoder.decode(decoded, end, (at) => at + toFile);
      yield* decoder.flush(decoded + toFile);
      carried = end - decoded;
      if (atEnd) {
        // Of a file that is still written, and of a part of a file, the rest of a word is no fault.
        if (carried > 0 && !source.grown && position < stopAt) report(truncated(format, position - carried, carried), options);
        return;
      }
      block.bytes.copyWithin(block.input(half) - carried, decoded, end);
    }
  } finally {
    await pending.catch(() => {});
    decoder.release();
  }
}

/** Reads up to `target.length` bytes; of a source that grows, what is there when there is anything. */
async function fill(source: ByteSource, target: Uint8Array, position: number): Promise<{ bytes: number; atEnd: boolean }> {
  if (source.grown && (await source.grown(position)) === 0) return { bytes: 0, atEnd: true };
  const bytes = await source.read(target, position);
  return { bytes, atEnd: bytes < target.length && !source.grown };
}

function truncated({ codec, wordBytes, longestWord }: WordFormat, byteOffset: number, bytes: number): DecodeError {
  return new DecodeError({
    codec,
    byteOffset,
    expected: `a word of ${longestWord ?? wordBytes} bytes`,
    received: `the end of the file after ${bytes} of them`,
    next: 'The file is cut off; read what is there with `onError: "skip"`',
  });
}
