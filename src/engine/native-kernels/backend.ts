/**
 * Calling an operation of TensorFlow by its name: tfjs-node offers a part of them, and its addon runs all.
 * @module
 */
import type { KernelConfig, NamedAttrMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Core } from "../core.js";

/** An attribute of an operation, as the addon takes it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A scalar of 64 bits, which no tensor of tfjs is. */
export type Int64 = object;
type Input = TensorInfo | Int64;

/** The backend of tfjs-node, as far as it is used here. */
export interface NativeBackend {
  readonly binding: Readonly<Record<"TF_FLOAT" | "TF_ATTR_TYPE" | "TF_ATTR_FLOAT" | "TF_ATTR_BOOL" | "TF_ATTR_STRING" | "TF_ATTR_INT" | "TF_ATTR_SHAPE", number>>;
  executeMultipleOutputs(name: string, attributes: readonly Attribute[], inputs: readonly Input[], outputs: number): Tensor[];
}

export type AttributeValue = boolean | number | string | readonly number[];

/**
 * Operations of TensorFlow on tensors of 32-bit floats. A `true` is an attribute of that kind, a text a string, a number a
 * float, a list of numbers a shape.
 */
export class NativeOperations {
  readonly #backend: NativeBackend;
  readonly #int64: new (value: number) => Int64;

  constructor(tf: Core, path: string) {
    this.#backend = tf.findBackend("tensorflow") as unknown as NativeBackend;
    const require = createRequire(import.meta.url);
    this.#int64 = (require(join(path, "dist", "int64_tensors.js")) as { Int64Scalar: new (value: number) => Int64 }).Int64Scalar;
  }

  /** The outputs of an operation with the type `float` for each attribute in `types`. */
  run<Outputs extends readonly Tensor[]>(
    name: string, inputs: readonly Input[], outputs: Outputs["length"], attributes: Readonly<Record<string, AttributeValue>> = {}, types: readonly string[] = ["T"],
  ): Outputs {
    const { binding } = this.#backend;
    const kinds = { boolean: binding.TF_ATTR_BOOL, number: binding.TF_ATTR_FLOAT, string: binding.TF_ATTR_STRING, object: binding.TF_ATTR_SHAPE };
    const all: Attribute[] = types.map((type) => ({ name: type, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }));
    for (const [attribute, value] of Object.entries(attributes)) all.push({ name: attribute, type: kinds[typeof value as keyof typeof kinds], value });
    return this.#backend.executeMultipleOutputs(name, all, inputs, outputs) as unknown as Outputs;
  }

  int64(value: number): Int64 {
    return new this.#int64(value);
  }
}

export interface NativeCall {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly attrs: NamedAttrMap;
}
/** Its outputs; a kernel with one output has a list of one. */
export type NativeKernel = (call: NativeCall) => Tensor[];

/** Adds a kernel of ours to the engine. What it makes on the way is disposed of. */
export function addKernel(tf: Core, name: string, kernel: NativeKernel): void {
  const kernelFunc: KernelConfig["kernelFunc"] = ({ inputs, attrs = {} }) => {
    const outputs = tf.tidy(() => kernel({ inputs: inputs as NativeCall["inputs"], attrs }));
    return outputs.length === 1 ? outputs[0]! : outputs;
  };
  tf.registerKernel({ kernelName: name, backendName: "tensorflow", kernelFunc });
}
