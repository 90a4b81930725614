/**
 * What a frozen encoder knows.
 * @module
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { core } from "../../src/engine/index.js";
import type { Rows } from "../../src/evaluate/index.js";
import { addEncoder, encode, ParameterSet, type ParameterState } from "../../src/models/index.js";
import { batchOf } from "./batches.js";
import type { ClipArrays } from "./clips.js";

/** Features of each clip after a block of the encoder, the last when left out; of random weights without a state. */
export async function features(clips: ClipArrays, channels: readonly number[], encoder: ParameterState | undefined, { block = channels.length, seed = 1 } = {}): Promise<Rows> {
  const tf = core();
  const parameters = new ParameterSet(seed);
  addEncoder(parameters, "", clips.channels, channels);
  if (encoder !== undefined) parameters.load(encoder);
  let x = new Float64Array(0);
  for (let from = 0; from < clips.count; from += 35) {
    const { inputs, pictures, labels } = batchOf(clips, Int32Array.from({ length: Math.min(35, clips.count - from) }, (_, i) => from + i));
    // The running statistics of a random encoder say nothing, so its batch norm goes by the batch.
    const out: Tensor4D = tf.tidy(() => encode(parameters, "", channels.length, inputs, { training: encoder === undefined })[block - 1]!);
    const width = out.size / out.shape[0];
    if (from === 0) x = new Float64Array(clips.count * width);
    x.set(await out.data(), from * width);
    tf.dispose([inputs, pictures, labels, out]);
  }
  parameters.dispose();
  return { x, features: x.length / clips.count };
}
