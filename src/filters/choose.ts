/**
 * Filters that keep some events as they are.
 * @module
 */
import { batchEvents, type FilterRun } from "../events/filter.js";
import type { EventColumns } from "../events/schema.js";
import { take } from "../events/take.js";

/** Writes the indices of the events to keep, in order, and says how many there are. */
export type Choose = (columns: EventColumns, indices: Uint32Array) => number;

/** A run that keeps the events that `choose` names. Batches of which all is kept are handed on, not copied. */
export function choosing(choose: Choose): FilterRun {
  const indices = new Uint32Array(batchEvents);
  return {
    push(columns) {
      const count = choose(columns, indices);
      return count === columns.t.length ? columns : take(columns, indices.subarray(0, count));
    },
  };
}

/** The events of `columns` for which `keep` says true: for filters of one's own. */
export function keep(columns: EventColumns, keep: (index: number) => boolean): EventColumns {
  const indices = new Uint32Array(columns.t.length);
  let count = 0;
  for (let i = 0; i < indices.length; i++) if (keep(i)) indices[count++] = i;
  return take(columns, indices.subarray(0, count));
}
