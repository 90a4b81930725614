/** @module */
import type { Tensor } from "@tensorflow/tfjs-core";
import { core } from "../core.js";

/** The Gaussian error linear unit, exact: x · Φ(x) = x/2 · (1 + erf(x/√2)) (Hendrycks and Gimpel, arXiv:1606.08415). */
export function gelu<T extends Tensor>(x: T): T {
  const tf = core();
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
