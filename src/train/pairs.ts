/**
 * Events and the picture that belongs to them: the samples of a reconstruction.
 * @module
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { WindowStore } from "../data/index.js";
import { core } from "../engine/index.js";
import type { Generator } from "../models/index.js";
import { still, type Move } from "./augment.js";
import { writeImage, writePicture, type InputSettings } from "./inputs.js";

/** The picture at the end of the window; less the first of the clip; less that at the start of the windows seen. */
export type Target = "end" | "change" | "motion";

/** What the mean of all pictures to be drawn is called. */
export const meanNames = { end: "mean face", change: "mean change", motion: "mean change" } as const satisfies Record<Target, string>;

/** Where a sample is written: image `place` of `x` and `y`. */
export interface PairTarget {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** First pictures of the clips, where they are wanted. */
  readonly first?: Float32Array | undefined;
  readonly place: number;
}

/** A generator, and whether it is given the first picture of a clip. */
export interface Drawer {
  readonly generator: Generator;
  readonly given: boolean;
}

/** What a change is multiplied by, so that most of it fills −1 to 1. */
const gain = 1.5;

/** A sample a window, of clips in bounded memory. */
export class Pairs {
  readonly store: WindowStore;
  readonly #target: Target;
  /** Clip and window of each sample. */
  readonly #at: readonly (readonly [clip: number, window: number])[];

  constructor(store: WindowStore, target: Target) {
    this.store = store;
    this.#target = target;
    this.#at = store.counts.flatMap((count, clip) => Array.from({ length: count }, (_, window) => [clip, window] as const));
  }

  get length(): number {
    return this.#at.length;
  }

  async write(index: number, { x, y, first, place }: PairTarget, inputs: InputSettings, move: Move = still): Promise<void> {
    const [clip, window] = this.#at[index]!;
    const windows = await this.store.windows(clip);
    const area = inputs.size ** 2;
    writeImage(x, place * area * inputs.channels, windows, window, inputs, move);
    writePicture(y, place * area, windows, window + 1, move);
    if (first) writePicture(first, place * area, windows, 0, move);
    if (this.#target === "end") return;
    const before = new Float32Array(area);
    writePicture(before, 0, windows, this.#target === "change" ? 0 : Math.max(0, window + 1 - inputs.stack), move);
    for (let i = 0, k = place * area; i < area; i++, k++) y[k] = Math.max(-1, Math.min(1, gain * (y[k]! - before[i]!)));
  }

  /** What is to be drawn, [size · size]. */
  async picture(index: number): Promise<Float32Array> {
    const { size, channels } = await this.#settings(index);
    const y = new Float32Array(size * size);
    await this.write(index, { x: new Float32Array(size * size * channels), y, place: 0 }, { size, channels, stack: 1, scale: 1 } as InputSettings);
    return y;
  }

  /** The first picture of its clip. */
  async first(index: number): Promise<Float32Array> {
    const windows = await this.store.windows(this.#at[index]![0]);
    const first = new Float32Array(windows.shape[1] * windows.shape[2]);
    writePicture(first, 0, windows, 0, still);
    return first;
  }

  /** Events as a picture: grey where there are none, white for the brightest sum of channels. */
  async events(index: number, inputs: InputSettings): Promise<Float32Array> {
    const area = inputs.size ** 2;
    const x = new Float32Array(area * inputs.channels);
    await this.write(index, { x, y: new Float32Array(area), place: 0 }, inputs);
    // Counts are off, on for each window: their difference tells dark from bright; other channels are summed.
    const signed = this.store.channels.join() === "off,on";
    const sums = Float32Array.from({ length: area }, (_, i) => {
      let sum = 0;
      for (let c = 0; c < inputs.channels; c++) sum += (signed && c % 2 === 0 ? -1 : 1) * x[i * inputs.channels + c]!;
      return sum;
    });
    const most = sums.toSorted((a, b) => Math.abs(b) - Math.abs(a))[Math.floor(area / 100)]! || 1;
    return sums.map((value) => Math.max(-1, Math.min(1, value / Math.abs(most))));
  }

  /** What a generator draws for some samples; `given` the first picture or not. */
  async draw({ generator, given }: Drawer, indices: readonly number[], inputs: InputSettings): Promise<Float32Array[]> {
    const tf = core();
    const area = inputs.size ** 2;
    const drawn: Float32Array[] = [];
    for (let from = 0; from < indices.length; from += 16) {
      const part = indices.slice(from, from + 16);
      const x = new Float32Array(part.length * area * inputs.channels);
      const y = new Float32Array(part.length * area);
      const first = given ? new Float32Array(y.length) : undefined;
      for (const [place, index] of part.entries()) await this.write(index, { x, y, first, place }, inputs);
      const image = (values: Float32Array, channels: number): Tensor4D => tf.tensor4d(values, [part.length, inputs.size, inputs.size, channels]);
      const result = tf.tidy(() => generator.forward(image(x, inputs.channels), {}, first && image(first, 1)));
      const values = await result.data<"float32">();
      result.dispose();
      for (let place = 0; place < part.length; place++) drawn.push(Float32Array.from(values.subarray(place * area, (place + 1) * area)));
    }
    return drawn;
  }

  async #settings(index: number): Promise<Pick<InputSettings, "size" | "channels">> {
    const [, size, , channels] = (await this.store.windows(this.#at[index]![0])).shape;
    return { size, channels };
  }
}

/** @throws DataError for clips without pictures. */
export async function pairsOf(store: WindowStore, target: Target): Promise<Pairs> {
  return new Pairs(store, target);
}
