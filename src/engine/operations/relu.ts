/** @module */
import type { Tensor } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { hasKernel, runKernel } from "../kernel.js";

/** x where it is positive, else `slope` · x. */
export function leakyRelu<T extends Tensor>(x: T, slope: number): T {
  const tf = core();
  const forward = (input: Tensor): Tensor => (slope === 0 ? tf.relu(input) : tf.leakyRelu(input, slope));
  if (!hasKernel("LeakyReluGradient")) return forward(x) as T;
  return tf.customGrad((input, save) => {
    (save as (tensors: Tensor[]) => void)([input as Tensor]);
    return {
      value: forward(input as Tensor),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => runKernel<Tensor>("LeakyReluGradient", { x: saved!, dy }, { alpha: slope }),
    };
  })(x) as T;
}

/** x where it is positive, else 0. */
export function relu<T extends Tensor>(x: T): T {
  return leakyRelu(x, 0);
}
