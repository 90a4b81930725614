/**
 * One layer of long short-term memory over a whole sequence.
 *
 * i, f, g, o = split(x·Wxᵀ + h·Whᵀ + b); c = σ(f)·c + σ(i)·tanh(g); h = σ(o)·tanh(c): the equations and the order of
 * the gates are those of PyTorch. The projection of the input is one product for all steps.
 * @module
 */
import type { Tensor, Tensor2D, Tensor3D, Tensor1D } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { hasKernel, runKernel } from "../kernel.js";

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

function fused(x: Tensor3D, weights: LstmWeights, hidden: Tensor2D, cell: Tensor2D): LstmResult {
  const tf = core();
  const [steps, batch] = x.shape;
  const units = weights.hidden.shape[1];
  const states = tf.customGrad((...all: unknown[]) => {
    const save = all.pop() as (tensors: Tensor[]) => void;
    const [sequence, input, recurrent, bias, first, firstCell] = all as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    const named = { x: sequence, input, recurrent, hidden: first, cell: firstCell };
    const [value, gates] = runKernel<Tensor[]>("LstmForward", { ...named, bias }) as [Tensor, Tensor];
    save([sequence, input, recurrent, first, firstCell, value, gates]);
    return {
      value,
      gradFunc: (dstates: Tensor, saved: Tensor[]) => {
        const names = ["x", "input", "recurrent", "hidden", "cell", "states", "gates"];
        return runKernel<Tensor[]>("LstmBackward", { ...Object.fromEntries(names.map((name, i) => [name, saved[i]!])), dstates });
      },
    };
  })(x, weights.input, weights.hidden, weights.bias, hidden, cell);
  const at = (kind: number, step: number, count: number): Tensor => tf.slice(states, [kind, step, 0, 0], [1, count, batch, units]);
  return {
    y: tf.reshape(at(0, 0, steps), [steps, batch, units]),
    hidden: tf.reshape(at(0, steps - 1, 1), [batch, units]),
    cell: tf.reshape(at(1, steps - 1, 1), [batch, units]),
  };
}
