/**
 * Events over time.
 * @module
 */
import type { EventColumns } from "../events/schema.js";
import { timeAt, timeWords } from "../events/time-words.js";

export interface RateQuality {
  /** Events a second over the whole recording. */
  readonly mean: number;
  /** Of the bins, in events a second. */
  readonly median: number;
  readonly p95: number;
  readonly peak: number;
  /** Microseconds; 1 ms for recordings up to 17 minutes. */
  readonly bin: number;
  /** Share of the bins without an event. */
  readonly silent: number;
  /**
   * Share of the events that fall into bins of more than 90 % of the peak: high where a sensor or its link is at its
   * limit and the true rate would be higher.
   */
  readonly atPeak: number;
}

const mostBins = 2 ** 20;

/** Events in bins of a millisecond from the first event on; of two, four, … when the recording is too long for that. */
export class RateMeter {
  bin = 1000;
  /** Time of the first event. */
  first = NaN;
  last = NaN;
  events = 0;
  #counts = new Uint32Array(4096);

  add({ t }: EventColumns): void {
    const words = timeWords(t);
    if (t.length > 0 && Number.isNaN(this.first)) this.first = timeAt(words, 0);
    for (let i = 0; i < t.length; i++) {
      const time = timeAt(words, i);
      let index = Math.floor((time - this.first) / this.bin);
      if (index < 0) continue; // Earlier than the first: the clock was set back, and no bin is its own.
      while (index >= mostBins) {
        this.#halve();
        index = Math.floor((time - this.first) / this.bin);
      }
      if (index >= this.#counts.length) this.#grow(index);
      this.#counts[index]!++;
      if (!(time <= this.last)) this.last = time;
    }
    this.events += t.length;
  }

  /** Events of each bin. */
  get counts(): Uint32Array {
    const bins = this.events === 0 ? 0 : Math.floor((this.last - this.first) / this.bin) + 1;
    return this.#counts.subarray(0, bins);
  }

  result(): RateQuality {
    const sorted = this.counts.slice().sort();
    const perSecond = 1e6 / this.bin;
    const quantile = (share: number): number => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * perSecond;
    const peak = sorted.at(-1) ?? 0;
    const high = sorted.filter((count) => count > 0.9 * peak);
    const duration = this.last - this.first;
    return {
      mean: duration > 0 ? this.events / (duration / 1e6) : 0,
      median: quantile(0.5),
      p95: quantile(0.95),
      peak: peak * perSecond,
      bin: this.bin,
      silent: sorted.length === 0 ? 0 : sorted.filter((count) => count === 0).length / sorted.length,
      atPeak: this.events === 0 ? 0 : high.reduce((sum, count) => sum + count, 0) / this.events,
    };
  }

  #grow(index: number): void {
    const counts = new Uint32Array(Math.min(mostBins, Math.max(index + 1, 2 * this.#counts.length)));
    counts.set(this.#counts);
    this.#counts = counts;
  }

  #halve(): void {
    const counts = this.#counts;
    for (let i = 0; 2 * i < counts.length; i++) counts[i] = counts[2 * i]! + (counts[2 * i + 1] ?? 0);
    counts.fill(0, Math.ceil(counts.length / 2));
    this.bin *= 2;
  }
}
