/**
 * Products of batches of matrices, with either side transposed; the right side may be one matrix for all.
 *
 * The stock kernel reaches XNNPACK for one untransposed product only; every gradient and every attention product is a
 * plain loop there.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { panelled, sizeOf, type WasmHeap, type WasmKernel } from "./heap.js";

/** Depth of a product by columns that stays in the cache. */
const stretch = 64;

/** `a` [..., M, K] (or [..., K, M]) times `b` [..., K, N] (or [..., N, K]) → [..., M, N]. */
export const batchMatMul: WasmKernel = ({ inputs, attrs, heap }) => {
  const { a, b } = inputs as { readonly a: TensorInfo; readonly b: TensorInfo };
  const { transposeA, transposeB } = attrs as { readonly transposeA: boolean; readonly transposeB: boolean };
  const batch = sizeOf(a.shape.slice(0, -2));
  const batchB = sizeOf(b.shape.slice(0, -2));
  if (a.dtype !== "float32" || b.dtype !== "float32" || (batchB !== batch && batchB !== 1)) return undefined;
  const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
  const rows = transposeA ? columnsA : rowsA;
  const depth = transposeA ? rowsA : columnsA;
  const columns = transposeB ? rowsB : columnsB;
  if (batch * rows * depth * columns === 0) return undefined;
  const result = heap.make([...a.shape.slice(0, -2), rows, columns]);
  heap.scratch(panelled(depth, columns), (panels) => {
    const [from, right, out] = [heap.at(a), heap.at(b), heap.at(result)];
    for (let i = 0; i < batch; i++) {
      if (i < batchB) (transposeB ? heap.kernels.packTransposed : heap.kernels.packPanels)(right + i * depth * columns * 4, depth, columns, columnsB * 4, panels, depth);
      (transposeA ? multiplyColumns : multiplyRows)(heap, from + i * rows * depth * 4, panels, out + i * rows * columns * 4, { rows, depth, columns });
    }
  });
  return result;
};

export interface ProductShape {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** left [rows, depth] · panels → out [rows, columns], all by address. */
export function multiplyRows(heap: WasmHeap, left: number, panels: number, out: number, { rows, depth, columns }: ProductShape): void {
  heap.scratch(2 * rows, (starts) => {
    const places = starts + 4 * rows;
    heap.kernels.addPositions(starts, 1, 1, rows, 0, 0, depth * 4, 0);
    heap.kernels.addPositions(places, 1, 1, rows, 0, 0, columns * 4, 0);
    heap.kernels.productOfRows(left, starts, rows, 1, depth, 0, panels, columns, out, places);
  });
}

/** The transpose of left [depth, rows] · panels → out [rows, columns], or added to what is there. */
export function multiplyColumns(heap: WasmHeap, left: number, panels: number, out: number, { rows, depth, columns }: ProductShape, add = false): void {
  const whole = Math.floor(depth / stretch);
  const rest = depth - whole * stretch;
  heap.scratch(whole + 1, (starts) => {
    heap.kernels.addPositions(starts, 1, 1, whole + 1, 0, 0, stretch * rows * 4, 0);
    if (whole > 0) heap.kernels.productOfColumns(left, starts, whole, stretch, rows * 4, rows, panels, depth, columns, out, columns * 4, add);
    if (rest > 0) {
      const done = whole * stretch;
      heap.kernels.productOfColumns(left + done * rows * 4, starts, 1, rest, rows * 4, rows, panels + done * 32, depth, columns, out, columns * 4, add || whole > 0);
    }
  });
}
