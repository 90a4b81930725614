/**
 * How good drawn pictures are, beside the one picture that asks for no events: the mean face.
 * @module
 */
import { ssim } from "../evaluate/index.js";
import type { InputSettings } from "./inputs.js";
import type { Drawer, Pairs } from "./pairs.js";

/** Means over pictures whose values run from −1 to 1. */
export interface PictureMeasures {
  /** Mean absolute error. */
  readonly mae: number;
  /** Mean squared error. */
  readonly mse: number;
  /** Of the mean squared error over all pictures, in decibels; the range is 2. */
  readonly psnr: number;
  /** Mean structural similarity. */
  readonly ssim: number;
}

/** At most `count` samples, evenly spread. */
export function spread({ length }: Pairs, count: number): number[] {
  const taken = Math.min(length, count);
  return Array.from({ length: taken }, (_, i) => Math.floor(((i + 0.5) * length) / taken));
}

/** What is drawn on average. */
export async function meanPicture(pairs: Pairs): Promise<Float32Array> {
  const sample = spread(pairs, 512);
  let mean: Float64Array | undefined;
  for (const at of sample) {
    const picture = await pairs.picture(at);
    mean ??= new Float64Array(picture.length);
    for (let i = 0; i < picture.length; i++) mean[i]! += picture[i]! / sample.length;
  }
  return Float32Array.from(mean!);
}

/** Of what a generator draws, or of one picture for all. */
export async function measurePictures(pairs: Pairs, drawer: Drawer | Float32Array, indices: readonly number[], inputs: InputSettings): Promise<PictureMeasures> {
  const drawn = drawer instanceof Float32Array ? indices.map(() => drawer) : await pairs.draw(drawer, indices, inputs);
  let [absolute, squared, similar] = [0, 0, 0];
  for (const [i, at] of indices.entries()) {
    const truth = await pairs.picture(at);
    const mine = drawn[i]!;
    for (let k = 0; k < truth.length; k++) {
      const difference = mine[k]! - truth[k]!;
      absolute += Math.abs(difference);
      squared += difference * difference;
    }
    const picture = (data: Float32Array) => ({ data, width: inputs.size, height: inputs.size });
    similar += ssim(picture(truth), picture(mine), { range: 2 });
  }
  const values = indices.length * inputs.size ** 2;
  const mse = squared / values;
  return { mae: absolute / values, mse, psnr: 10 * Math.log10(4 / mse), ssim: similar / indices.length };
}
