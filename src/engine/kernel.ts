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

/** The result of a kernel, of which no gradient is taken: wrap the call in `tf.customGrad`. */
export function runKernel<Result extends Tensor | Tensor[]>(name: string, inputs: Readonly<Record<string, Tensor>>, attrs: NamedAttrMap = {}): Result {
  return core().engine().runKernel<Result>(name, inputs, attrs);
}
