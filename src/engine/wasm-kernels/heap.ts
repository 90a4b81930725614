/**
 * What the kernels here need of the wasm backend: tensors on its heap, and our own WebAssembly that works on it.
 *
 * `tensor-kernels.wasm` (AssemblyScript, `../assembly/`) imports the memory of tfjs-backend-wasm and has no data of its
 * own, so that it takes tensors where they lie. A view dies when the heap grows, and an address does not: make outputs
 * first, and take views afterwards.
 * @module
 */
import type { KernelConfig, KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";
import { DeviceError } from "../../errors.js";
import type { Core } from "../core.js";
import type { TensorKernels } from "../tensor-kernels.js";

export type { Core };

/** tfjs-backend-wasm, as far as it is used here. */
export interface WasmBackend {
  readonly wasm: { readonly asm: Readonly<Record<string, unknown>> };
  makeOutput(shape: readonly number[], dtype: "float32"): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
}

export class WasmHeap {
  readonly kernels: TensorKernels;
  readonly #backend: WasmBackend;

  private constructor(backend: WasmBackend) {
    this.#backend = backend;
    const memory = Object.values(backend.wasm.asm).find((value) => value instanceof WebAssembly.Memory);
    if (memory === undefined) throw new DeviceError({ where: "wasm engine", expected: "a tfjs-backend-wasm 4.22 that exports its memory", received: "none" });
    this.kernels = new WebAssembly.Instance(kernelModule(), { env: { memory } }).exports as unknown as TensorKernels;
  }

  static readonly #heaps = new WeakMap<object, WasmHeap>();

  static of(backend: unknown): WasmHeap {
    let found = WasmHeap.#heaps.get(backend as object);
    if (found === undefined) WasmHeap.#heaps.set(backend as object, (found = new WasmHeap(backend as WasmBackend)));
    return found;
  }

  make(shape: readonly number[]): TensorInfo {
    return this.#backend.makeOutput(shape, "float32");
  }

  /** Offset of a tensor's first byte. */
  at(tensor: TensorInfo): number {
    return this.#backend.typedArrayFromHeap(tensor).byteOffset;
  }

  /** A tensor's values, until the heap grows. */
  view(tensor: TensorInfo): Float32Array {
    return this.#backend.typedArrayFromHeap(tensor);
  }

  /** The same values again: no kernel writes to its inputs, so nobody sees the difference from a copy. */
  share(tensor: TensorInfo): TensorInfo {
    this.#backend.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype };
  }

  free(tensor: TensorInfo): void {
    this.#backend.disposeData(tensor.dataId);
  }

  /** Runs `work` with the offset of that many scratch values of 32 bits, and frees them. */
  scratch<Result>(values: number, work: (offset: number) => Result): Result {
    const tensor = this.make([Math.max(1, values)]);
    try {
      return work(this.at(tensor));
    } finally {
      this.free(tensor);
    }
  }
}

let compiled: WebAssembly.Module | undefined;
function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("../tensor-kernels.wasm", import.meta.url)));
  return compiled;
}

export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly heap: WasmHeap;
}

/** A kernel as it is written here; `undefined` hands the call to the kernel that was there before. */
export type WasmKernel = (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;

/** Puts `kernel` before the stock kernel of that name, which still takes what `kernel` declines. */
export function replaceKernel(tf: Core, name: string, kernel: WasmKernel): void {
  const stock = tf.getKernel(name, "wasm") as KernelConfig | undefined;
  if (stock !== undefined) tf.unregisterKernel(name, "wasm");
  const kernelFunc: KernelFunc = (call) => {
    const { inputs, backend, attrs = {} } = call;
    const result = kernel({ inputs, attrs, heap: WasmHeap.of(backend) });
    if (result !== undefined) return result;
    if (stock !== undefined) return stock.kernelFunc(call);
    throw new DeviceError({
      where: `${name} on the wasm engine`,
      expected: "float32 tensors in NHWC order, without dilation",
      received: JSON.stringify(attrs),
      next: "use another engine for this operation, or transpose first",
    });
  };
  tf.registerKernel({ ...(stock?.setupFunc && { setupFunc: stock.setupFunc }), kernelName: name, backendName: "wasm", kernelFunc });
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Values that columns take when they lie in panels of 8. */
export const panelled = (depth: number, columns: number): number => depth * Math.ceil(columns / 8) * 8;
