/**
 * A recording that runs backwards.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventFilter } from "../events/filter.js";

/**
 * Plays the events backwards: t becomes first + last − t, and on becomes off, for what grew brighter grows darker when
 * time runs the other way. Triggers are mirrored too, their rising edges falling. Events of one microsecond swap their
 * order. Needs a table: a stream does not know its last event.
 */
export function reverseTime(options: Record<string, never> = {}): EventFilter {
  checkOptions("reverseTime", options, []);
  return {
    id: "reverse-time",
    source: "tonic's RandomTimeReversal, always, with its polarity flip",
    leaves: ["frames", "imu"],
    whole: true,
    start() {
      let sum = 0n;
      const mirrored = (t: BigInt64Array): BigInt64Array => t.map((_, i) => sum - t[t.length - 1 - i]!);
      const edges = (p: Uint8Array): Uint8Array => p.map((_, i) => 1 - p[p.length - 1 - i]!);
      return {
        push({ t, x, y, p }) {
          sum = t.length === 0 ? 0n : t[0]! + t[t.length - 1]!;
          return { t: mirrored(t), x: x.slice().reverse(), y: y.slice().reverse(), p: edges(p) };
        },
        triggers: ({ t, id, p }) => ({ t: mirrored(t), id: id.slice().reverse(), p: edges(p) }),
      };
    },
  };
}
