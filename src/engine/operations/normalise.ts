/**
 * Normalisation to mean 0 and variance 1 over rows (layer norm) or over columns (batch norm), with scale and offset.
 * @module
 */
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { core } from "../core.js";

/** (x − mean) / √(variance + epsilon) · scale + offset, whatever the mean and variance stand for. */
export function normalise<T extends Tensor>(x: T, mean: Tensor, variance: Tensor, scale: Tensor, offset: Tensor, epsilon: number): T {
  const tf = core();
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), scale), offset);
}

/** Over the last axis of `x` [..., C] (Ba, Kiros and Hinton, arXiv:1607.06450). `scale` and `offset` [C]. */
export function layerNormalise<T extends Tensor>(x: T, scale: Tensor, offset: Tensor, epsilon = 1e-5): T {
  const { mean, variance } = core().moments(x, -1, true);
  return normalise(x, mean, variance, scale, offset, epsilon);
}

export interface BatchNormalised<T extends Tensor> {
  readonly y: T;
  /** [C]; no gradient is taken through it. */
  readonly mean: Tensor1D;
  /** [C], biased: the sum of squares by the number of rows. */
  readonly variance: Tensor1D;
}

/** Over all but the last axis of `x` [..., C] (Ioffe and Szegedy, arXiv:1502.03167). `scale` and `offset` [C]. */
export function batchNormalise<T extends Tensor>(x: T, scale: Tensor, offset: Tensor, epsilon = 1e-5): BatchNormalised<T> {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = core().moments(x, axes);
  return { y: normalise(x, mean, variance, scale, offset, epsilon), mean: mean as Tensor1D, variance: variance as Tensor1D };
}
