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
import type { DecodeOptions, EventBatch } from "./codec.js";
import { report, WordDecoder, type WordFormat } from "./word-decoder.js";

/** Decodes the words from byte `start` on. */
export async function* readWords(
  source: ByteSource,
  format: WordFormat,
  start: number,
  sensor: SensorSize | undefined,
  options: DecodeOptions,
): AsyncGenerator<EventBatch> {
  const decoder = new WordDecoder(format, sensor, options);
  const { block } = decoder;
  const { chunkBytes } = block.size;
  const read = (half: 0 | 1, position: number) => {
    const input = block.input(half);
    const reading = source.read(block.bytes.subarray(input, input + chunkBytes), position);
    reading.catch(() => {}); // reported where it is awaited
    return reading;
  };

  let half: 0 | 1 = 0;
  let position = start;
  let carried = 0;
  let pending = read(half, position);
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const got = await pending;
      const atEnd = got < chunkBytes;
      const input = block.input(half);
      const toFile = position - input;
      const end = input + got;
      position += got;
      half = half === 0 ? 1 : 0;
      if (!atEnd) pending = read(half, position);

      const decoded = yield* decoder.decode(input - carried, end, (at) => at + toFile);
      yield* decoder.flush(decoded + toFile);
      carried = end - decoded;
      if (atEnd) {
        if (carried > 0) report(truncated(format, position - carried, carried), options);
        return;
      }
      block.bytes.copyWithin(block.input(half) - carried, decoded, end);
    }
  } finally {
    await pending.catch(() => {});
    decoder.release();
  }
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
