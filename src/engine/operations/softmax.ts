/** @module */
import type { Tensor } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { hasKernel, runKernel } from "../kernel.js";

/** Softmax of `x` · scale over the last axis; with `withoutDiagonal`, of [..., N, N], no row counts its own column. */
export function softmaxScaled<T extends Tensor>(x: T, scale: number, withoutDiagonal = false): T {
  const tf = core();
  if (hasKernel("ScaledSoftmax")) {
    return tf.customGrad((input, save) => {
      const value = runKernel<Tensor>("ScaledSoftmax", { x: input as Tensor }, { scale, diagonal: withoutDiagonal });
      (save as (tensors: Tensor[]) => void)([value]);
      return { value, gradFunc: (dy: Tensor, [y]: Tensor[]) => runKernel<Tensor>("ScaledSoftmaxGradient", { y: y!, dy }, { scale }) };
    })(x) as T;
  }
  const logits = tf.mul(x, scale);
  return tf.softmax(withoutDiagonal ? tf.add(logits, tf.mul(tf.eye(x.shape.at(-1)!), -3e38)) : logits) as Tensor as T;
}
