/** @module */
import type { Tensor } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { hasKernel, runKernel } from "../kernel.js";

/** `x` [..., C] plus `bias` [C]. */
export function addBias<T extends Tensor>(x: T, bias: Tensor): T {
  const tf = core();
  if (!hasKernel("ColumnSums")) return tf.add(x, bias);
  return tf.customGrad((...[a, b]: unknown[]) => ({
    value: hasKernel("BiasAdd") ? runKernel<Tensor>("BiasAdd", { x: a as Tensor, bias: b as Tensor }) : tf.add(a as Tensor, b as Tensor),
    gradFunc: (dy: Tensor) => [dy, runKernel<Tensor>("ColumnSums", { x: dy })],
  }))(x, bias) as T;
}
