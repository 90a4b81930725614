/**
 * A layer of LSTM over a whole sequence by TensorFlow's fused cell.
 * @module
 */
import type { Tensor, Tensor3D } from "@tensorflow/tfjs-core";
import type { Core } from "../core.js";
import type { NativeKernel, NativeOperations } from "./backend.js";

type Named<Name extends string> = Readonly<Record<Name, Tensor>>;

/** Outputs: hidden and cell states, each [T, B, H], and what the backward pass needs of the gates, [5, T, B, H]. */
export const lstmForward = (tf: Core, native: NativeOperations): NativeKernel => ({ inputs }) => {
  const { x, input, recurrent, bias, hidden, cell } = inputs as Named<"x" | "input" | "recurrent" | "bias" | "hidden" | "cell">;
  const weights = tf.transpose(tf.concat([input, recurrent], 1));
  const none = tf.zeros([recurrent.shape[1]!]);
  const [i, cells, f, o, g, activated, y] = native.run<[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]>(
    "BlockLSTMV2", [native.int64(x.shape[0]!), x, cell, hidden, weights, none, none, none, bias], 7, { cell_clip: 0, use_peephole: false },
  );
  return [y, cells, tf.stack([i, f, o, g, activated])];
};

/**
 * Outputs: the gradients of the gates before activation [T, B, 4·H], of the recurrent weights, and of the first states.
 *
 * TensorFlow's gradient of the whole block adds up that of the weights step by step, which costs more than all the rest;
 * here it is one product over all steps.
 */
export const lstmBackward = (tf: Core, native: NativeOperations): NativeKernel => ({ inputs }) => {
  const { recurrent, hidden, cell, y, cells, gates, dy, dcells } = inputs as Named<"recurrent" | "hidden" | "cell" | "y" | "cells" | "gates" | "dy" | "dcells">;
  const [steps, batch, units] = y.shape as [number, number, number];
  const none = tf.zeros([units]);
  const some = tf.zeros([batch, 1]);
  const anyWeights = tf.zeros([1 + units, 4 * units]);
  const anyBias = tf.zeros([4 * units]);
  const [i, f, o, g, activated] = tf.unstack(gates).map((all) => tf.unstack(all)) as [Tensor[], Tensor[], Tensor[], Tensor[], Tensor[]];
  const [states, dys, dcs] = [cells, dy, dcells].map((all) => tf.unstack(all)) as [Tensor[], Tensor[], Tensor[]];
  // The cell's gates lie as i, g, f, o.
  const reorder = (all: Tensor, axis: number): Tensor => {
    const [first, second, third, fourth] = tf.split(all, 4, axis) as [Tensor, Tensor, Tensor, Tensor];
    return tf.concat([first, third, second, fourth], axis);
  };
  const back = reorder(recurrent, 0);
  let dhidden: Tensor | undefined;
  let dcell: Tensor | undefined;
  const dgates: Tensor[] = [];
  for (let step = steps - 1; step >= 0; step--) {
    const dh: Tensor = dhidden ? tf.add(dys[step]!, dhidden) : dys[step]!;
    const dc: Tensor = dcell ? tf.add(dcs[step]!, dcell) : dcs[step]!;
    const before = step === 0 ? cell : states[step - 1]!;
    const all = [some, before, hidden, anyWeights, none, none, none, anyBias, i[step]!, states[step]!, f[step]!, o[step]!, g[step]!, activated[step]!, dc, dh];
    const [dbefore, dgate] = native.run<[Tensor, Tensor, Tensor, Tensor, Tensor]>("LSTMBlockCellGrad", all, 5, { use_peephole: false });
    dgates.unshift(dgate);
    dcell = dbefore;
    dhidden = tf.matMul(dgate, back);
  }
  const dprojected = reorder(tf.stack(dgates), 2);
  const befores = steps === 1 ? hidden : tf.concat([hidden, tf.reshape(tf.slice(y as Tensor3D, [0, 0, 0], [steps - 1, batch, units]), [(steps - 1) * batch, units])], 0);
  const drecurrent = tf.matMul(tf.reshape(dprojected, [steps * batch, 4 * units]), befores, true, false);
  return [dprojected, drecurrent, dhidden!, dcell!];
};
