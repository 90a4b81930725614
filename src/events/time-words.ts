/**
 * Times without BigInt.
 *
 * Reading an element of a BigInt64Array makes a BigInt: about ten times the cost of reading a number. Loops over all
 * events read the same bytes as two 32-bit words instead.
 * @module
 */
import { firstWhere } from "./first-where.js";

/** The same memory as pairs of words: `[2i]` is the low half (read it `>>> 0`), `[2i + 1]` the signed high half. */
export function timeWords(t: BigInt64Array): Int32Array {
  return new Int32Array(t.buffer, t.byteOffset, 2 * t.length);
}

/** Time number `i` as a number: exact below 2^53 µs, which is 285 years. */
export function timeAt(words: Int32Array, i: number): number {
  return words[2 * i + 1]! * 4294967296 + (words[2 * i]! >>> 0);
}

/** Sets time number `i` to a whole number of microseconds. */
export function setTime(words: Int32Array, i: number, time: number): void {
  words[2 * i] = time;
  words[2 * i + 1] = Math.floor(time / 4294967296);
}

/** Index of the first time that is not before `time`; the length when all are. The times must be in order. */
export function lowerBound(t: BigInt64Array, time: bigint): number {
  return firstWhere(0, t.length, (i) => t[i]! >= time);
}

/** How far times are from being in order. */
export interface Disorder {
  /** How many events are earlier than the event before them. */
  readonly stepsBack: number;
  /** The largest step back, in microseconds. */
  readonly largest: bigint;
  /** Index of the first event that is earlier than the one before it; -1 when the times are in order. */
  readonly first: number;
}

/** Counts steps back in time. */
export function disorder(t: BigInt64Array): Disorder {
  const words = timeWords(t);
  let stepsBack = 0;
  let largest = 0n;
  let first = -1;
  let low = 0;
  let high = -0x80000000;
  for (let i = 0; i < t.length; i++) {
    const nextLow = words[2 * i]! >>> 0;
    const nextHigh = words[2 * i + 1]!;
    if (nextHigh < high || (nextHigh === high && nextLow < low)) {
      const step = t[i - 1]! - t[i]!;
      if (step > largest) largest = step;
      if (stepsBack++ === 0) first = i;
    }
    low = nextLow;
    high = nextHigh;
  }
  return { stepsBack, largest, first };
}
