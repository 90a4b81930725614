/**
 * Order, gaps and grain of the times.
 * @module
 */
import type { EventColumns } from "../events/schema.js";
import { timeAt, timeWords } from "../events/time-words.js";

export interface TimeGap {
  /** Time of the event before the gap, on the sensor clock in microseconds. */
  readonly after: bigint;
  /** Microseconds. */
  readonly length: number;
}

export interface TimeQuality {
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
  /** From the first event to the last, in microseconds. */
  readonly duration: number;
  readonly backwardSteps: number;
  /** Microseconds. */
  readonly largestBackward: number;
  /** Times without an event for longer than 100 ms, and the five longest of them. */
  readonly gaps: number;
  readonly longestGaps: readonly TimeGap[];
  /**
   * Smallest step between different times, in microseconds, where it is largest: 1 in a recording of a camera. More
   * says that times stand on a grid: whole milliseconds, frames of a simulator, or seconds kept as float32.
   */
  readonly grain: number;
}

const gapLength = 100_000;
/** Events over which the smallest step is looked for. */
const grainEvents = 10_000;

export class TimeMeter {
  #first: bigint | undefined;
  #last = NaN;
  #latest = NaN;
  #backwardSteps = 0;
  #largestBackward = 0;
  #gaps = 0;
  #longest: TimeGap[] = [];
  #grain = 0;
  #smallest = Infinity;
  #inBlock = 0;

  add({ t }: EventColumns): void {
    if (t.length === 0) return;
    this.#first ??= t[0]!;
    const words = timeWords(t);
    for (let i = 0; i < t.length; i++) {
      const time = timeAt(words, i);
      const step = time - this.#last;
      if (step < 0) {
        this.#backwardSteps++;
        if (-step > this.#largestBackward) this.#largestBackward = -step;
      } else if (step > 0) {
        if (step < this.#smallest) this.#smallest = step;
        if (step > gapLength) this.#gap(step);
      }
      this.#last = time;
      if (!(time <= this.#latest)) this.#latest = time;
      if (++this.#inBlock === grainEvents) this.#endBlock();
    }
  }

  result(): TimeQuality {
    // Few events have large steps between them for other reasons.
    return {
      first: this.#first,
      last: this.#first === undefined ? undefined : BigInt(this.#latest),
      duration: this.#first === undefined ? 0 : this.#latest - Number(this.#first),
      backwardSteps: this.#backwardSteps,
      largestBackward: this.#largestBackward,
      gaps: this.#gaps,
      longestGaps: this.#longest,
      grain: this.#grain === 0 ? 1 : this.#grain,
    };
  }

  #gap(length: number): void {
    this.#gaps++;
    this.#longest = [...this.#longest, { after: BigInt(this.#last), length }].sort((a, b) => b.length - a.length).slice(0, 5);
  }

  #endBlock(): void {
    if (this.#smallest !== Infinity) this.#grain = Math.max(this.#grain, this.#smallest);
    this.#smallest = Infinity;
    this.#inBlock = 0;
  }
}
