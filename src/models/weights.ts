/**
 * Weights in `.safetensors` files.
 * @module
 */
import { open, readFile, rename, rm } from "node:fs/promises";
import { packSafetensors, unpackSafetensors } from "../engine/index.js";
import { FormatError, SourceError } from "../errors.js";
import type { ParameterState, StoredParameter } from "./parameters.js";

export interface Weights {
  readonly parameters: Map<string, StoredParameter>;
  /** Text by name, from the header. */
  readonly metadata: Readonly<Record<string, string>>;
}

let partials = 0;

/** Writes a file that PyTorch's safetensors reads; it appears under its name only when it is whole. @throws SourceError */
export async function saveWeights(path: string, parameters: ParameterState, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
  const partial = `${path}.${process.pid}-${partials++}.partial`;
  try {
    const file = await open(partial, "w");
    try {
      for (const part of packSafetensors(parameters, { format: "pt", ...metadata })) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new SourceError({ where: path, expected: "a file that can be written", received: (cause as Error).message, cause });
  }
}

/** @throws SourceError when the file cannot be read, FormatError when it holds something else. */
export async function loadWeights(path: string): Promise<Weights> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SourceError({ where: path, expected: "a readable file", received: (cause as Error).message, cause });
  });
  const { tensors, metadata } = unpackSafetensors(bytes, path);
  const parameters = new Map<string, StoredParameter>();
  for (const [name, { data, shape }] of tensors) {
    if (data instanceof BigInt64Array) {
      // PyTorch counts the batches of a batch norm; nothing here needs the number.
      if (name.endsWith("num_batches_tracked")) continue;
      throw new FormatError({ where: path, expected: "weights as floats", received: `"${name}" as 64-bit integers` });
    }
    parameters.set(name, { data: data instanceof Float32Array ? data : Float32Array.from(data), shape });
  }
  return { parameters, metadata };
}
