/**
 * What training does value by value, in one pass each.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf, type WasmKernel } from "./heap.js";

/** x where it is positive, else x · alpha; a slope above 1 is the stock kernel's. */
export const leakyRelu: WasmKernel = ({ inputs, attrs, heap }) => {
  const { x } = inputs as Record<"x", TensorInfo>;
  const alpha = attrs["alpha"] as number;
  if (x.dtype !== "float32" || alpha > 1) return undefined;
  const y = heap.make(x.shape);
  heap.kernels.leakyRelu(heap.at(x), heap.at(y), sizeOf(x.shape), alpha);
  return y;
};

/** Gradient of a (leaky) ReLU: `dy` where `x` > 0, else `dy` · alpha. */
export const leakyReluGradient: WasmKernel = ({ inputs, attrs, heap }) => {
  const { x, dy } = inputs as Record<"x" | "dy", TensorInfo>;
  const dx = heap.make(x.shape);
  heap.kernels.leakyReluGradient(heap.at(x), heap.at(dy), heap.at(dx), sizeOf(x.shape), attrs["alpha"] as number);
  return dx;
};

/** The exact GELU. */
export const geluForward: WasmKernel = ({ inputs, heap }) => {
  const { x } = inputs as Record<"x", TensorInfo>;
  const y = heap.make(x.shape);
  heap.kernels.gelu(heap.at(x), heap.at(y), sizeOf(x.shape));
  return y;
};

export const geluBackward: WasmKernel = ({ inputs, heap }) => {
  const { x, dy } = inputs as Record<"x" | "dy", TensorInfo>;
  const dx = heap.make(x.shape);
  heap.kernels.geluGradient(heap.at(x), heap.at(dy), heap.at(dx), sizeOf(x.shape));
  return dx;
};

/** Sums of the columns of `x` [..., C] → [C]. */
export const columnSums: WasmKernel = ({ inputs, heap }) => {
  const { x } = inputs as Record<"x", TensorInfo>;
  const columns = x.shape.at(-1)!;
  const sums = heap.make([columns]);
  heap.kernels.columnSums(heap.at(x), sizeOf(x.shape) / columns, columns, heap.at(sums));
  return sums;
};

/** A step of Adam. Outputs: the new weight, mean and square. */
export const adamStep: WasmKernel = ({ inputs, attrs, heap }) => {
  const { weight, gradient, mean, square } = inputs as Record<"weight" | "gradient" | "mean" | "square", TensorInfo>;
  const { beta1, beta2, rate, squareScale, epsilon, shrink } = attrs as Record<"beta1" | "beta2" | "rate" | "squareScale" | "epsilon" | "shrink", number>;
  const moved = [heap.make(weight.shape), heap.make(weight.shape), heap.make(weight.shape)] as const;
  heap.kernels.adamStep(
    heap.at(weight), heap.at(gradient), heap.at(mean), heap.at(square), heap.at(moved[0]), heap.at(moved[1]), heap.at(moved[2]), sizeOf(weight.shape),
    beta1, 1 - beta1, beta2, 1 - beta2, rate, squareScale, epsilon, shrink,
  );
  return [...moved];
};
