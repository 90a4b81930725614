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
  const tf = core();
  if (hasKernel("BatchNormForward")) {
    const found: Tensor[] = [];
    const y = tf.customGrad((...all: unknown[]) => {
      const [input, gamma, beta, save] = all as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
      // Beyond mean and variance an engine may keep what its own gradient asks for.
      const [value, mean, variance, ...rest] = runKernel<Tensor[]>("BatchNormForward", { x: input, scale: gamma, offset: beta }, { epsilon }) as [Tensor, Tensor, Tensor];
      save([input, gamma, mean, variance, ...rest]);
      found.push(tf.keep(mean.clone()), tf.keep(variance.clone()));
      return {
        value,
        gradFunc: (dy: Tensor, [a, b, c, d, ...kept]: Tensor[]) => {
          return runKernel<Tensor[]>("BatchNormBackward", { x: a!, scale: b!, mean: c!, variance: d!, dy, ...numbered(kept) }, { epsilon });
        },
      };
    })(x, scale, offset) as T;
    const [mean, variance] = found.map((kept) => {
      // Out of the scope that made it, into the caller's.
      const own = kept.clone();
      kept.dispose();
      return own;
    }) as [Tensor1D, Tensor1D];
    return { y, mean, variance };
  }
  const { mean, variance } = tf.moments(x, axes);
  return { y: normalise(x, mean, variance, scale, offset, epsilon), mean: mean as Tensor1D, variance: variance as Tensor1D };
}
