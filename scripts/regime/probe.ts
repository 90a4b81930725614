/**
 * What a frozen encoder knows: logistic regression on its features.
 * @module
 */
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { core } from "../../src/engine/index.js";
import { addEncoder, encode, ParameterSet, type ParameterState } from "../../src/models/index.js";
import { batchOf } from "./batches.js";
import { classes, type ClipArrays } from "./clips.js";

/** Features [clips, F] of an encoder's block (the last when left out); random weights without a state. */
export async function features(clips: ClipArrays, channels: readonly number[], encoder: ParameterState | undefined, { block = channels.length, seed = 1 } = {}): Promise<{ data: Float32Array; width: number }> {
  const tf = core();
  const parameters = new ParameterSet(seed);
  addEncoder(parameters, "", clips.channels, channels);
  if (encoder !== undefined) parameters.load(encoder);
  const parts: Float32Array[] = [];
  for (let from = 0; from < clips.count; from += 35) {
    const { inputs, pictures, labels } = batchOf(clips, Int32Array.from({ length: Math.min(35, clips.count - from) }, (_, i) => from + i));
    // A random encoder's running statistics say nothing, so its batch norm goes by the batch.
    const out: Tensor4D = tf.tidy(() => encode(parameters, "", channels.length, inputs, { training: encoder === undefined })[block - 1]!);
    parts.push(Float32Array.from(await out.data()));
    tf.dispose([inputs, pictures, labels, out]);
  }
  parameters.dispose();
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (data.set(part, at), at + part.length), 0);
  return { data, width: data.length / clips.count };
}

/** Logistic regression with a ridge on standardised columns, by gradient descent with momentum; probabilities [rows, classes] of `judged`. */
export async function logistic(train: { data: Float32Array; width: number }, labels: Int32Array, judged: { data: Float32Array; width: number }, ridge: number, steps = 400): Promise<Float32Array> {
  const tf = core();
  const rows = labels.length;
  const { width } = train;
  const result = tf.tidy(() => {
    const raw = tf.tensor2d(train.data, [rows, width]);
    const { mean, variance } = tf.moments(raw, 0);
    const scale = tf.div(1, tf.mul(tf.sqrt(tf.add(variance, 1e-6)), Math.sqrt(width)));
    const standard = (x: Tensor2D): Tensor2D => tf.clipByValue(tf.mul(tf.sub(x, mean), scale), -5, 5);
    const x = standard(raw);
    const y = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32") as Tensor2D;
    let [weights, bias] = [tf.zeros([width, classes]) as Tensor2D, tf.zeros([classes])];
    let [speed, push] = [tf.zeros([width, classes]) as Tensor2D, tf.zeros([classes])];
    for (let step = 0; step < steps; step++) {
      const next = tf.tidy(() => {
        const error = tf.div(tf.sub(tf.softmax(tf.add(tf.matMul(x, weights), bias) as Tensor2D), y), rows) as Tensor2D;
        const slope = tf.add(tf.matMul(x, error, true, false), tf.mul(weights, ridge));
        const s = tf.sub(tf.mul(speed, 0.95), tf.mul(slope, 1));
        const p = tf.sub(tf.mul(push, 0.95), tf.mul(tf.sum(error, 0), 1));
        return [s, p, tf.add(weights, s), tf.add(bias, p)] as const;
      });
      [speed, push, weights, bias] = next as unknown as [Tensor2D, typeof bias, Tensor2D, typeof bias];
    }
    return tf.softmax(tf.add(tf.matMul(standard(tf.tensor2d(judged.data, [judged.data.length / width, width])), weights), bias) as Tensor2D);
  });
  const probabilities = Float32Array.from(await result.data());
  result.dispose();
  return probabilities;
}

export function accuracy(probabilities: Float32Array, labels: Int32Array): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    if (row.indexOf(Math.max(...row)) === labels[i]) right++;
  }
  return right / labels.length;
}
