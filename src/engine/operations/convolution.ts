/**
 * 2-D convolutions with PyTorch's numeric padding, in the forms that every engine computes and differentiates.
 *
 * tfjs-node refuses a number as padding in gradients, and tfjs 4.22 sizes a kernel that is not square wrongly with one
 * and then writes past its tensors on wasm. So a padding becomes "same" where the two agree, and else zeros around the
 * image and "valid".
 * @module
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { OptionError } from "../../errors.js";
import { core } from "../core.js";

export interface ConvolutionOptions {
  /** Default 1. */
  readonly stride?: number;
  /** Zeros on every side. Default 0. */
  readonly padding?: number;
}

/** `x` [B, H, W, C] with `filter` [kernel height, kernel width, C, D] → [B, ⌊(H + 2·padding − kernel) / stride⌋ + 1, …, D]. */
export function conv2d(x: Tensor4D, filter: Tensor4D, { stride = 1, padding = 0 }: ConvolutionOptions = {}): Tensor4D {
  const tf = core();
  const [, height, width] = x.shape;
  const [rows, columns] = filter.shape;
  if (height + 2 * padding < rows || width + 2 * padding < columns) {
    throw new OptionError({ where: "conv2d", expected: `an image of at least ${rows} × ${columns} with its padding of ${padding}`, received: `${height} × ${width}` });
  }
  if (padding === 0) return tf.conv2d(x, filter, stride, "valid");
  if (isSame(height, rows, stride, padding) && isSame(width, columns, stride, padding)) return tf.conv2d(x, filter, stride, "same");
  return tf.conv2d(tf.pad(x, [[0, 0], [padding, padding], [padding, padding], [0, 0]]), filter, stride, "valid");
}

/** `x` [B, H, W, C] with `filter` [kernel height, kernel width, D, C] → [B, (H − 1)·stride − 2·padding + kernel, …, D]. */
export function convTranspose2d(x: Tensor4D, filter: Tensor4D, { stride = 1, padding = 0 }: ConvolutionOptions = {}): Tensor4D {
  const tf = core();
  const [batch, height, width] = x.shape;
  const [rows, columns, channels] = filter.shape;
  const [outHeight, outWidth] = [(height - 1) * stride - 2 * padding + rows, (width - 1) * stride - 2 * padding + columns];
  if (outHeight < 1 || outWidth < 1) {
    throw new OptionError({ where: "convTranspose2d", expected: `a result that a padding of ${padding} leaves room for`, received: `${outHeight} × ${outWidth}` });
  }
  const same = padding > 0 && isSame(outHeight, rows, stride, padding) && isSame(outWidth, columns, stride, padding);
  if (same) return tf.conv2dTranspose(x, filter, [batch, outHeight, outWidth, channels], stride, "same");
  const whole = tf.conv2dTranspose(x, filter, [batch, outHeight + 2 * padding, outWidth + 2 * padding, channels], stride, "valid");
  return padding === 0 ? whole : tf.slice(whole, [0, padding, padding, 0], [batch, outHeight, outWidth, channels]);
}

/** Whether "same" pads `size` by exactly `padding` on both sides. */
function isSame(size: number, kernel: number, stride: number, padding: number): boolean {
  const cells = Math.ceil(size / stride);
  return Math.max(0, (cells - 1) * stride + kernel - size) === 2 * padding && Math.floor((size + 2 * padding - kernel) / stride) + 1 === cells;
}
