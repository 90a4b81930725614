/**
 * A layer of LSTM over a whole sequence, forward and backward, each in one call.
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { panelled, type WasmKernel } from "./heap.js";
import { multiplyColumns, multiplyRows } from "./matmul.js";

type Named<Name extends string> = Record<Name, TensorInfo>;

/** Outputs: hidden and cell states [2, T, B, H], and the activated gates [T, B, 4·H]. */
export const lstmForward: WasmKernel = ({ inputs, heap }) => {
  const { x, input, recurrent, bias, hidden, cell } = inputs as Named<"x" | "input" | "recurrent" | "bias" | "hidden" | "cell">;
  const [steps, batch, features] = x.shape as [number, number, number];
  const units = recurrent.shape[1]!;
  const states = heap.make([2, steps, batch, units]);
  const gates = heap.make([steps, batch, 4 * units]);
  const { kernels } = heap;
  const size = batch * units * 4;
  heap.scratch(panelled(Math.max(features, units), 4 * units) + 4 * batch * units, (panels) => {
    const product = panels + 4 * panelled(Math.max(features, units), 4 * units);
    kernels.packTransposed(heap.at(input), features, 4 * units, features * 4, panels, features);
    multiplyRows(heap, heap.at(x), panels, heap.at(gates), { rows: steps * batch, depth: features, columns: 4 * units });
    kernels.packTransposed(heap.at(recurrent), units, 4 * units, units * 4, panels, units);
    for (let step = 0; step < steps; step++) {
      const y = heap.at(states) + step * size;
      const c = y + steps * size;
      multiplyRows(heap, step === 0 ? heap.at(hidden) : y - size, panels, product, { rows: batch, depth: units, columns: 4 * units });
      kernels.lstmForward(heap.at(gates) + step * 4 * size, product, heap.at(bias), step === 0 ? heap.at(cell) : c - size, c, y, batch, units);
    }
  });
  return [states, gates];
};

/** Outputs: the gradients of x, input, recurrent, bias, hidden and cell. */
export const lstmBackward: WasmKernel = ({ inputs, heap }) => {
  const { x, input, recurrent, hidden, cell, states, gates, dstates } = inputs as Named<"x" | "input" | "recurrent" | "hidden" | "cell" | "states" | "gates" | "dstates">;
  const [steps, batch, features] = x.shape as [number, number, number];
  const units = recurrent.shape[1]!;
  const rows = steps * batch;
  const [dx, dinput, drecurrent, dbias, dhidden, dcell] = [x.shape, input.shape, recurrent.shape, [4 * units], hidden.shape, cell.shape].map((shape) => heap.make(shape)) as
    [TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo];
  const { kernels } = heap;
  const size = batch * units * 4;
  const panelSize = Math.max(panelled(4 * units, Math.max(units, features)), panelled(rows, Math.max(units, features)));
  heap.scratch(panelSize + rows * 4 * units + rows * units, (panels) => {
    const dgates = panels + 4 * panelSize;
    const before = dgates + rows * 4 * units * 4;
    kernels.fill(heap.at(dhidden), size);
    kernels.fill(heap.at(dcell), size);
    kernels.packPanels(heap.at(recurrent), 4 * units, units, units * 4, panels, 4 * units);
    for (let step = steps - 1; step >= 0; step--) {
      const at = step * size;
      const c = heap.at(states) + steps * size + at;
      kernels.lstmBackward(
        heap.at(gates) + 4 * at, step === 0 ? heap.at(cell) : c - size, c, heap.at(dstates) + at, heap.at(dstates) + steps * size + at,
        heap.at(dhidden), heap.at(dcell), dgates + 4 * at, batch, units,
      );
      multiplyRows(heap, dgates + 4 * at, panels, heap.at(dhidden), { rows: batch, depth: 4 * units, columns: units });
    }
    kernels.packPanels(heap.at(input), 4 * units, features, features * 4, panels, 4 * units);
    multiplyRows(heap, dgates, panels, heap.at(dx), { rows, depth: 4 * units, columns: features });
    kernels.packPanels(heap.at(x), rows, features, features * 4, panels, rows);
    multiplyColumns(heap, dgates, panels, heap.at(dinput), { rows: 4 * units, depth: rows, columns: features });
    kernels.copy(before, heap.at(hidden), size);
    kernels.copy(before + size, heap.at(states), (steps - 1) * size);
    kernels.packPanels(before, rows, units, units * 4, panels, rows);
    multiplyColumns(heap, dgates, panels, heap.at(drecurrent), { rows: 4 * units, depth: rows, columns: units });
    kernels.columnSums(dgates, rows, 4 * units, heap.at(dbias));
  });
  return [dx, dinput, drecurrent, dbias, dhidden, dcell];
};
