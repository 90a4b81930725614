/**
 * Columns that grow.
 * @module
 */
import type { EventColumns } from "../events/schema.js";
import { timeWords } from "../events/time-words.js";

/** Appends events to columns, doubling them when full. Times are numbers: microseconds from 0 up to 2^53. */
export class EventColumnsBuilder {
  length = 0;
  #t: BigInt64Array;
  #words: Int32Array;
  #x: Uint16Array;
  #y: Uint16Array;
  #p: Uint8Array;

  constructor(capacity: number) {
    this.#t = new BigInt64Array(capacity);
    this.#words = timeWords(this.#t);
    this.#x = new Uint16Array(capacity);
    this.#y = new Uint16Array(capacity);
    this.#p = new Uint8Array(capacity);
  }

  push(t: number, x: number, y: number, p: number): void {
    if (this.length === this.#p.length) this.#grow();
    const i = this.length++;
    this.#words[2 * i] = t;
    this.#words[2 * i + 1] = Math.floor(t / 4294967296);
    this.#x[i] = x;
    this.#y[i] = y;
    this.#p[i] = p;
  }

  /** Pixels `first` up to `end` of a row; none when end ≤ first. */
  run(t: number, first: number, end: number, y: number, p: number): void {
    if (end <= first) return;
    while (this.length + end - first > this.#p.length) this.#grow();
    const [words, xs, ys, ps] = [this.#words, this.#x, this.#y, this.#p];
    const high = Math.floor(t / 4294967296);
    let i = this.length;
    for (let x = first; x < end; x++, i++) {
      words[2 * i] = t;
      words[2 * i + 1] = high;
      xs[i] = x;
      ys[i] = y;
      ps[i] = p;
    }
    this.length = i;
  }

  /** The first `count` events. */
  take(count: number): EventColumns {
    return {
      t: this.#t.subarray(0, count),
      x: this.#x.subarray(0, count),
      y: this.#y.subarray(0, count),
      p: this.#p.subarray(0, count),
    };
  }

  #grow(): void {
    const bigger = new EventColumnsBuilder(2 * this.#p.length);
    bigger.#t.set(this.#t);
    bigger.#x.set(this.#x);
    bigger.#y.set(this.#y);
    bigger.#p.set(this.#p);
    this.#t = bigger.#t;
    this.#words = bigger.#words;
    this.#x = bigger.#x;
    this.#y = bigger.#y;
    this.#p = bigger.#p;
  }
}
