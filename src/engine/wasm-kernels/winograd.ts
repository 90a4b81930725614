/**
 * Convolution with a filter of 4 × 4 and stride 2, and its two gradients, in 9/16 of the products.
 *
 * The algorithm is F(2 × 2, 2 × 2) on the even and odd rows and columns (`../assembly/winograd.ts` has its sums). All
 * three are nine products of matrices between transformed tiles and filters; images are taken some rows of tiles at a
 * time, so that the tiles stay in the cache.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Geometry } from "./convolution.js";
import { panelled, type WasmHeap } from "./heap.js";
import { multiplyColumns, multiplyRows } from "./matmul.js";

/** Values of transformed tiles that are held at a time. */
const held = 1 << 18;

/**
 * Whether a convolution is of that kind, and large enough for the sums to be worth it. Errors are small beside the largest
 * values, not beside each: a gradient of almost nothing is less exact than by the products as they stand.
 */
export const isWinograd = ({ kernel, stride, output, channels, outputs }: Geometry): boolean =>
  kernel[0] === 4 && kernel[1] === 4 && stride[0] === 2 && stride[1] === 2 && Math.min(...output) >= 8 && channels * outputs >= 64;

interface Chunk {
  /** Rows of tiles, those of one image after another, and their number. */
  readonly first: number;
  readonly count: number;
  readonly tiles: number;
}

function tiling({ batch, output, channels, outputs }: Geometry): { readonly down: number; readonly across: number; readonly most: number; readonly chunks: readonly Chunk[]; readonly size: readonly [number, number] } {
  const [down, across] = [Math.ceil(output[0] / 2), Math.ceil(output[1] / 2)];
  const rows = Math.max(1, Math.floor(held / (9 * across * (4 * channels + outputs))));
  const chunks: Chunk[] = [];
  for (let first = 0; first < batch * down; first += rows) {
    const count = Math.min(rows, batch * down - first);
    chunks.push({ first, count, tiles: count * across });
  }
  return { down, across, most: chunks[0]!.tiles, chunks, size: [4 * down + 2, 4 * across + 2] };
}

/** Rows and columns that the image needs with its zeros, from its first on. */
export const paddedSize = (plan: Geometry): readonly [number, number] => tiling(plan).size;

/** `source` is the image with its zeros, of `size` rows and columns. */
export function winogradForward(heap: WasmHeap, plan: Geometry, source: number, size: readonly [number, number], filter: TensorInfo, y: TensorInfo): void {
  const { channels, outputs, output } = plan;
  const { down, across, most, chunks } = tiling(plan);
  const { kernels } = heap;
  const depth = 4 * channels;
  const panelSize = panelled(depth, outputs);
  heap.scratch(9 * (depth * outputs + panelSize + most * (depth + outputs)), (weights) => {
    const panels = weights + 36 * depth * outputs;
    const tiles = panels + 36 * panelSize;
    const results = tiles + 36 * most * depth;
    kernels.filterTiles(heap.at(filter), channels * outputs, weights);
    for (let f = 0; f < 9; f++) kernels.packPanels(weights + 4 * f * depth * outputs, depth, outputs, outputs * 4, panels + 4 * f * panelSize, depth);
    const row = size[1] * channels * 4;
    for (const { first, count, tiles: rows } of chunks) {
      kernels.inputTiles(source, size[0] * row, row, channels, down, across, first, count, tiles, 4 * rows * depth);
      for (let f = 0; f < 9; f++) multiplyRows(heap, tiles + 4 * f * rows * depth, panels + 4 * f * panelSize, results + 4 * f * rows * outputs, { rows, depth, columns: outputs });
      kernels.outputOfTiles(results, 4 * rows * outputs, outputs, down, across, first, count, heap.at(y), output[0], output[1]);
    }
  });
}

/** The gradient of the filter. */
export function winogradFilter(heap: WasmHeap, plan: Geometry, source: number, size: readonly [number, number], dy: TensorInfo, result: TensorInfo): void {
  const { channels, outputs, output } = plan;
  const { down, across, most, chunks } = tiling(plan);
  const { kernels } = heap;
  const depth = 4 * channels;
  heap.scratch(9 * (depth * outputs + most * (depth + outputs)) + panelled(most, outputs), (weights) => {
    const tiles = weights + 36 * depth * outputs;
    const results = tiles + 36 * most * depth;
    const panels = results + 36 * most * outputs;
    const row = size[1] * channels * 4;
    for (const { first, count, tiles: rows } of chunks) {
      kernels.inputTiles(source, size[0] * row, row, channels, down, across, first, count, tiles, 4 * rows * depth);
      kernels.outputTiles(heap.at(dy), output[0], output[1], outputs, down, across, first, count, results, 4 * rows * outputs);
      for (let f = 0; f < 9; f++) {
        kernels.packPanels(results + 4 * f * rows * outputs, rows, outputs, outputs * 4, panels, rows);
        multiplyColumns(heap, tiles + 4 * f * rows * depth, panels, weights + 4 * f * depth * outputs, { rows: depth, depth: rows, columns: outputs }, first > 0);
      }
    }
    kernels.filterOfTiles(weights, channels * outputs, heap.at(result));
  });
}

/** The gradient of the image with its zeros, [batch, size, channels] at `target`. */
export function winogradInput(heap: WasmHeap, plan: Geometry, dy: TensorInfo, filter: TensorInfo, target: number, size: readonly [number, number]): void {
  const { batch, channels, outputs, output } = plan;
  const { down, across, most, chunks } = tiling(plan);
  const { kernels } = heap;
  const depth = 4 * channels;
  const panelSize = panelled(outputs, depth);
  heap.scratch(9 * (depth * outputs + panelSize + most * (depth + outputs)), (weights) => {
    const panels = weights + 36 * depth * outputs;
    const tiles = panels + 36 * panelSize;
    const results = tiles + 36 * most * depth;
    kernels.filterTiles(heap.at(filter), channels * outputs, weights);
    for (let f = 0; f < 9; f++) kernels.packTransposed(weights + 4 * f * depth * outputs, outputs, depth, outputs * 4, panels + 4 * f * panelSize, outputs);
    const row = size[1] * channels * 4;
    kernels.fill(target, batch * size[0] * row);
    for (const { first, count, tiles: rows } of chunks) {
      kernels.outputTiles(heap.at(dy), output[0], output[1], outputs, down, across, first, count, results, 4 * rows * outputs);
      for (let f = 0; f < 9; f++) multiplyRows(heap, results + 4 * f * rows * outputs, panels + 4 * f * panelSize, tiles + 4 * f * rows * depth, { rows, depth: outputs, columns: depth });
      kernels.addInputTiles(tiles, 4 * rows * depth, channels, down, across, first, count, target, size[0] * row, row);
    }
  });
}
