/**
 * Calling a kernel of ours by name, on an engine that has it.
 * @module
 */
import type { NamedAttrMap, Tensor } from "@tensorflow/tfjs-core";
import { core } from "./core.js";

/** Whether the engine in use has a kernel of that name; an operation without one is composed of those of tfjs. */
export function hasKernel(name: string): boolean {
  const tf = core();
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** The result of a kernel, of which no gradient is taken unless {@link giveGradient} gave it one: else wrap the call in `tf.customGrad`. */
export function runKernel<Result extends Tensor | Tensor[]>(name: string, inputs: Readonly<Record<string, Tensor>>, attrs: NamedAttrMap = {}): Result {
  return core().engine().runKernel<Result>(name, inputs, attrs);
}

/** Gradients of the outputs, the inputs saved, all outputs → for each input its gradient, computed only where one is asked for. */
export type GradientOf = (dys: readonly Tensor[], inputs: Readonly<Record<string, Tensor>>, outputs: readonly Tensor[]) => Record<string, () => Tensor>;

/** What an engine keeps for its own gradient, as inputs of that kernel: kept0, kept1, … */
export const numbered = (kept: readonly Tensor[]): Record<string, Tensor> => Object.fromEntries(kept.map((tensor, i) => [`kept${i}`, tensor]));

/** More outputs than any kernel of ours has. */
const allOutputs = Array.from({ length: 16 }, () => true);

/** Makes a kernel of ours differentiable. It keeps the inputs named, and all its outputs. */
export function giveGradient(kernelName: string, inputsToSave: string[], gradient: GradientOf): void {
  const tf = core();
  if (tf.getGradient(kernelName) !== undefined) return;
  tf.registerGradient({
    kernelName,
    inputsToSave,
    outputsToSave: allOutputs,
    gradFunc: (dy, saved) => {
      const inputs = Object.fromEntries(inputsToSave.map((name, i) => [name, saved[i]!]));
      return gradient(Array.isArray(dy) ? dy : [dy], inputs, saved.slice(inputsToSave.length));
    },
  });
}
