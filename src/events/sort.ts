/**
 * A stable sort by time.
 * @module
 */
import type { EventColumns } from "./schema.js";
import { take } from "./take.js";

/** Columns in order of time; events of the same microsecond keep their order. Radix sort over 16-bit digits of int64. */
export function sortByTime(columns: EventColumns): EventColumns {
  const { t } = columns;
  const digits = new Uint16Array(t.buffer, t.byteOffset, 4 * t.length);
  let order = Uint32Array.from({ length: 0 });
  for (let digit = 0; digit < 4; digit++) {
    // The top digit carries the sign: flipping it puts negative times first.
    const flip = digit === 3 ? 0x8000 : 0;
    const starts = new Uint32Array(65537);
    for (let i = digit; i < digits.length; i += 4) starts[(digits[i]! ^ flip) + 1]!++;
    if (starts.includes(t.length)) continue; // All times share this digit.
    for (let value = 0; value < 65536; value++) starts[value + 1]! += starts[value]!;
    const next = new Uint32Array(t.length);
    for (let i = 0; i < t.length; i++) {
      const k = order.length === 0 ? i : order[i]!;
      next[starts[digits[4 * k + digit]! ^ flip]!++] = k;
    }
    order = next;
  }
  return order.length === 0 ? take(columns, Uint32Array.from(t.keys())) : take(columns, order);
}
