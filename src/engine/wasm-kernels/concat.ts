/**
 * Tensors side by side along the last axis, and cut apart: what the skips of a U-Net do and undo at every level; and
 * tensors cut along the first axis, which the stock kernel does value by value.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf, type Core, type WasmKernel } from "./heap.js";

/** The last axis only; others are the stock kernel's. */
export const concat = (tf: Core): WasmKernel => ({ inputs, attrs, heap }) => {
  const tensors = Object.values(inputs) as TensorInfo[];
  const { shape } = tensors[0]!;
  const axis = tf.util.parseAxisParam(attrs["axis"] as number, shape)[0]!;
  if (axis === 0 || axis !== shape.length - 1 || tensors.some((tensor) => tensor.dtype !== "float32" || sizeOf(tensor.shape) === 0)) return undefined;
  const rows = sizeOf(shape.slice(0, -1));
  const whole = tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0);
  const result = heap.make([...shape.slice(0, -1), whole]);
  let column = 0;
  for (const tensor of tensors) {
    const columns = tensor.shape[axis]!;
    heap.kernels.copyColumns(heap.at(tensor), columns * 4, heap.at(result) + column * 4, whole * 4, rows, columns * 4);
    column += columns;
  }
  return result;
};

/** The last axis only. */
export const split = (tf: Core): WasmKernel => ({ inputs, attrs, heap }) => {
  const { x } = inputs as Record<"x", TensorInfo>;
  const axis = tf.util.parseAxisParam(attrs["axis"] as number, x.shape)[0]!;
  if (axis === 0 || axis !== x.shape.length - 1 || x.dtype !== "float32" || sizeOf(x.shape) === 0) return undefined;
  const rows = sizeOf(x.shape.slice(0, -1));
  const whole = x.shape[axis]!;
  let column = 0;
  return tf.backend_util.prepareSplitSize(x as never, attrs["numOrSizeSplits"] as number[], axis).map((columns) => {
    const part = heap.make([...x.shape.slice(0, -1), columns]);
    heap.kernels.copyColumns(heap.at(x) + column * 4, whole * 4, heap.at(part), columns * 4, rows, columns * 4);
    column += columns;
    return part;
  });
};

/** The first axis only. */
export const unpack = (tf: Core): WasmKernel => ({ inputs, attrs, heap }) => {
  const { value } = inputs as Record<"value", TensorInfo>;
  const axis = tf.util.parseAxisParam(attrs["axis"] as number, value.shape)[0]!;
  if (axis !== 0 || value.dtype !== "float32" || sizeOf(value.shape) === 0) return undefined;
  const shape = value.shape.slice(1);
  const bytes = 4 * sizeOf(shape);
  return Array.from({ length: value.shape[0]! }, (_, i) => {
    const part = heap.make(shape);
    heap.kernels.copy(heap.at(part), heap.at(value) + i * bytes, bytes);
    return part;
  });
};

/** A clone, which the stock kernel copies. */
export const identity: WasmKernel = ({ inputs, heap }) => heap.share(inputs["x"]!);
