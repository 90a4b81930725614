/**
 * Axes in another order; the stock kernel goes value by value from five axes on.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf, type WasmKernel } from "./heap.js";

/** Tensors of up to six axes, those that stay together counted as one. */
export const transpose: WasmKernel = ({ inputs, attrs, heap }) => {
  const { x } = inputs as Record<"x", TensorInfo>;
  const { perm } = attrs as { readonly perm: readonly number[] };
  if (x.dtype !== "float32" || sizeOf(x.shape) === 0) return undefined;
  const strides = x.shape.map((_, axis) => 4 * sizeOf(x.shape.slice(axis + 1)));
  const axes: { size: number; stride: number }[] = [];
  for (const axis of perm) {
    const [size, stride] = [x.shape[axis]!, strides[axis]!];
    const before = axes.at(-1);
    if (size === 1) continue;
    if (before?.stride === size * stride) Object.assign(before, { size: before.size * size, stride });
    else axes.push({ size, stride });
  }
  if (axes.length > 6) return undefined;
  while (axes.length < 6) axes.unshift({ size: 1, stride: 0 });
  const result = heap.make(perm.map((axis) => x.shape[axis]!));
  const [n0, n1, n2, n3, n4, n5] = axes.map(({ size }) => size) as [number, number, number, number, number, number];
  const [s0, s1, s2, s3, s4, s5] = axes.map(({ stride }) => stride) as [number, number, number, number, number, number];
  heap.kernels.permute(heap.at(x), heap.at(result), n0, n1, n2, n3, n4, n5, s0, s1, s2, s3, s4, s5);
  return result;
};
