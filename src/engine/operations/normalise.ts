/**
 * Normalisation to mean 0 and variance 1 over rows (layer norm) or over columns (batch norm), with scale and offset.
 * @module
 */
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { hasKernel, numbered, runKernel } from "../kernel.js";

/** (x − mean) / √(variance + epsilon) · scale + offset, whatever the mean and variance stand for. */
export function normalise<T extends Tensor>(x: T, mean: Tensor, variance: Tensor, scale: Tensor, offset: Tensor, epsilon: number): T {
  const tf = core();
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), scale), offset);
}

/** Over the last axis of `x` [..., C] (Ba, Kiros and Hinton, arXiv:1607.06450). `scale` and `offset` [C]. */
export function layerNormalise<T extends Tensor>(x: T, scale: Tensor, offset: Tensor, epsilon = 1e-5): T {
  const tf = core();
  if (hasKernel("LayerNormForward")) {
    return tf.customGrad((...all: unknown[]) => {
      const [input, gamma, beta, save] = all as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
      const [value, moments] = runKernel<Tensor[]>("LayerNormForward", { x: input, scale: gamma, offset: beta }, { epsilon }) as [Tensor, Tensor];
      save([input, gamma, moments]);
      return { value, gradFunc: (dy: Tensor, [a, b, c]: Tensor[]) => runKernel<Tensor[]>("LayerNormBackward", { x: a!, scale: b!, moments: c!, dy }) };
    })(x, scale, offset) as T;
  }
  const { mean, variance } = tf.moments(x, -1, true);
  return normalise(x, mean, variance, scale, offset, epsilon);
}

/** Mean and variance of each column, [C], as they follow the batches. */
export interface RunningMoments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

export interface BatchNormalised<T extends Tensor> {
  readonly y: T;
  /** A part `momentum` of the way to the batch; its variance is the sum of squares by the number of rows less one. No gradient is taken through them. */
  readonly running: RunningMoments;
}

/** Over all but the last axis of `x` [..., C] (Ioffe and Szegedy, arXiv:1502.03167), two rows at least. `scale` and `offset` [C]. */
export function batchNormalise<T extends Tensor>(x: T, scale: Tensor, offset: Tensor, running: RunningMoments, epsilon = 1e-5, momentum = 0.1): BatchNormalised<T> {
  const tf = core();
  if (hasKernel("BatchNormForward")) {
    const found: Tensor[] = [];
    const y = tf.customGrad((...all: unknown[]) => {
      const [input, gamma, beta, save] = all as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
      const inputs = { x: input, scale: gamma, offset: beta, runningMean: running.mean, runningVariance: running.variance };
      const [value, mean, variance, ...kept] = runKernel<Tensor[]>("BatchNormForward", inputs, { epsilon, momentum }) as [Tensor, Tensor, Tensor];
      save([input, gamma, ...kept]);
      found.push(tf.keep(mean), tf.keep(variance));
      return {
        value,
        gradFunc: (dy: Tensor, [a, b, ...saved]: Tensor[]) => runKernel<Tensor[]>("BatchNormBackward", { x: a!, scale: b!, dy, ...numbered(saved) }, { epsilon }),
      };
    })(x, scale, offset) as T;
    const [mean, variance] = found.map((kept) => {
      // Out of the scope that made it, into the caller's.
      const own = kept.clone();
      kept.dispose();
      return own;
    }) as [Tensor1D, Tensor1D];
    return { y, running: { mean, variance } };
  }
  const { mean, variance } = tf.moments(x, x.shape.slice(0, -1).map((_, axis) => axis));
  const rows = x.size / scale.size;
  const follow = (before: Tensor1D, now: Tensor): Tensor1D => tf.add(tf.mul(before, 1 - momentum), tf.mul(now, momentum));
  const y = normalise(x, mean, variance, scale, offset, epsilon);
  return { y, running: { mean: follow(running.mean, mean), variance: follow(running.variance, tf.mul(variance, rows / (rows - 1))) } };
}
