/**
 * What the kernels here need of the wasm backend: tensors on its heap, as views.
 *
 * A view dies when the heap grows, so make all outputs first and take views afterwards.
 * @module
 */
import type { KernelConfig, KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type * as TensorFlow from "@tensorflow/tfjs-core";
import { DeviceError } from "../../errors.js";

export type Core = typeof TensorFlow;

export interface WasmHeap {
  makeOutput(shape: readonly number[], dtype: "float32"): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  disposeData(dataId: object): boolean;
}

export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly heap: WasmHeap;
}

/** A kernel as it is written here; `undefined` hands the call to the kernel that was there before. */
export type WasmKernel = (call: KernelCall) => TensorInfo | undefined;

/** Kernel of the wasm backend by name, to compute with. */
export function stockKernel(tf: Core, name: string): KernelFunc {
  const found = tf.getKernel(name, "wasm") as KernelConfig | undefined;
  if (found === undefined) {
    throw new DeviceError({ where: "wasm engine", expected: `a kernel ${name} in tfjs-backend-wasm`, received: "none" });
  }
  return found.kernelFunc;
}

/** Puts `kernel` before the stock kernel of that name, which still takes what `kernel` declines. */
export function replaceKernel(tf: Core, name: string, kernel: WasmKernel): void {
  const stock = tf.getKernel(name, "wasm") as KernelConfig | undefined;
  if (stock !== undefined) tf.unregisterKernel(name, "wasm");
  const kernelFunc: KernelFunc = (call) => {
    const { inputs, backend, attrs = {} } = call;
    const result = kernel({ inputs, attrs, heap: backend as WasmHeap });
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

export type Pair = readonly [number, number];

/** The backend's own convolution (XNNPACK) at stride 1, with explicit paddings. */
export function convolve(stock: KernelFunc, heap: WasmHeap, x: TensorInfo, filter: TensorInfo, rows: Pair, columns: Pair, dilations: Pair): TensorInfo {
  const attrs = { strides: [1, 1], pad: [[0, 0], [...rows], [...columns], [0, 0]], dataFormat: "NHWC", dilations: [...dilations] };
  return stock({ inputs: { x, filter }, backend: heap, attrs: attrs as unknown as NamedAttrMap }) as TensorInfo;
}
