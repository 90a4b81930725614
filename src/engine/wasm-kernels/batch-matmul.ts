/**
 * Matrix products of batches, with either side transposed.
 *
 * The stock kernel reaches XNNPACK for one untransposed product only; every gradient and every attention product is a
 * plain loop there. Here each item of the batch is copied (and transposed) to a matrix of its own, and multiplied by
 * the stock kernel. Other types and batches that broadcast are left to the stock kernel.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { stockKernel, type Core, type WasmHeap, type WasmKernel } from "./heap.js";

/** `a` [..., M, K] (or [..., K, M]) times `b` [..., K, N] (or [..., N, K]) → [..., M, N]. */
export function batchMatMul(tf: Core): WasmKernel {
  const multiply = stockKernel(tf, "BatchMatMul");
  return ({ inputs, attrs, heap }) => {
    const { a, b } = inputs as { readonly a: TensorInfo; readonly b: TensorInfo };
    const { transposeA, transposeB } = attrs as { readonly transposeA: boolean; readonly transposeB: boolean };
    const batch = items(a);
    if (a.dtype !== "float32" || b.dtype !== "float32" || batch !== items(b)) return undefined;
    if (batch === 1 && !transposeA && !transposeB) return undefined;

    const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
    const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
    const rows = transposeA ? columnsA : rowsA;
    const columns = transposeB ? rowsB : columnsB;
    const result = heap.makeOutput([...a.shape.slice(0, -2), rows, columns], "float32");
    for (let i = 0; i < batch; i++) {
      const left = matrix(heap, a, i, transposeA);
      const right = matrix(heap, b, i, transposeB);
      const product = multiply({ inputs: { a: left, b: right }, backend: heap, attrs: { transposeA: false, transposeB: false } }) as TensorInfo;
      heap.typedArrayFromHeap(result).set(heap.typedArrayFromHeap(product), i * rows * columns);
      for (const tensor of [left, right, product]) heap.disposeData(tensor.dataId);
    }
    return result;
  };
}

const items = (tensor: TensorInfo): number => tensor.shape.slice(0, -2).reduce((product, size) => product * size, 1);

const tile = 16;

/** Item `index` of a batch as [1, rows, columns], or its transpose; copied in tiles, which stay in the cache. */
function matrix(heap: WasmHeap, tensor: TensorInfo, index: number, transpose: boolean): TensorInfo {
  const [rows, columns] = tensor.shape.slice(-2) as [number, number];
  const result = heap.makeOutput(transpose ? [1, columns, rows] : [1, rows, columns], "float32");
  const from = heap.typedArrayFromHeap(tensor).subarray(index * rows * columns, (index + 1) * rows * columns);
  const to = heap.typedArrayFromHeap(result);
  if (!transpose) {
    to.set(from);
    return result;
  }
  for (let j0 = 0; j0 < columns; j0 += tile) {
    for (let i0 = 0; i0 < rows; i0 += tile) {
      const jEnd = Math.min(columns, j0 + tile);
      const iEnd = Math.min(rows, i0 + tile);
      for (let j = j0; j < jEnd; j++) {
        for (let i = i0; i < iEnd; i++) to[j * rows + i] = from[i * columns + j]!;
      }
    }
  }
  return result;
}
