/**
 * LZ4 frames, as AEDAT4 packs its packets.
 *
 * Source: "LZ4 Frame Format Description" and "LZ4 Block Format Description". Checksums are passed over: a flipped bit
 * shows in the structure of what was packed, or not at all.
 * @module
 */

/** Unpacks one frame, or returns a sentence that says what is wrong with it. `limit` bounds the result. */
export function unpackLz4(frame: Uint8Array, limit: number): Uint8Array | string {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 7 || view.getUint32(0, true) !== 0x184d2204) return "an LZ4 frame without its magic number";
  const flags = frame[4];
  if (flags >> 6 !== 1) return `an LZ4 frame of version ${flags >> 6}`;
  const blockChecksum = flags & 0x10 ? 4 : 0;
  let at = 6 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0) + 1;
  let out = new Uint8Array(Math.min(limit, Math.max(1 << 16, frame.length * 4)));
  let length = 0;
  for (;;) {
    if (at + 4 > frame.length) return "an LZ4 frame that is cut off";
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return out.subarray(0, length);
    const size = head & 0x7fffffff;
    if (at + size > frame.length) return "an LZ4 block that is cut off";
    const block = frame.subarray(at, at + size);
    for (;;) {
      const end = head >>> 31 ? store(block, out, length) : unpackBlock(block, out, length);
      if (end >= 0) {
        length = end;
        break;
      }
      if (end === broken) return "a broken LZ4 block";
      if (out.length >= limit) return `an LZ4 frame of more than ${limit} bytes`;
      const grown = new Uint8Array(Math.min(limit, out.length * 2));
      grown.set(out.subarray(0, length));
      out = grown;
    }
    at += size + blockChecksum;
  }
}

const broken = -1;
const noRoom = -2;

function store(block: Uint8Array, out: Uint8Array, at: number): number {
  if (at + block.length > out.length) return noRoom;
  out.set(block, at);
  return at + block.length;
}

/** Unpacks a block behind `at`, to which it may refer, and returns the new end, {@link broken} or {@link noRoom}. */
function unpackBlock(block: Uint8Array, out: Uint8Array, at: number): number {
  let i = 0;
  while (i < block.length) {
    const token = block[i++];
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do literals += more = block[i++] ?? 0;
      while (more === 255);
    }
    if (i + literals > block.length) return broken;
    if (at + literals > out.length) return noRoom;
    if (literals > 0) out.set(block.subarray(i, i + literals), at);
    i += literals;
    at += literals;
    if (i === block.length) return at;

    const offset = block[i] | (block[i + 1] << 8);
    i += 2;
    if (i > block.length || offset === 0 || offset > at) return broken;
    let match = (token & 15) + 4;
    if (match === 19) {
      let more: number;
      do match += more = block[i++] ?? 0;
      while (more === 255);
    }
    if (at + match > out.length) return noRoom;
    for (const end = at + match; at < end; at++) out[at] = out[at - offset];
  }
  return broken;
}
