/**
 * LZ4 frames, as AEDAT4 packs its packets.
 *
 * Source: "LZ4 Frame Format Description" and "LZ4 Block Format Description". Checksums are passed over: a flipped bit
 * shows in the structure of what was packed, or not at all.
 * @module
 */
import { Arena } from "../wasm/arena.js";

/** Results of unpacking a block that are no position. */
const broken = -1;
const noRoom = -2;

/** Takes the blocks of a frame one by one. The methods return the new end, {@link broken} or {@link noRoom}. */
interface BlockTarget {
  /** Unpacks a block that lies at `from` in the frame; it may refer to what is already there. */
  unpack(from: number, size: number): number;
  /** Takes bytes that are not packed. */
  store(from: number, size: number): number;
  /** Makes more room, or returns false. */
  grow(): boolean;
}

/** Walks the blocks of a frame. Returns `undefined`, or a sentence that says what is wrong. */
function walkFrame(frame: Uint8Array, limit: number, target: BlockTarget): string | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 7 || view.getUint32(0, true) !== 0x184d2204) return "an LZ4 frame without its magic number";
  const flags = frame[4];
  if (flags >> 6 !== 1) return `an LZ4 frame of version ${flags >> 6}`;
  if (flags & 0x01) return "an LZ4 frame that needs a dictionary";
  const blockChecksum = flags & 0x10 ? 4 : 0;
  let at = 6 + (flags & 0x08 ? 8 : 0) + 1;
  for (;;) {
    if (at + 4 > frame.length) return "an LZ4 frame that is cut off";
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return undefined;
    const size = head & 0x7fffffff;
    if (at + size > frame.length) return "an LZ4 block that is cut off";
    for (;;) {
      const end = head >>> 31 ? target.store(at, size) : target.unpack(at, size);
      if (end === broken) return "a broken LZ4 block";
      if (end !== noRoom) break;
      if (!target.grow()) return `an LZ4 frame of more than ${limit} bytes`;
    }
    at += size + blockChecksum;
  }
}

/** Unpacks one frame, or returns a sentence that says what is wrong with it. `limit` bounds the result. */
export function unpackLz4(frame: Uint8Array, limit: number): Uint8Array | string {
  let out = new Uint8Array(Math.min(limit, Math.max(1 << 16, frame.length * 4)));
  let length = 0;
  const kept = (end: number) => (end < 0 ? end : (length = end));
  const problem = walkFrame(frame, limit, {
    unpack: (from, size) => kept(unpackBlock(frame.subarray(from, from + size), out, length)),
    store(from, size) {
      if (length + size > out.length) return noRoom;
      out.set(frame.subarray(from, from + size), length);
      return (length += size);
    },
    grow() {
      if (out.length >= limit) return false;
      const grown = new Uint8Array(Math.min(limit, out.length * 2));
      grown.set(out.subarray(0, length));
      out = grown;
      return true;
    },
  });
  return problem ?? out.subarray(0, length);
}

/** Bytes that the kernel writes over behind the room it is given, and reads over behind a block. */
export const lz4Slack = 64;

/**
 * As {@link unpackLz4}, by the kernel: `frame` lies in its memory, and the result in `room` there, which is followed by
 * {@link lz4Slack} bytes.
 */
export function unpackLz4Kernel(kernels: Arena["kernels"], frame: Uint8Array, room: Uint8Array): Uint8Array | string {
  const base = room.byteOffset;
  const limit = base + room.length;
  let at = base;
  const problem = walkFrame(frame, room.length, {
    unpack(from, size) {
      const end = kernels.unpackLz4Block(frame.byteOffset + from, size, base, at, limit);
      return end < 0 ? end : (at = end);
    },
    store(from, size) {
      if (at + size > limit) return noRoom;
      room.set(frame.subarray(from, from + size), at - base);
      return (at += size);
    },
    grow: () => false,
  });
  return problem ?? room.subarray(0, at - base);
}

/** Unpacks a block behind `at`, to which it may refer, and returns the new end, {@link broken} or {@link noRoom}. */
function unpackBlock(block: Uint8Array, out: Uint8Array, at: number): number {
  let i = 0;
  while (i < block.length) {
    const token = block[i++];
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (i >= block.length) return broken;
        literals += more = block[i++];
      } while (more === 255);
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
      do {
        if (i >= block.length) return broken;
        match += more = block[i++];
      } while (more === 255);
    }
    if (at + match > out.length) return noRoom;
    for (const end = at + match; at < end; at++) out[at] = out[at - offset];
  }
  return broken;
}

/** Magic number, version 1 with independent blocks of at most 4 MiB and no checksums, and the checksum of these two bytes. */
const frameHead = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73);
const largestBlock = 1 << 22;
const tableBytes = 4 << 13;

/** Packs bytes into LZ4 frames. */
export class Lz4Packer {
  readonly #arena = new Arena();
  readonly #input: number;
  readonly #output: number;
  readonly #table: number;

  constructor() {
    this.#input = this.#arena.alloc(largestBlock + lz4Slack);
    this.#output = this.#arena.alloc(largestBlock + Math.ceil(largestBlock / 255) + lz4Slack);
    this.#table = this.#arena.alloc(tableBytes);
  }

  /** One frame. Blocks that would not become shorter are stored as they are. */
  pack(content: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [frameHead];
    for (let at = 0; at < content.length; at += largestBlock) {
      const block = content.subarray(at, at + largestBlock);
      this.#arena.u8(this.#input, block.length).set(block);
      const length = this.#arena.kernels.packLz4Block(this.#input, block.length, this.#output, this.#table);
      const stored = length >= block.length;
      parts.push(blockHead(stored ? (block.length | 0x80000000) >>> 0 : length));
      parts.push(stored ? block : this.#arena.u8(this.#output, length).slice());
    }
    return Buffer.concat([...parts, blockHead(0)]);
  }
}

function blockHead(size: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, size, true);
  return bytes;
}
