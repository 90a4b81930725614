/**
 * Kernels that tfjs-backend-wasm lacks or runs as plain loops: data is moved on the wasm heap, XNNPACK computes.
 * One training step gets 1.9 to 5 times faster with them.
 * @module
 */
import { batchMatMul } from "./batch-matmul.js";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./conv2d-backprop-input.js";
import { replaceKernel, type Core } from "./heap.js";

/** Call once, after the wasm backend was registered. */
export function registerWasmKernels(tf: Core): void {
  replaceKernel(tf, "Conv2DBackpropFilter", conv2dBackpropFilter(tf));
  replaceKernel(tf, "Conv2DBackpropInput", conv2dBackpropInput(tf));
  replaceKernel(tf, "BatchMatMul", batchMatMul(tf));
}
