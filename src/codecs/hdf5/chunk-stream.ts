/**
 * Reads what lies in a file in pieces, many at a time, with the next read under way while one is used.
 * @module
 */
import type { ByteSource } from "../../bytes/index.js";
import type { StoredChunk } from "./types.js";

const readBytes = 1 << 20;

/** Packed chunks in order. A view is valid until the next one is asked for. */
export async function* packedChunks(source: ByteSource, chunks: readonly StoredChunk[]): AsyncGenerator<{ chunk: StoredChunk; packed: Uint8Array }> {
  const groups: StoredChunk[][] = [];
  let end = -1;
  let bytes = 0;
  for (const chunk of chunks) {
    // Chunks that lie one behind the other, but for a few bytes of padding, come in one read.
    const gap = chunk.address - end;
    if (gap < 0 || gap > 64 || bytes + gap + chunk.bytes > readBytes) {
      groups.push([]);
      bytes = 0;
      end = chunk.address;
    }
    groups.at(-1)!.push(chunk);
    bytes += chunk.address - end + chunk.bytes;
    end = chunk.address + chunk.bytes;
  }
  const buffers = [new Uint8Array(readBytes), new Uint8Array(readBytes)];
  const read = (i: number) => {
    const [first, last] = [groups[i][0], groups[i].at(-1)!];
    const length = last.address + last.bytes - first.address;
    if (buffers[i % 2].length < length) buffers[i % 2] = new Uint8Array(length);
    const reading = source.read(buffers[i % 2].subarray(0, length), first.address);
    reading.catch(() => {}); // reported where it is awaited
    return reading;
  };
  let pending = groups.length > 0 ? read(0) : Promise.resolve(0);
  try {
    for (let i = 0; i < groups.length; i++) {
      const got = await pending;
      if (i + 1 < groups.length) pending = read(i + 1);
      for (const chunk of groups[i]) {
        const at = chunk.address - groups[i][0].address;
        yield { chunk, packed: buffers[i % 2].subarray(at, Math.min(got, at + chunk.bytes)) };
      }
    }
  } finally {
    await pending.catch(() => {});
  }
}
