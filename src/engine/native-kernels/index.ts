/**
 * The kernels that this package gives the native engines: operations of TensorFlow that tfjs-node does not offer.
 * @module
 */
import type { Core } from "../core.js";
import { adamVariable, adamVariableAssign, adamVariableRead, adamVariableStep } from "./adam.js";
import { addKernel, NativeOperations } from "./backend.js";
import { batchNormBackward, batchNormForward } from "./batch-norm.js";
import { biasAdd, columnSums, leakyReluGradient } from "./elementwise.js";
import { lstmBackward, lstmForward } from "./lstm.js";

/** Registers them with `tf`, once; `path` is the folder of the package. */
export function registerNativeKernels(tf: Core, path: string): void {
  if (tf.getKernel("LstmForward", "tensorflow") !== undefined) return;
  const native = new NativeOperations(tf, path);
  addKernel(tf, "AdamVariable", adamVariable(native));
  addKernel(tf, "AdamVariableRead", adamVariableRead(native));
  addKernel(tf, "AdamVariableAssign", adamVariableAssign(native));
  addKernel(tf, "AdamVariableStep", adamVariableStep(native));
  addKernel(tf, "BiasAdd", biasAdd(native));
  addKernel(tf, "ColumnSums", columnSums(native));
  addKernel(tf, "LeakyReluGradient", leakyReluGradient(native));
  addKernel(tf, "BatchNormForward", batchNormForward(tf, native));
  addKernel(tf, "BatchNormBackward", batchNormBackward(tf, native));
  addKernel(tf, "LstmForward", lstmForward(tf, native));
  addKernel(tf, "LstmBackward", lstmBackward(tf, native));
}
