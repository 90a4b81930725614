/**
 * A layer of LSTM over a whole sequence by TensorFlow's fused cell.
 * @module
 */
import type { Tensor, Tensor3D } from "@tensorflow/tfjs-core";
import type { Core } from "../core.js";
import type { NativeKernel, NativeOperations } from "./backend.js";

type Named<Name extends string> = Readonly<Record<Name, Tensor>>;

/** Outputs: hidden states [T, B, H], the last hidden and cell state; kept: cell states and activated i, f, o, g and tanh c, each [T, B, H]. */
export const lstmForward = (tf: Core, native: NativeOperations): NativeKernel => ({ inputs }) => {
  const { x, input, recurrent, bias, hidden, cell } = inputs as Named<"x" | "input" | "recurrent" | "bias" | "hidden" | "cell">;
  const weights = tf.transpose(tf.concat([input, recurrent], 1));
  const none = tf.zeros([recurrent.shape[1]!]);
  const [i, cells, f, o, g, activated, y] = native.run<[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]>(
    "BlockLSTMV2", [native.int64(x.shape[0]!), x, cell, hidden, weights, none, none, none, bias], 7, { cell_clip: 0, use_peephole: false },
  );
  const last = (states: Tensor): Tensor => tf.reshape(tf.slice(states, [states.shape[0]! - 1, 0, 0]), hidden.shape);
  return [y, last(y), last(cells), cells, i, f, o, g, activated];
};

/**
 * Outputs: the gradients of the gates before activation [T, B, 4·H], of the recurrent weights, and of the first states.
 *
 * TensorFlow's gradient of the whole block adds up that of the weights step by step, which costs more than all the rest;
 * here it is one product over all steps.
 */
export const lstmBackward = (tf: Core, native: NativeOperations): NativeKernel => ({ inputs }) => {
  const { recurrent, hidden, cell, y, dy, dlastHidden, dlastCell } = inputs as Named<"recurrent" | "hidden" | "cell" | "y" | "dy" | "dlastHidden" | "dlastCell">;
  const [steps, batch, units] = y.shape as [number, number, number];
  const none = tf.zeros([units]);
  const some = tf.zeros([batch, 1]);
  const anyWeights = tf.zeros([1 + units, 4 * units]);
  const anyBias = tf.zeros([4 * units]);
  const kept = [0, 1, 2, 3, 4, 5].map((part) => tf.unstack(inputs[`kept${part}`]!));
  const [cells, i, f, o, g, activated] = kept as [Tensor[], Tensor[], Tensor[], Tensor[], Tensor[], Tensor[]];
  const dys = tf.unstack(dy);
  // The cell's gates lie as i, g, f, o: the middle ones change places.
  const reorder = (all: Tensor, rows: number, columns: number): Tensor => tf.reshape(tf.transpose(tf.reshape(all, [rows, 2, 2, columns]), [0, 2, 1, 3]), all.shape);
  const back = reorder(recurrent, 1, units * units);
  let dhidden = dlastHidden;
  let dcell = dlastCell;
  const dgates: Tensor[] = [];
  for (let step = steps - 1; step >= 0; step--) {
    const dh = tf.add(dys[step]!, dhidden);
    const before = step === 0 ? cell : cells[step - 1]!;
    const all = [some, before, hidden, anyWeights, none, none, none, anyBias, i[step]!, cells[step]!, f[step]!, o[step]!, g[step]!, activated[step]!, dcell, dh];
    const [dbefore, dgate] = native.run<[Tensor, Tensor, Tensor, Tensor, Tensor]>("LSTMBlockCellGrad", all, 5, { use_peephole: false });
    dgates.unshift(dgate);
    dcell = dbefore;
    // For few rows a third of the time of tf.matMul, which is a BatchMatMulV2.
    [dhidden] = native.run<[Tensor]>("MatMul", [dgate, back], 1, { transpose_a: false, transpose_b: false });
  }
  const rows = steps * batch;
  const dprojected = reorder(tf.stack(dgates), rows, units);
  const befores = steps === 1 ? hidden : tf.concat([hidden, tf.reshape(tf.slice(y as Tensor3D, [0, 0, 0], [steps - 1, batch, units]), [rows - batch, units])], 0);
  const drecurrent = tf.matMul(tf.reshape(dprojected, [rows, 4 * units]), befores, true, false);
  return [dprojected, drecurrent, dhidden, dcell];
};
