/**
 * The contract of a tensor engine: which library computes, and where.
 * @module
 */
import type * as TensorFlow from "@tensorflow/tfjs-core";

/** Fastest first; "auto" takes the first that is there. */
export const engineNames = ["tfjs-node-gpu", "tfjs-node", "wasm", "cpu"] as const;
export type EngineName = (typeof engineNames)[number];

export type DataType = "float32" | "int32" | "bool";

/** The engine in use. All tensors are made, and all operations run, through `tf`. */
export interface Engine {
  readonly name: EngineName;
  /**
   * The one copy of tfjs-core. An engine that brings a copy of its own (tfjs-node outside `node_modules`) shares
   * this one's global registry of backends, kernels and tensors, so that operations of either reach the same backend.
   */
  readonly tf: typeof TensorFlow;
  /** Version of the library that computes. */
  readonly version: string;
  /** "cpu", "gpu" or "cpu (wasm simd)". */
  readonly device: string;
}

/** What is known of an engine before it is loaded. */
export interface EngineStatus {
  readonly name: EngineName;
  readonly available: boolean;
  /** Version of the package found. */
  readonly version: string | undefined;
  /** "cpu" or "gpu"; a GPU engine without a driver says so only when it runs. */
  readonly device: string;
  /** Folder of the package found. */
  readonly path: string | undefined;
  /** For an engine that is not there: a sentence with the command that adds it. */
  readonly missing: string | undefined;
}
