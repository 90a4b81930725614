/**
 * What a frozen encoder says of each frame, computed once.
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { WindowStore } from "../data/index.js";
import { core } from "../engine/index.js";
import type { Classifier } from "../models/index.js";
import { still } from "./augment.js";
import { writeImage, type InputSettings } from "./inputs.js";

export interface FeatureOptions {
  /** Also of each frame flipped. */
  readonly flipped: boolean;
  /** Of so many clips, spread over all. */
  readonly most?: number;
  readonly signal?: AbortSignal;
}

/** Features of the windows of clips, as they are and flipped. */
export class Features {
  readonly width: number;
  readonly #plain: readonly Float32Array[];
  readonly #flipped: readonly Float32Array[] | undefined;

  constructor(width: number, plain: readonly Float32Array[], flipped: readonly Float32Array[] | undefined) {
    this.width = width;
    this.#plain = plain;
    this.#flipped = flipped;
  }

  /** Features of `frames` windows from `start` on, [frames, width]; before the start of a clip they are 0. */
  write(target: Float32Array, offset: number, clip: number, start: number, frames: number, flip: boolean): void {
    const from = (flip && this.#flipped ? this.#flipped : this.#plain)[clip]!;
    const skipped = Math.max(0, -start);
    target.set(from.subarray((start + skipped) * this.width, (start + frames) * this.width), offset + skipped * this.width);
  }

  /** Mean of each, and 1 over its standard deviation (1 where it never changes). */
  standard(): { readonly mean: Float32Array; readonly scale: Float32Array } {
    const { width } = this;
    const [sum, squares] = [new Float64Array(width), new Float64Array(width)];
    let rows = 0;
    for (const values of this.#plain) {
      rows += values.length / width;
      for (let i = 0, k = 0; i < values.length; i++, k = k + 1 === width ? 0 : k + 1) {
        sum[k]! += values[i]!;
        squares[k]! += values[i]! ** 2;
      }
    }
    const mean = Float32Array.from(sum, (value) => value / rows);
    const scale = Float32Array.from(squares, (value, k) => {
      const deviation = Math.sqrt(Math.max(0, value / rows - (sum[k]! / rows) ** 2));
      return deviation > 1e-8 * Math.abs(sum[k]! / rows) && deviation > 1e-30 ? 1 / deviation : 1;
    });
    return { mean, scale };
  }
}

export async function featuresOf(network: Classifier, store: WindowStore, inputs: InputSettings, { flipped, most = Infinity, signal }: FeatureOptions): Promise<Features> {
  const tf = core();
  const image = inputs.size ** 2 * inputs.channels;
  const step = Math.max(1, Math.ceil(store.clips.length / most));
  let width = 0;
  const of = async (flip: boolean): Promise<Float32Array[]> => {
    const all: Float32Array[] = [];
    for (let clip = 0; clip < store.clips.length; clip += step) {
      signal?.throwIfAborted();
      const windows = await store.windows(clip);
      const count = windows.shape[0];
      const x = new Float32Array(count * image);
      for (let at = 0; at < count; at++) writeImage(x, at * image, windows, at, inputs, { ...still, flip });
      const shape = [count, inputs.size, inputs.size, inputs.channels];
      const result: Tensor = tf.tidy(() => network.features(tf.tensor(x, network.recurrent ? [1, ...shape] : shape)));
      width = result.shape.at(-1)!;
      all.push(Float32Array.from(await result.data<"float32">()));
      result.dispose();
    }
    return all;
  };
  const plain = await of(false);
  return new Features(width, plain, flipped ? await of(true) : undefined);
}

/** Features of mean 0 and deviation 1 from now on. */
export async function setStandard({ parameters }: Classifier, features: Features): Promise<void> {
  const tf = core();
  const { mean, scale } = features.standard();
  tf.tidy(() => {
    parameters.get("features.mean").assign(tf.tensor1d(mean));
    parameters.get("features.scale").assign(tf.tensor1d(scale));
  });
}
