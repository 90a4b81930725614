/**
 * Bins of time.
 *
 * A table is in order of time and a bin never goes back, so the events of a bin are a run of the table: found by
 * bisection, a bin costs nothing for each event.
 * @module
 */
import { firstWhere } from "../events/first-where.js";

/** The bin of an event `offset` microseconds after the start; never falls as `offset` grows. Events outside 0 … bins − 1 are left out. */
export type BinOf = (offset: number) => number;

export interface Run {
  readonly bin: number;
  /** Events [start, end) of the table. */
  readonly start: number;
  readonly end: number;
}

/** B equal bins over [0, duration], the last one closed: ⌊B·offset / duration⌋, at most B − 1. */
export function equalBins(bins: number, duration: number): BinOf {
  const length = Math.max(duration, 1);
  return (offset) => Math.min(bins - 1, Math.floor((bins * offset) / length));
}

/** The runs of the bins 0 … bins − 1 that have events, in order. */
export function runsOf(t: BigInt64Array, start: bigint, bins: number, binOf: BinOf): Run[] {
  const runs: Run[] = [];
  let from = firstEvent(t, start, binOf, 0, 0);
  for (let bin = 0; bin < bins && from < t.length; bin++) {
    const end = firstEvent(t, start, binOf, bin + 1, from);
    if (end > from) runs.push({ bin, start: from, end });
    from = end;
  }
  return runs;
}

/** Number of the first event, from `from` on, whose bin is at least `bin`. */
function firstEvent(t: BigInt64Array, start: bigint, binOf: BinOf, bin: number, from: number): number {
  return firstWhere(from, t.length, (i) => binOf(Number(t[i]! - start)) >= bin);
}
