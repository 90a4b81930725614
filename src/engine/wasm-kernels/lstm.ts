/**
 * A layer of LSTM over a whole sequence, forward and backward, each in one call.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { panelled, type WasmKernel } from "./heap.js";
import { multiplyColumns, multiplyRows } from "./matmul.js";

type Named<Name extends string> = Record<Name, TensorInfo>;

/** Outputs: hidden states [T, B, H], the last hidden and cell state; kept: cell states [T, B, H] and activated gates [T, B, 4·H]. */
export const lstmForward: WasmKernel = ({ inputs, heap }) => {
  const { x, input, recurrent, bias, hidden, cell } = inputs as Named<"x" | "input" | "recurrent" | "bias" | "hidden" | "cell">;
  const [steps, batch, features] = x.shape as [number, number, number];
  const units = recurrent.shape[1]!;
  const [y, cells, gates] = [heap.make([steps, batch, units]), heap.make([steps, batch, units]), heap.make([steps, batch, 4 * units])];
  const { kernels } = heap;
  const size = batch * units * 4;
  const panelSize = panelled(Math.max(features, units), 4 * units);
  heap.scratch(panelSize + 4 * batch * units, (panels) => {
    const product = panels + 4 * panelSize;
    kernels.packTransposed(heap.at(input), features, 4 * units, features * 4, panels, features);
    multiplyRows(heap, heap.at(x), panels, heap.at(gates), { rows: steps * batch, depth: features, columns: 4 * units });
    kernels.packTransposed(heap.at(recurrent), units, 4 * units, units * 4, panels, units);
    for (let step = 0; step < steps; step++) {
      const [h, c] = [heap.at(y) + step * size, heap.at(cells) + step * size];
      multiplyRows(heap, step === 0 ? heap.at(hidden) : h - size, panels, product, { rows: batch, depth: units, columns: 4 * units });
      kernels.lstmForward(heap.at(gates) + step * 4 * size, product, heap.at(bias), step === 0 ? heap.at(cell) : c - size, c, h, batch, units);
    }
  });
  const last = [heap.make(hidden.shape), heap.make(cell.shape)] as const;
  kernels.copy(heap.at(last[0]), heap.at(y) + (steps - 1) * size, size);
  kernels.copy(heap.at(last[1]), heap.at(cells) + (steps - 1) * size, size);
  return [y, ...last, cells, gates];
};

/** Outputs: the gradients of the gates before activation [T, B, 4·H], of the recurrent weights, and of the first states. */
export const lstmBackward: WasmKernel = ({ inputs, heap }) => {
  const { recurrent, hidden, cell, y, dy, dlastHidden, dlastCell, kept0: cells, kept1: gates } = inputs as Named<
    "recurrent" | "hidden" | "cell" | "y" | "dy" | "dlastHidden" | "dlastCell" | "kept0" | "kept1"
  >;
  const [steps, batch, units] = y.shape as [number, number, number];
  const rows = steps * batch;
  const [dgates, drecurrent, dhidden, dcell] = [heap.make(gates.shape), heap.make(recurrent.shape), heap.make(hidden.shape), heap.make(cell.shape)];
  const { kernels } = heap;
  const size = batch * units * 4;
  const panelSize = Math.max(panelled(4 * units, units), panelled(rows, units));
  heap.scratch(panelSize + rows * units, (panels) => {
    kernels.copy(heap.at(dhidden), heap.at(dlastHidden), size);
    kernels.copy(heap.at(dcell), heap.at(dlastCell), size);
    kernels.packPanels(heap.at(recurrent), 4 * units, units, units * 4, panels, 4 * units);
    for (let step = steps - 1; step >= 0; step--) {
      const at = step * size;
      const c = heap.at(cells) + at;
      kernels.lstmBackward(
        heap.at(gates) + 4 * at, step === 0 ? heap.at(cell) : c - size, c, heap.at(dy) + at,
        heap.at(dhidden), heap.at(dcell), heap.at(dgates) + 4 * at, batch, units,
      );
      multiplyRows(heap, heap.at(dgates) + 4 * at, panels, heap.at(dhidden), { rows: batch, depth: 4 * units, columns: units });
    }
    const before = panels + 4 * panelSize;
    kernels.copy(before, heap.at(hidden), size);
    kernels.copy(before + size, heap.at(y), (steps - 1) * size);
    kernels.packPanels(before, rows, units, units * 4, panels, rows);
    multiplyColumns(heap, heap.at(dgates), panels, heap.at(drecurrent), { rows: 4 * units, depth: rows, columns: units });
  });
  return [dgates, drecurrent, dhidden, dcell];
};
