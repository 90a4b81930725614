/**
 * Shifted patch tokenisation (Lee et al., arXiv:2112.13492): images and shifted copies of them, cut into patches.
 * @module
 */
import { core } from "../engine/index.js";
import { OptionError } from "../errors.js";
import type { Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";

/** Pixels to the right and down. */
export type Shift = readonly [right: number, down: number];

/** By half a patch along the diagonals, as the paper has it. */
export const diagonalShifts = (patch: number): Shift[] => {
  const half = patch / 2;
  return [[half, half], [-half, half], [half, -half], [-half, -half]];
};
/** By one pixel, as the FACEMORPHIC reference has it. */
export const cardinalShifts: readonly Shift[] = [[1, 0], [-1, 0], [0, 1], [0, -1]];

/** `x` [B, H, W, C] and its shifted copies, zeros moving in, side by side: [B, H, W, (1 + shifts)·C]. */
export function shifted(x: Tensor4D, shifts: readonly Shift[]): Tensor4D {
  const tf = core();
  const [batch, height, width, channels] = x.shape;
  // Rows as wholes: axes of one channel are slow to cut and to join.
  const rows = tf.reshape(x, [batch, height, width * channels]);
  const copies = shifts.map(([right, down]) => {
    const [after, before] = [Math.max(right, 0) * channels, Math.max(-right, 0) * channels];
    const whole = tf.pad(rows, [[0, 0], [Math.max(down, 0), Math.max(-down, 0)], [after, before]]);
    return tf.slice(whole, [0, Math.max(-down, 0), before], [batch, height, width * channels]);
  });
  const stacked = tf.reshape(tf.stack([rows, ...copies]), [copies.length + 1, batch, height, width, channels]);
  return tf.reshape(tf.transpose(stacked, [1, 2, 3, 0, 4]), [batch, height, width, (copies.length + 1) * channels]);
}

/** [B, H, W, C] → [B, patches, patch·patch·C]: patches row by row, in each (row, column, channel). */
export function patches(x: Tensor4D, patch: number): Tensor3D {
  const tf = core();
  const [batch, height, width, channels] = x.shape;
  if (height % patch !== 0 || width % patch !== 0) {
    throw new OptionError({ where: "patches", expected: `an image of whole patches of ${patch} × ${patch}`, received: `${height} × ${width}` });
  }
  const [rows, columns] = [height / patch, width / patch];
  const cut = tf.transpose(tf.reshape(x, [batch, rows, patch, columns, patch * channels]), [0, 1, 3, 2, 4]);
  return tf.reshape(cut, [batch, rows * columns, patch * patch * channels]);
}
