/** @module */
import type { Tensor } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { hasKernel, runKernel } from "../kernel.js";

/** The Gaussian error linear unit, exact: x · Φ(x) = x/2 · (1 + erf(x/√2)) (Hendrycks and Gimpel, arXiv:1606.08415). */
export function gelu<T extends Tensor>(x: T): T {
  const tf = core();
  if (hasKernel("GeluForward")) {
    return tf.customGrad((input, save) => {
      (save as (tensors: Tensor[]) => void)([input as Tensor]);
      return {
        value: runKernel<Tensor>("GeluForward", { x: input as Tensor }),
        gradFunc: (dy: Tensor, [saved]: Tensor[]) => runKernel<Tensor>("GeluBackward", { x: saved!, dy }),
      };
    })(x) as T;
  }
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
