/**
 * Losses, each the mean over all values of the batch, with PyTorch's values and gradients.
 * @module
 */
import { core } from "../engine/index.js";
import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";

/** Mean of (prediction − target)². */
export function meanSquaredError(prediction: Tensor, target: Tensor): Scalar {
  const tf = core();
  return tf.mean(tf.squaredDifference(prediction, target));
}

/** Mean of |prediction − target|, whose gradient is 0 where the two are equal. No gradient is taken of the target. */
export function meanAbsoluteError(prediction: Tensor, target: Tensor): Scalar {
  const tf = core();
  return tf.customGrad((p, save) => {
    const difference = tf.sub(p as Tensor, target);
    (save as (tensors: Tensor[]) => void)([difference]);
    return {
      value: tf.mean(tf.abs(difference)),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => tf.mul(tf.sign(saved!), tf.div(dy, saved!.size)),
    };
  })(prediction) as Scalar;
}

/**
 * Binary cross-entropy of probabilities, −t·log p − (1 − t)·log(1 − p), the logarithms at least −100 as in PyTorch, so
 * that a wrong certainty costs 100. `target` is a tensor of the same shape, or one label for all.
 */
export function binaryCrossEntropy(probability: Tensor, target: Tensor | 0 | 1): Scalar {
  return core().mean(binaryCrossEntropies(probability, target));
}

/** The same before the mean. */
export function binaryCrossEntropies(probability: Tensor, target: Tensor | 0 | 1): Tensor {
  const tf = core();
  const labels = typeof target === "number" ? tf.fill(probability.shape, target) : target;
  return tf.customGrad((p, save) => {
    const likelihood = p as Tensor;
    (save as (tensors: Tensor[]) => void)([likelihood, labels]);
    const logarithm = (x: Tensor): Tensor => tf.maximum(tf.log(x), -100);
    return {
      value: tf.neg(tf.add(tf.mul(labels, logarithm(likelihood)), tf.mul(tf.sub(1, labels), logarithm(tf.sub(1, likelihood))))),
      gradFunc: (dy: Tensor, [q, t]: Tensor[]) => tf.mul(dy, tf.div(tf.sub(q!, t!), tf.maximum(tf.mul(q!, tf.sub(1, q!)), 1e-12))),
    };
  })(probability);
}

/** Binary cross-entropy of logits: max(z, 0) − z·t + log(1 + e^−|z|). */
export function binaryCrossEntropyWithLogits(logits: Tensor, target: Tensor | 0 | 1): Scalar {
  const tf = core();
  const labels = typeof target === "number" ? tf.fill(logits.shape, target) : target;
  return tf.customGrad((z, save) => {
    const logit = z as Tensor;
    (save as (tensors: Tensor[]) => void)([logit, labels]);
    return {
      value: tf.mean(tf.add(tf.sub(tf.relu(logit), tf.mul(logit, labels)), tf.log1p(tf.exp(tf.neg(tf.abs(logit)))))),
      gradFunc: (dy: Tensor, [saved, t]: Tensor[]) => tf.mul(tf.sub(tf.sigmoid(saved!), t!), tf.div(dy, saved!.size)),
    };
  })(logits) as Scalar;
}

/** Cross-entropy of `logits` [B, classes] with the class numbers `labels` [B] (int32). */
export function crossEntropy(logits: Tensor2D, labels: Tensor1D): Scalar {
  const tf = core();
  const [batch, classes] = logits.shape;
  return tf.customGrad((z, save) => {
    const logit = z as Tensor2D;
    const logs = tf.logSoftmax(logit);
    const expected = tf.cast(tf.oneHot(labels, classes), "float32");
    (save as (tensors: Tensor[]) => void)([logs, expected]);
    return {
      value: tf.div(tf.neg(tf.sum(tf.mul(logs, expected))), batch),
      gradFunc: (dy: Tensor, [saved, t]: Tensor[]) => tf.mul(tf.sub(tf.exp(saved!), t!), tf.div(dy, batch)),
    };
  })(logits) as Scalar;
}
