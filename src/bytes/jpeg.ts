/**
 * JPEG pictures, read and written by MozJPEG: the values of libjpeg, as Pillow and OpenCV have them.
 * @module
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** A picture of bytes: grey, RGB or RGBA. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array | Uint8ClampedArray;
}

interface Decoder {
  decode(bytes: Uint8Array, preserveOrientation: boolean): { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };
}

interface Encoder {
  encode(data: Uint8Array, width: number, height: number, options: object): Uint8Array;
}

const { resolve } = createRequire(import.meta.url);
let decoder: Promise<Decoder> | undefined;
let encoder: Promise<Encoder> | undefined;
/** What the decoder has said of the picture at hand. */
let complaints: string[] = [];

async function load<Codec>(name: "dec" | "enc"): Promise<Codec> {
  const at = `@jsquash/jpeg/codec/${name}/mozjpeg_${name}`;
  const [{ default: factory }, wasmBinary] = await Promise.all([
    import(`${at}.js`) as Promise<{ default: (options: object) => Promise<Codec> }>,
    readFile(resolve(`${at}.wasm`)),
  ]);
  return factory({ noInitialRun: true, wasmBinary, printErr: (line: string) => complaints.push(line) });
}

/**
 * The pixels of a JPEG file as RGB.
 * @throws RangeError when its header promises more than `most` pixels, Error when it is damaged or cut off
 */
export async function decodeJpeg(bytes: Uint8Array, most: number): Promise<{ width: number; height: number; data: Uint8Array }> {
  const size = sizeOf(bytes);
  if (size.width * size.height > most) throw new RangeError(`${size.width} × ${size.height} pixels, more than ${most / 1e6} million`);
  const codec = await (decoder ??= load<Decoder>("dec"));
  complaints = [];
  let picture: ReturnType<Decoder["decode"]> | undefined;
  try {
    picture = codec.decode(bytes, false);
  } catch (cause) {
    decoder = undefined; // what has ended with an error does not start again
    throw new Error(complaints[0] ?? "bytes that the decoder gives up on", { cause });
  }
  // Cameras leave bytes between markers, which changes no pixel.
  const damage = complaints.find((line) => !/extraneous bytes/.test(line));
  if (damage !== undefined) throw new Error(damage);
  const { width, height, data } = picture;
  const rgb = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[from + 1]!;
    rgb[to + 2] = data[from + 2]!;
  }
  return { width, height, data: rgb };
}

/** Bytes of a baseline JPEG file; `quality` from 1 to 100 as libjpeg counts it. */
export async function encodeJpeg({ width, height, channels, data }: Pixels, quality: number): Promise<Uint8Array> {
  const codec = await (encoder ??= load<Encoder>("enc"));
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) rgba[4 * pixel + channel] = data[channels * pixel + (channels === 1 ? 0 : channel)]!;
  }
  return codec.encode(rgba, width, height, { ...plain, quality });
}

/** As libjpeg writes by default: what MozJPEG does beyond that takes many times as long. */
const plain = {
  baseline: true, arithmetic: false, progressive: false, optimize_coding: false, smoothing: 0, color_space: 3, quant_table: 0, trellis_multipass: false,
  trellis_opt_zero: false, trellis_opt_table: false, trellis_loops: 1, auto_subsample: true, chroma_subsample: 2, separate_chroma_quality: false, chroma_quality: 75,
};

/** Width and height of the first frame header. */
function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Fill bytes, and markers that stand alone.
    if (marker === 0xff) at++;
    else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd9)) at += 2;
    else at += 2 + view.getUint16(at + 2);
  }
  throw new Error("a file without a frame");
}
