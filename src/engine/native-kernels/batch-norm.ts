/**
 * Batch normalisation by TensorFlow's fused operations.
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Core } from "../core.js";
import type { NativeKernel, NativeOperations } from "./backend.js";

const settings = (epsilon: unknown) => ({ epsilon: epsilon as number, data_format: "NHWC", is_training: true });
/** [..., C] as the operation takes it. */
const asImage = (tf: Core, x: Tensor): Tensor => (x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, x.shape.at(-1)!]));

/** Outputs: the normalised columns, running mean and variance after them, and three that the gradient asks for. */
export const batchNormForward = (tf: Core, native: NativeOperations): NativeKernel => ({ inputs, attrs }) => {
  const { x, scale, offset, runningMean, runningVariance } = inputs as Record<"x" | "scale" | "offset" | "runningMean" | "runningVariance", Tensor>;
  const attributes = { ...settings(attrs["epsilon"]), exponential_avg_factor: attrs["momentum"] as number };
  const all = [asImage(tf, x), scale, offset, runningMean, runningVariance];
  const [y, ...rest] = native.run<[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]>("FusedBatchNormV3", all, 6, attributes, ["T", "U"]);
  return [x.rank === 4 ? y : tf.reshape(y, x.shape), ...rest];
};

/** Outputs: the gradients of x, scale and offset. */
export const batchNormBackward = (tf: Core, native: NativeOperations): NativeKernel => ({ inputs, attrs }) => {
  const { x, scale, dy, kept0, kept1, kept2 } = inputs as Record<"x" | "scale" | "dy" | "kept0" | "kept1" | "kept2", Tensor>;
  const all = [asImage(tf, dy), asImage(tf, x), scale, kept0, kept1, kept2];
  const [dx, dscale, doffset] = native.run<[Tensor, Tensor, Tensor, Tensor, Tensor]>("FusedBatchNormGradV3", all, 5, settings(attrs["epsilon"]), ["T", "U"]);
  return [x.rank === 4 ? dx : tf.reshape(dx, x.shape), dscale, doffset];
};
