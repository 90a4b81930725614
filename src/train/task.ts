/**
 * What a training loop is given: networks, how to take a step, and where samples come from.
 * @module
 */
import type { StoredTensor } from "../engine/index.js";
import type { Adam, ParameterSet } from "../models/index.js";

/** Numbers by name: "l1", "adversarial". */
export type Measures = Readonly<Record<string, number>>;

/** A sample by its place. */
export interface SampleAddress {
  /** Which source, where several are mixed. */
  readonly source: number;
  readonly index: number;
}

/** Where a step stands. Everything random in a step comes from its seed, so that a resumed run draws the same. */
export interface StepContext {
  /** Steps done before it. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  readonly seed: number;
}

/** Grey pictures in rows, [rows][columns] of size × size values from −1 to 1, and what the columns show. */
export interface PictureSheet {
  readonly size: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Float32Array[])[];
}

export interface TrainingTask<Batch> {
  /** All that learns or follows the data, by name. */
  readonly networks: Readonly<Record<string, ParameterSet>>;
  readonly optimisers: Readonly<Record<string, Adam>>;
  /** Number of samples of each source, and how often it is drawn from relative to the others; without weights by their numbers. */
  readonly sources: readonly { readonly length: number; readonly weight?: number }[];
  /** Reads samples; asked for one batch ahead. */
  batch(samples: readonly SampleAddress[], context: StepContext): Promise<Batch>;
  /** Moves the weights, and returns the terms of the loss. It disposes of its tensors, and leaves the weights alone where a term is not a finite number ({@link descend} does both). */
  step(batch: Batch, context: StepContext): Measures;
  /** After each epoch (counted from 1): numbers to choose an epoch by, or none where it was not judged. */
  validate?(epoch: number): Promise<Measures | undefined> | Measures | undefined;
  /** A few pictures that show how far it is. */
  pictures?(): Promise<PictureSheet> | PictureSheet;
  /** What else a resumed run needs. */
  readonly kept?: { state(): ReadonlyMap<string, StoredTensor>; load(state: ReadonlyMap<string, StoredTensor>): void };
}
