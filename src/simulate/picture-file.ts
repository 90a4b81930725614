/**
 * Pictures in files: PNG and JPEG.
 * @module
 */
import { readFile } from "node:fs/promises";
import { inflateSync } from "node:zlib";
import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import { decodeJpeg } from "../bytes/jpeg.js";
import { FormatError, SourceError } from "../errors.js";
import type { Frame } from "../events/schema.js";

/** A picture without a time. */
export type Picture = Omit<Frame, "t">;

/** Larger pictures are refused: no sensor has so many pixels, and a faulty header may promise any size. */
const maxPixels = 64e6;

/**
 * Reads a PNG or JPEG file, told by its content.
 * @throws SourceError when the file cannot be read, FormatError when it is neither or damaged.
 */
export async function readPicture(path: string): Promise<Picture> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SourceError({ where: path, expected: "a readable file", received: cause instanceof Error ? cause.message : String(cause), cause });
  });
  const isPng = bytes.length > 24 && bytes.readUInt32BE(0) === 0x89504e47;
  const isJpeg = bytes.length > 3 && bytes.readUInt16BE(0) === 0xffd8;
  if (!isPng && !isJpeg) throw new FormatError({ where: path, expected: "a PNG or JPEG picture", received: "other bytes" });
  try {
    return isPng ? readPng(bytes) : { channels: 3, ...(await decodeJpeg(bytes, maxPixels)) };
  } catch (cause) {
    throw new FormatError({ where: path, expected: `a whole ${isPng ? "PNG" : "JPEG"} picture`, received: cause instanceof Error ? cause.message : String(cause), cause });
  }
}

function readPng(bytes: Buffer): Picture {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width * height > maxPixels) throw new RangeError(`${width} × ${height} pixels, more than ${maxPixels / 1e6} million`);
  refuseBomb(bytes, 8 * width * height + 8 * height + 64);
  const png = decodePng(bytes);
  if (png.palette) {
    const channels = png.palette[0]!.length as 3 | 4;
    return { width, height, channels, data: Uint8Array.from(convertIndexedToRgb(png)) };
  }
  const data = png.data instanceof Uint16Array ? png.data : Uint8Array.from(png.data);
  if (png.depth < 8) return { width, height, channels: 1, data: unpackBits(data, width, height, png.depth) };
  // Grey with alpha: the alpha is left out.
  if (png.channels === 2) return { width, height, channels: 1, data: data.filter((_, i) => i % 2 === 0) };
  return { width, height, channels: png.channels as 1 | 3 | 4, data };
}

/** Deflate grows at most so many times. */
const mostGrowth = 1032;

/** The decoder unpacks all that is there, whatever size was promised: packed bytes that could make much are tried first. */
function refuseBomb(bytes: Buffer, limit: number): void {
  if (bytes.length * mostGrowth <= 2 ** 28) return;
  const packed: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") packed.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  try {
    inflateSync(Buffer.concat(packed), { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw new RangeError("packed bytes that grow far beyond its pixels", { cause });
    throw cause;
  }
}

/** Grey of 1, 2 or 4 bits: rows begin at whole bytes. */
function unpackBits(packed: Uint8Array | Uint16Array, width: number, height: number, depth: number): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const byte = packed[y * rowBytes + ((x * depth) >> 3)]!;
    return (((byte >> (8 - depth - ((x * depth) & 7))) & most) * 255) / most;
  });
}
