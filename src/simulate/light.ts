/**
 * Pictures as a simulator takes them: one grey value a pixel.
 * @module
 */
import { TableError } from "../errors.js";
import type { Frame } from "../events/schema.js";

/** A grey picture of floats, as a renderer or an interpolation makes it. */
export interface IntensityFrame {
  /** Microseconds on the clock of the sensor; fractions are kept. */
  readonly t: number;
  readonly width: number;
  readonly height: number;
  /** Row by row from the top left. 0 is black and 255 the white of an 8-bit picture; up to 65535 for what is brighter. */
  readonly data: Float32Array;
}

/** What a simulator takes: a `Frame` of 8 or 16 bits a channel, grey or in colour, or an {@link IntensityFrame}. */
export type LightFrame = Frame | IntensityFrame;

/** Grey values of a picture: bytes where the picture has grey bytes, otherwise floats from 0 to 255 (and above). */
export interface Light {
  /** Microseconds. */
  readonly t: number;
  readonly data: Uint8Array | Float32Array;
}

/** The grey values of a picture and its time. @throws TableError as {@link toGrey}. */
export function toLight(frame: LightFrame): Light {
  const t = Number(frame.t);
  return { t, data: toGrey(frame, `frame at ${t} µs`) };
}

/**
 * The grey values of a picture. Colour becomes the luma of ITU-R BT.601 over the coded values,
 * 0.299 R + 0.587 G + 0.114 B, as OpenCV and Pillow compute it, but not rounded; alpha is left out.
 * 16 bits are scaled to 255; floats of several channels are taken as they are.
 * @throws TableError when the size of the data is not that of the picture.
 */
export function toGrey(picture: Omit<LightFrame, "t"> & { readonly channels?: Frame["channels"] }, where: string): Uint8Array | Float32Array {
  const { width, height, data, channels = 1 } = picture;
  if (data.length !== width * height * channels) {
    throw new TableError({ where, expected: `${width} × ${height} × ${channels} = ${width * height * channels} values`, received: `${data.length}` });
  }
  if (channels === 1 && !(data instanceof Uint16Array)) return data;
  const scale = data instanceof Uint16Array ? 255 / 65535 : 1;
  if (channels === 1) return Float32Array.from(data, (value) => value * scale);
  const grey = new Float32Array(width * height);
  const [red, green, blue] = [0.299 * scale, 0.587 * scale, 0.114 * scale];
  for (let i = 0, k = 0; i < grey.length; i++, k += channels) {
    grey[i] = red * data[k]! + green * data[k + 1]! + blue * data[k + 2]!;
  }
  return grey;
}

/** @throws TableError naming the first value that is not a number from 0 to 65535. */
export function refuseLight(t: number, data: ArrayLike<number>): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i]! >= 0 && data[i]! <= 65535) continue;
    throw new TableError({
      where: `frame at ${t} µs`,
      expected: "intensities from 0 to 65535, where 255 is the white of an 8-bit picture",
      received: `${data[i]} at pixel ${i}`,
    });
  }
}
