/**
 * MurmurHash2 for 32 bits, the hash by which Jupyter front ends name the file of a cell.
 * Source: Austin Appleby's public-domain MurmurHash2.
 * @module
 */

const factor = 0x5bd1e995;

/** Unsigned 32-bit hash of the UTF-8 bytes of `text`. */
export function murmur2(text: string, seed: number): number {
  const bytes = Buffer.from(text);
  let hash = seed ^ bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    let word = Math.imul(bytes.readUInt32LE(at), factor);
    word = Math.imul(word ^ (word >>> 24), factor);
    hash = Math.imul(hash, factor) ^ word;
  }
  const rest = bytes.length - at;
  if (rest > 0) hash = Math.imul(hash ^ bytes.readUIntLE(at, rest), factor);
  hash = Math.imul(hash ^ (hash >>> 13), factor);
  return (hash ^ (hash >>> 15)) >>> 0;
}
