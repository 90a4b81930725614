/**
 * Copies chosen events.
 * @module
 */
import type { EventColumns } from "./schema.js";
import { timeWords } from "./time-words.js";

/** The events at `indices`, in that order, in new columns. */
export function take(columns: EventColumns, indices: Uint32Array): EventColumns {
  const { length } = indices;
  const t = new BigInt64Array(length);
  const x = new Uint16Array(length);
  const y = new Uint16Array(length);
  const p = new Uint8Array(length);
  const from = timeWords(columns.t);
  const to = timeWords(t);
  for (let i = 0; i < length; i++) {
    const k = indices[i]!;
    to[2 * i] = from[2 * k]!;
    to[2 * i + 1] = from[2 * k + 1]!;
    x[i] = columns.x[k]!;
    y[i] = columns.y[k]!;
    p[i] = columns.p[k]!;
  }
  return { t, x, y, p };
}
