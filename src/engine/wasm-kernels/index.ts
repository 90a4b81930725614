/**
 * The kernels that this package gives the wasm engine, and the gradients that use them.
 * @module
 */
import { concat, identity, split, unpack } from "./concat.js";
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from "./convolution.js";
import { adamStep, columnSums, geluBackward, geluForward, leakyRelu, leakyReluGradient } from "./elementwise.js";
import { replaceKernel, type Core } from "./heap.js";
import { lstmBackward, lstmForward } from "./lstm.js";
import { batchMatMul } from "./matmul.js";
import { batchNormBackward, batchNormForward, layerNormBackward, layerNormForward, scaledSoftmax, scaledSoftmaxGradient } from "./rows.js";
import { transpose } from "./transpose.js";

/** Registers them with `tf`, once, and keeps the stock kernels for what they decline. */
export function registerWasmKernels(tf: Core): void {
  replaceKernel(tf, "Conv2D", conv2d(tf));
  replaceKernel(tf, "Conv2DBackpropFilter", conv2dBackpropFilter(tf));
  replaceKernel(tf, "Conv2DBackpropInput", conv2dBackpropInput(tf));
  replaceKernel(tf, "BatchMatMul", batchMatMul);
  replaceKernel(tf, "LeakyReluGradient", leakyReluGradient);
  replaceKernel(tf, "ColumnSums", columnSums);
  replaceKernel(tf, "AdamStep", adamStep);
  replaceKernel(tf, "LstmForward", lstmForward);
  replaceKernel(tf, "LstmBackward", lstmBackward);
  replaceKernel(tf, "Transpose", transpose);
  replaceKernel(tf, "LayerNormForward", layerNormForward);
  replaceKernel(tf, "LayerNormBackward", layerNormBackward);
  replaceKernel(tf, "BatchNormForward", batchNormForward);
  replaceKernel(tf, "BatchNormBackward", batchNormBackward);
  replaceKernel(tf, "ScaledSoftmax", scaledSoftmax);
  replaceKernel(tf, "ScaledSoftmaxGradient", scaledSoftmaxGradient);
  replaceKernel(tf, "GeluForward", geluForward);
  replaceKernel(tf, "GeluBackward", geluBackward);
  replaceKernel(tf, "Concat", concat(tf));
  replaceKernel(tf, "SplitV", split(tf));
  replaceKernel(tf, "Unpack", unpack(tf));
  replaceKernel(tf, "Identity", identity);
  replaceKernel(tf, "LeakyRelu", leakyRelu);
}
