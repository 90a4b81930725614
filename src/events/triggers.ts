/**
 * Trigger edges beside the events.
 * @module
 */
import type { TriggerColumns } from "./schema.js";
import { lowerBound } from "./time-words.js";

/** Triggers `start` up to, not including, `end`: shares the columns. */
export function sliceTriggers({ t, id, p }: TriggerColumns, start: number, end: number): TriggerColumns {
  return { t: t.subarray(start, end), id: id.subarray(start, end), p: p.subarray(start, end) };
}

/**
 * The triggers that go with events `start` up to `end` of a table with times `t`: those between the first of these
 * events and the first event behind them. The first and last events take the triggers before and after all events,
 * so that pieces of a table hold each trigger once.
 */
export function triggersOfSlice(triggers: TriggerColumns, t: BigInt64Array, start: number, end: number): TriggerColumns {
  const bound = (index: number): number =>
    index <= 0 ? 0 : index >= t.length ? triggers.t.length : lowerBound(triggers.t, t[index]!);
  return start === end ? sliceTriggers(triggers, 0, 0) : sliceTriggers(triggers, bound(start), bound(end));
}

/** All triggers, one table's after the other's. */
export function concatTriggers(parts: readonly TriggerColumns[]): TriggerColumns {
  const length = parts.reduce((sum, part) => sum + part.t.length, 0);
  const joined = { t: new BigInt64Array(length), id: new Uint8Array(length), p: new Uint8Array(length) };
  let offset = 0;
  for (const part of parts) {
    joined.t.set(part.t, offset);
    joined.id.set(part.id, offset);
    joined.p.set(part.p, offset);
    offset += part.t.length;
  }
  return joined;
}
