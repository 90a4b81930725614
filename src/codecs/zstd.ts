/**
 * zstd frames, as AEDAT4 packs its packets: by Node itself where it can (from 22.15 on), and otherwise by zstddec, which
 * is loaded when the first one is met and cannot pack.
 */
import * as zlib from "node:zlib";
import { ZSTDDecoder } from "zstddec";
import { MissingError } from "../errors.js";

type Run = (bytes: Uint8Array, options?: { chunkSize: number; maxOutputLength: number }) => Uint8Array;
const native = zlib as { readonly zstdDecompressSync?: Run; readonly zstdCompressSync?: Run };

let loading: Promise<ZSTDDecoder> | undefined;

async function load(): Promise<ZSTDDecoder> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return decoder;
}

/**
 * Unpacks one frame, or returns a sentence that says what is wrong with it. `limit` bounds the result, and `size` is its
 * length where that is known besides.
 */
export async function unpackZstd(frame: Uint8Array, limit: number, size?: number): Promise<Uint8Array | string> {
  const inFrame = contentSize(frame);
  if (typeof inFrame === "string") return inFrame;
  const stated = inFrame ?? size;
  if (stated !== undefined && stated > limit) return `a zstd frame of ${stated} bytes, more than ${limit}`;
  if (native.zstdDecompressSync) {
    try {
      // One piece of the right size is faster than many that are joined.
      const unpacked = native.zstdDecompressSync(frame, { chunkSize: Math.max(64, stated ?? 1 << 18), maxOutputLength: Math.max(1, stated ?? limit) });
      return stated === undefined || unpacked.length === stated ? unpacked : "a broken zstd frame";
    } catch {
      return "a broken zstd frame";
    }
  }
  const decoder = await (loading ??= load());
  // A frame that does not state its size is tried with more and more room. A result of any other length is an error.
  for (let room = stated ?? 1 << 18; room <= limit; room *= 4) {
    if (room === 0) return new Uint8Array(0);
    const unpacked = decoder.decode(frame, room);
    if (unpacked.length === stated || (stated === undefined && unpacked.length > 0)) return unpacked;
    if (stated !== undefined) break;
  }
  return "a broken zstd frame";
}

/**
 * Packs bytes into a frame.
 * @throws MissingError on Node before 22.15.
 */
export function packZstd(content: Uint8Array): Uint8Array {
  if (native.zstdCompressSync) return native.zstdCompressSync(content);
  throw new MissingError({ where: "zstd", expected: "Node 22.15 or newer, which packs zstd", received: process.version, next: 'Write with `compression: "lz4"`, or run a newer Node' });
}

/** What the header of a frame states as the length of the content ("Zstandard Compression Format", 3.1.1.1). */
function contentSize(frame: Uint8Array): number | undefined | string {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 14 || view.getUint32(0, true) !== 0xfd2fb528) return "a zstd frame without its magic number";
  const descriptor = frame[4];
  const single = (descriptor >> 5) & 1;
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3];
  switch (descriptor >> 6) {
    case 0:
      return single ? frame[at] : undefined;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return at + 4 <= frame.length ? view.getUint32(at, true) : "a zstd frame that is cut off";
    default:
      return at + 8 <= frame.length ? Number(view.getBigUint64(at, true)) : "a zstd frame that is cut off";
  }
}
