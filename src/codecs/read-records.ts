/**
 * Reads records of one size from pieces of a file, straight into the memory of the kernel and one piece ahead.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { DecodeOptions, EventBatch } from "./codec.js";
import { report, type WordDecoder } from "./word-decoder.js";

/** A run of bytes in the file. */
export interface Extent {
  readonly position: number;
  readonly bytes: number;
}

/** Decodes the records in some extents; each holds whole records. The decoder stays open. */
export async function* readRecords(
  source: ByteSource,
  extents: readonly Extent[],
  decoder: WordDecoder,
  format: { readonly codec: string; readonly wordBytes: number },
  options: DecodeOptions,
): AsyncGenerator<EventBatch> {
  const { block } = decoder;
  const parts = pieces(extents, Math.floor(block.size.chunkBytes / format.wordBytes) * format.wordBytes);
  const read = (i: number) => {
    const input = block.input((i % 2) as 0 | 1);
    const reading = source.read(block.bytes.subarray(input, input + parts[i].bytes), parts[i].position);
    reading.catch(() => {}); // reported where it is awaited
    return reading;
  };
  let pending = parts.length > 0 ? read(0) : Promise.resolve(0);
  try {
    for (let i = 0; i < parts.length; i++) {
      options.signal?.throwIfAborted();
      const got = await pending;
      if (i + 1 < parts.length) pending = read(i + 1);
      const input = block.input((i % 2) as 0 | 1);
      const { position, bytes } = parts[i];
      const decoded = yield* decoder.decode(input, input + got, (at) => position + at - input);
      yield* decoder.flush(position + decoded - input);
      if (got < bytes) {
        const fault = { codec: format.codec, byteOffset: position + got, expected: "as many events as the header states", received: "the end of the file" };
        report(new DecodeError({ ...fault, next: 'The file is cut off; read what is there with `onError: "skip"`' }), options);
        return;
      }
    }
  } finally {
    await pending.catch(() => {});
  }
}

/** Extents without a gap between them as one, cut into pieces of at most `most` bytes. */
function pieces(extents: readonly Extent[], most: number): Extent[] {
  const joined: { position: number; bytes: number }[] = [];
  for (const { position, bytes } of extents) {
    const last = joined.at(-1);
    if (last && last.position + last.bytes === position) last.bytes += bytes;
    else joined.push({ position, bytes });
  }
  return joined.flatMap(({ position, bytes }) =>
    Array.from({ length: Math.ceil(bytes / most) }, (_, i) => ({ position: position + i * most, bytes: Math.min(most, bytes - i * most) })),
  );
}
