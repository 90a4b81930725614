/**
 * Activations, biases and their gradients in one operation of TensorFlow each.
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { NativeKernel, NativeOperations } from "./backend.js";

/** Gradient of a (leaky) ReLU: `dy` where `x` > 0, else `dy` · alpha. */
export const leakyReluGradient = (native: NativeOperations): NativeKernel => ({ inputs, attrs }) => {
  const { x, dy } = inputs as Record<"x" | "dy", Tensor>;
  const alpha = attrs["alpha"] as number;
  return alpha === 0 ? native.run<[Tensor]>("ReluGrad", [dy, x], 1) : native.run<[Tensor]>("LeakyReluGrad", [dy, x], 1, { alpha });
};

const channelsLast = { data_format: "NHWC" };

/** `x` [..., C] plus `bias` [C]. */
export const biasAdd = (native: NativeOperations): NativeKernel => ({ inputs }) => {
  const { x, bias } = inputs as Record<"x" | "bias", Tensor>;
  return native.run<[Tensor]>("BiasAdd", [x, bias], 1, channelsLast);
};

/** Sums of the columns of `x` [..., C] → [C]. */
export const columnSums = (native: NativeOperations): NativeKernel => ({ inputs }) => native.run<[Tensor]>("BiasAddGrad", [inputs["x"]!], 1, channelsLast);
