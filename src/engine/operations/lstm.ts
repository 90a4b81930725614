/**
 * One layer of long short-term memory over a whole sequence.
 *
 * i, f, g, o = split(x·Wxᵀ + h·Whᵀ + b); c = σ(f)·c + σ(i)·tanh(g); h = σ(o)·tanh(c): the equations and the order of
 * the gates are those of PyTorch. The projection of the input is one product for all steps.
 * @module
 */
import type { Tensor, Tensor2D, Tensor3D, Tensor1D } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { giveGradient, hasKernel, numbered, runKernel } from "../kernel.js";

export interface LstmWeights {
  /** [4·H, I], gates i, f, g, o. */
  readonly input: Tensor2D;
  /** [4·H, H]. */
  readonly hidden: Tensor2D;
  /** [4·H]: the sum of PyTorch's two. */
  readonly bias: Tensor1D;
}

export interface LstmResult {
  /** Hidden state after each step, [T, B, H]. */
  readonly y: Tensor3D;
  /** Hidden state after the last step, [B, H]. */
  readonly hidden: Tensor2D;
  /** Cell state after the last step, [B, H]. */
  readonly cell: Tensor2D;
}

/** `x` [T, B, I] from the states `hidden` and `cell` [B, H]. */
export function lstmLayer(x: Tensor3D, weights: LstmWeights, hidden: Tensor2D, cell: Tensor2D): LstmResult {
  const units = weights.hidden.shape[1];
  // The kernel takes four units at a time.
  return hasKernel("LstmForward") && units % 4 === 0 ? fused(x, weights, hidden, cell) : composed(x, weights, hidden, cell);
}

function composed(x: Tensor3D, weights: LstmWeights, hidden: Tensor2D, cell: Tensor2D): LstmResult {
  const tf = core();
  const [steps, batch, inputs] = x.shape;
  const units = weights.hidden.shape[1];
  const projected = tf.add(tf.matMul(tf.reshape(x, [steps * batch, inputs]), weights.input, false, true), weights.bias);
  const outputs: Tensor2D[] = [];
  for (let step = 0; step < steps; step++) {
    const gates = tf.add(tf.slice(projected, [step * batch, 0], [batch, 4 * units]), tf.matMul(hidden, weights.hidden, false, true));
    const [i, f, g, o] = tf.split(gates, 4, 1);
    cell = tf.add(tf.mul(tf.sigmoid(f!), cell), tf.mul(tf.sigmoid(i!), tf.tanh(g!)));
    hidden = tf.mul(tf.sigmoid(o!), tf.tanh(cell));
    outputs.push(hidden);
  }
  return { y: tf.stack(outputs) as Tensor3D, hidden, cell };
}

function fused(x: Tensor3D, { input, hidden: recurrent, bias }: LstmWeights, hidden: Tensor2D, cell: Tensor2D): LstmResult {
  giveGradient("LstmForward", ["x", "input", "recurrent", "hidden", "cell"], gradient);
  const [y, lastHidden, lastCell] = runKernel<Tensor[]>("LstmForward", { x, input, recurrent, bias, hidden, cell }) as [Tensor3D, Tensor2D, Tensor2D];
  return { y, hidden: lastHidden, cell: lastCell };
}

function gradient(dys: readonly Tensor[], saved: Readonly<Record<string, Tensor>>, outputs: readonly Tensor[]): Record<string, () => Tensor> {
  const tf = core();
  const [dy, dlastHidden, dlastCell] = dys as [Tensor, Tensor, Tensor];
  const { x, input, recurrent, hidden, cell } = saved as Record<"x" | "input" | "recurrent" | "hidden" | "cell", Tensor>;
  const [y, , , ...kept] = outputs as [Tensor, Tensor, Tensor, ...Tensor[]];
  const states = { recurrent, hidden, cell, y, dy, dlastHidden, dlastCell, ...numbered(kept) };
  const [dgates, drecurrent, dhidden, dcell] = runKernel<Tensor[]>("LstmBackward", states) as [Tensor, Tensor, Tensor, Tensor];
  const [rows, features] = [x.shape[0]! * x.shape[1]!, x.shape[2]!];
  const flat: Tensor2D = tf.reshape(dgates, [rows, -1]);
  return {
    x: () => tf.reshape(tf.matMul(flat, input), x.shape),
    input: () => tf.matMul(flat, tf.reshape(x, [rows, features]), true, false),
    bias: () => (hasKernel("ColumnSums") ? runKernel("ColumnSums", { x: flat }) : tf.sum(flat, 0)),
    recurrent: () => drecurrent,
    hidden: () => dhidden,
    cell: () => dcell,
  };
}
