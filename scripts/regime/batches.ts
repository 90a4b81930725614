/**
 * Batches of clips: crops that shift and flip, as tensors.
 * @module
 */
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { core } from "../../src/engine/index.js";
import { margin, side, size, type ClipArrays } from "./clips.js";

export interface Batch {
  /** [B, size, size, channels]. */
  readonly inputs: Tensor4D;
  /** [B, size, size, 4]: pictures, 0 to 1. */
  readonly pictures: Tensor4D;
  readonly labels: Tensor1D;
}

const shares = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Clips of these numbers; with `draw` each is shifted by up to the margin and flipped by chance. */
export function batchOf(clips: ClipArrays, chosen: ArrayLike<number>, draw?: () => number): Batch {
  const tf = core();
  const { channels } = clips;
  const inputs = new Float32Array(chosen.length * size * size * channels);
  const pictures = new Float32Array(chosen.length * size * size * 4);
  const labels = new Int32Array(chosen.length);
  for (let n = 0; n < chosen.length; n++) {
    const clip = chosen[n]!;
    labels[n] = clips.labels[clip]!;
    const shift = (): number => (draw === undefined ? margin : Math.floor(draw() * (2 * margin + 1)));
    const [left, top] = [shift(), shift()];
    const flipped = draw !== undefined && draw() < 0.5;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const from = clip * side * side + (row + top) * side + left + (flipped ? size - 1 - column : column);
        const to = (n * size + row) * size + column;
        for (let c = 0; c < channels; c++) inputs[to * channels + c] = clips.inputs[from * channels + c]!;
        for (let c = 0; c < 4; c++) pictures[to * 4 + c] = shares[clips.pictures[from * 4 + c]!]!;
      }
    }
  }
  return {
    inputs: tf.tensor4d(inputs, [chosen.length, size, size, channels]),
    pictures: tf.tensor4d(pictures, [chosen.length, size, size, 4]),
    labels: tf.tensor1d(labels, "int32"),
  };
}
