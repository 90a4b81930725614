/**
 * Normalisation of rows and of columns, and softmax, forward and backward in one call each.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf, type WasmKernel } from "./heap.js";

type Named<Name extends string> = Record<Name, TensorInfo>;

const table = ({ shape }: TensorInfo): [rows: number, columns: number] => [sizeOf(shape) / shape.at(-1)!, shape.at(-1)!];

/** Outputs: the normalised rows, and mean and inverse deviation of each. */
export const layerNormForward: WasmKernel = ({ inputs, attrs, heap }) => {
  const { x, scale, offset } = inputs as Named<"x" | "scale" | "offset">;
  const [rows, columns] = table(x);
  const y = heap.make(x.shape);
  const moments = heap.make([rows, 2]);
  heap.kernels.layerNormRows(heap.at(x), heap.at(scale), heap.at(offset), rows, columns, attrs["epsilon"] as number, heap.at(y), heap.at(moments));
  return [y, moments];
};

/** Outputs: the gradients of x, scale and offset. */
export const layerNormBackward: WasmKernel = ({ inputs, heap }) => {
  const { x, scale, moments, dy } = inputs as Named<"x" | "scale" | "moments" | "dy">;
  const [rows, columns] = table(x);
  const [dx, dscale, doffset] = [heap.make(x.shape), heap.make([columns]), heap.make([columns])] as const;
  heap.kernels.layerNormGradient(heap.at(x), heap.at(scale), heap.at(moments), heap.at(dy), rows, columns, heap.at(dx), heap.at(dscale), heap.at(doffset));
  return [dx, dscale, doffset];
};

/** Outputs: the normalised columns, running mean and variance after them; kept: mean and biased variance. */
export const batchNormForward: WasmKernel = ({ inputs, attrs, heap }) => {
  const { x, scale, offset, runningMean, runningVariance } = inputs as Named<"x" | "scale" | "offset" | "runningMean" | "runningVariance">;
  const { epsilon, momentum } = attrs as Record<"epsilon" | "momentum", number>;
  const [rows, columns] = table(x);
  const y = heap.make(x.shape);
  const [mean, variance, newMean, newVariance, factor, shift] = Array.from({ length: 6 }, () => heap.make([columns])) as [TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo];
  heap.kernels.columnMoments(heap.at(x), rows, columns, heap.at(mean), heap.at(variance));
  const [m, v, a, b] = [mean, variance, factor, shift].map((tensor) => heap.view(tensor)) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const [s, o] = [scale, offset].map((tensor) => heap.view(tensor)) as [Float32Array, Float32Array];
  follow(heap.view(newMean), heap.view(runningMean), m, momentum);
  follow(heap.view(newVariance), heap.view(runningVariance), v, momentum, rows / (rows - 1));
  for (let c = 0; c < columns; c++) {
    a[c] = s[c]! / Math.sqrt(v[c]! + epsilon);
    b[c] = o[c]! - m[c]! * a[c]!;
  }
  heap.kernels.scaleColumns(heap.at(x), heap.at(factor), heap.at(shift), rows, columns, heap.at(y));
  heap.free(factor);
  heap.free(shift);
  return [y, newMean, newVariance, mean, variance];
};

/** A part `momentum` of the way from `before` to `now` · scale. */
function follow(target: Float32Array, before: Float32Array, now: Float32Array, momentum: number, scale = 1): void {
  for (let c = 0; c < target.length; c++) target[c] = before[c]! * (1 - momentum) + now[c]! * scale * momentum;
}

/** Outputs: the gradients of x, scale and offset. */
export const batchNormBackward: WasmKernel = ({ inputs, attrs, heap }) => {
  const { x, scale, dy, kept0: mean, kept1: variance } = inputs as Named<"x" | "scale" | "dy" | "kept0" | "kept1">;
  const epsilon = attrs["epsilon"] as number;
  const [rows, columns] = table(x);
  const [dx, dscale, doffset] = [heap.make(x.shape), heap.make([columns]), heap.make([columns])] as const;
  const coefficients = heap.make([4, columns]);
  const at = heap.at(coefficients);
  const k = heap.view(coefficients);
  const [m, v, s] = [mean, variance, scale].map((tensor) => heap.view(tensor)) as [Float32Array, Float32Array, Float32Array];
  for (let c = 0; c < columns; c++) k[3 * columns + c] = 1 / Math.sqrt(v[c]! + epsilon);
  heap.kernels.batchNormSums(heap.at(x), heap.at(dy), heap.at(mean), at + 12 * columns, rows, columns, heap.at(dscale), heap.at(doffset));
  // dx = scale · r · (dy − mean(dy) − normal · mean(dy · normal)), with normal = (x − mean) · r.
  const [ds, db] = [heap.view(dscale), heap.view(doffset)];
  for (let c = 0; c < columns; c++) {
    const r = k[3 * columns + c]!;
    const a = s[c]! * r;
    const b = (-a * r * ds[c]!) / rows;
    k[c] = a;
    k[columns + c] = b;
    k[2 * columns + c] = (-a * db[c]!) / rows - b * m[c]!;
  }
  heap.kernels.combineColumns(heap.at(x), heap.at(dy), at, at + 4 * columns, at + 8 * columns, rows, columns, heap.at(dx));
  heap.free(coefficients);
  return [dx, dscale, doffset];
};

/** Softmax of `x` · scale over the last axis; with `diagonal` no row takes part in its own sum. */
export const scaledSoftmax: WasmKernel = ({ inputs, attrs, heap }) => {
  const { x } = inputs as Named<"x">;
  const [rows, columns] = table(x);
  const y = heap.make(x.shape);
  heap.kernels.softmaxRows(heap.at(x), rows, columns, attrs["scale"] as number, attrs["diagonal"] ? columns : 0, heap.at(y));
  return y;
};

/** Gradient of the above for `x`. */
export const scaledSoftmaxGradient: WasmKernel = ({ inputs, attrs, heap }) => {
  const { y, dy } = inputs as Named<"y" | "dy">;
  const [rows, columns] = table(y);
  const dx = heap.make(y.shape);
  heap.kernels.softmaxGradient(heap.at(y), heap.at(dy), rows, columns, attrs["scale"] as number, heap.at(dx));
  return dx;
};
