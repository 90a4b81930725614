/**
 * What was measured in a training, epoch by epoch and in between.
 * @module
 */
import type { Measures } from "./task.js";

/** Means over some steps. */
export interface LossPoint {
  /** Steps done. */
  readonly step: number;
  readonly losses: Measures;
}

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  readonly step: number;
  /** Means over the epoch. */
  readonly losses: Measures;
  readonly validation?: Measures;
  /** Seconds from the start of the run, those before an interruption included. */
  readonly seconds: number;
}

/** A running mean of each measure, that can be written down and taken up again. */
export class MeanOf {
  #count: number;
  readonly #sums: Record<string, number>;

  constructor(state: { readonly count: number; readonly sums: Measures } = { count: 0, sums: {} }) {
    this.#count = state.count;
    this.#sums = { ...state.sums };
  }

  get count(): number {
    return this.#count;
  }

  add(measures: Measures): void {
    this.#count++;
    for (const [name, value] of Object.entries(measures)) this.#sums[name] = (this.#sums[name] ?? 0) + value;
  }

  /** The means; starts again. */
  take(): Measures {
    const means = Object.fromEntries(Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.#count]));
    this.#count = 0;
    for (const name of Object.keys(this.#sums)) delete this.#sums[name];
    return means;
  }

  toJSON(): { readonly count: number; readonly sums: Measures } {
    return { count: this.#count, sums: this.#sums };
  }
}
