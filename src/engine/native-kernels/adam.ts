/**
 * Adam by TensorFlow's one operation for it, which works on variables of its own.
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { NativeKernel, NativeOperations } from "./backend.js";

/** The name that gives every variable one of its own, which ends with its handle (`ResourceHandle::ANONYMOUS_NAME`). */
const anonymous = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

/** A handle for a new variable of the shape `shape`. */
export const adamVariable = (native: NativeOperations): NativeKernel => ({ attrs }) =>
  native.run<[Tensor]>("VarHandleOp", [], 1, { shape: attrs["shape"] as number[], container: "", shared_name: anonymous }, ["dtype"]);

export const adamVariableRead = (native: NativeOperations): NativeKernel => ({ inputs }) => native.run<[Tensor]>("ReadVariableOp", [inputs["held"]!], 1, {}, ["dtype"]);

export const adamVariableAssign = (native: NativeOperations): NativeKernel => ({ inputs }) =>
  native.run<[]>("AssignVariableOp", [inputs["held"]!, inputs["value"]!], 0, {}, ["dtype"]);

/** Moves the variables of `mean` and `square`, and returns the new weight. */
export const adamVariableStep = (native: NativeOperations): NativeKernel => ({ inputs }) => {
  const { weight, gradient, held, mean, square, rate, epsilon, beta1, beta2, zero, loss } = inputs as Readonly<Record<string, Tensor>> &
    Record<"weight" | "gradient" | "held" | "mean" | "square" | "rate" | "epsilon" | "beta1" | "beta2" | "zero" | "loss", Tensor>;
  native.run<[]>("AssignVariableOp", [held, weight], 0, {}, ["dtype"]);
  if (loss !== zero) native.run<[]>("ResourceApplyGradientDescent", [held, loss, weight], 0, { use_locking: false });
  // The powers of the betas correct the bias; here the rate has that already.
  native.run<[]>("ResourceApplyAdam", [held, mean, square, zero, zero, rate, beta1, beta2, epsilon, gradient], 0, { use_locking: false, use_nesterov: false });
  return native.run<[Tensor]>("ReadVariableOp", [held], 1, {}, ["dtype"]);
};
