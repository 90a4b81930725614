/**
 * The pictures of a clip, cut and scaled as its windows are.
 * @module
 */
import { DataError } from "../errors.js";
import type { Frame, SensorSize } from "../events/schema.js";
import { toGrey } from "../simulate/light.js";
import { cropPicture, Resizer } from "../simulate/resize.js";
import type { Clip } from "./clip.js";
import type { Box } from "./synchronise/affine.js";

export interface SquarePictureOptions {
  /** In pixels of the events; of a picture of another size the same part is taken. */
  readonly region: Box;
  readonly sensor: SensorSize;
  readonly size: number;
  readonly normalised: boolean;
}

/** Standard deviation of a normalised clip. */
const spread = 0.4;

/** The picture nearest to each of `times`, [times, size, size], −1 to 1. @throws DataError for a clip without pictures. */
export async function squarePictures(clip: Clip, times: readonly bigint[], { region, sensor, size, normalised }: SquarePictureOptions): Promise<Float32Array> {
  const taken = await clip.pictureTimes();
  if (taken.length === 0) throw new DataError({ where: clip.files.frames ?? clip.id, file: clip.files.frames ?? clip.files.events, expected: `pictures of clip ${clip.id}`, received: "an empty folder", next: "Copy them again" });
  const chosen = nearest(taken, times);
  const [first, last] = [chosen[0]!, chosen.at(-1)!];
  const squares = new Map<number, Float32Array>();
  const wanted = new Set(chosen);
  let at = first;
  for await (const frame of clip.frames({ from: first, to: last + 1 })) {
    if (wanted.has(at)) squares.set(at, square(frame, region, sensor, size));
    at++;
  }
  const pictures = new Float32Array(times.length * size * size);
  chosen.forEach((picture, k) => pictures.set(squares.get(picture)!, k * size * size));
  return normalised ? normalise(pictures) : pictures.map((value) => value / 127.5 - 1);
}

/** Places of the times nearest to those wanted; both ascend. */
export function nearest(taken: readonly bigint[], times: readonly bigint[]): number[] {
  let at = 0;
  const distance = (i: number, t: bigint): bigint => (taken[i]! > t ? taken[i]! - t : t - taken[i]!);
  return times.map((t) => {
    while (at + 1 < taken.length && distance(at + 1, t) <= distance(at, t)) at++;
    return at;
  });
}

function square(frame: Frame, region: Box, sensor: SensorSize, size: number): Float32Array {
  const { width, height } = frame;
  const [sx, sy] = [width / sensor.width, height / sensor.height];
  const x = Math.min(width - 1, Math.floor(region.x * sx));
  const y = Math.min(height - 1, Math.floor(region.y * sy));
  const part = { x, y, width: Math.max(1, Math.min(width - x, Math.round(region.width * sx))), height: Math.max(1, Math.min(height - y, Math.round(region.height * sy))) };
  const cut = cropPicture({ width, height, data: toGrey(frame, `picture at ${frame.t} µs`) }, part);
  return new Resizer(cut, { width: size, height: size }).resize(cut.data);
}

function normalise(pictures: Float32Array): Float32Array {
  let sum = 0;
  let squares = 0;
  for (const value of pictures) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / pictures.length;
  const deviation = Math.sqrt(Math.max(0, squares / pictures.length - mean * mean)) || 1;
  return pictures.map((value) => Math.max(-1, Math.min(1, (spread * (value - mean)) / deviation)));
}
