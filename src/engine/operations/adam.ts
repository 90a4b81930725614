/** @module */
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { hasKernel, runKernel } from "../kernel.js";

export interface AdamCoefficients {
  readonly beta1: number;
  readonly beta2: number;
  /** Learning rate over the bias correction of the mean, 1 − beta1^step. */
  readonly rate: number;
  /** One over the bias correction of the square, 1 − beta2^step. */
  readonly squareScale: number;
  readonly epsilon: number;
  /** What is left of a weight before the step: 1 − rate · decay. */
  readonly shrink: number;
}

/** One step of Adam for one parameter: moves `mean`, `square` and `weight`. */
export function adamStep(weight: Variable, gradient: Tensor, mean: Variable, square: Variable, coefficients: AdamCoefficients): void {
  const tf = core();
  if (hasKernel("AdamStep")) {
    // The running means are the optimiser's own, so the kernel moves them where they lie.
    const moved = runKernel<Tensor>("AdamStep", { weight, gradient, mean, square }, { ...coefficients });
    weight.assign(moved);
    moved.dispose();
    return;
  }
  const { beta1, beta2, rate, squareScale, epsilon, shrink } = coefficients;
  tf.tidy(() => {
    mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
    square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const change = tf.div(tf.mul(mean, rate), tf.add(tf.sqrt(tf.mul(square, squareScale)), epsilon));
    weight.assign(tf.sub(shrink === 1 ? weight : tf.mul(weight, shrink), change));
  });
}
