/**
 * A recording that runs faster, slower, earlier or later.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { setTime, timeAt, timeWords } from "../events/time-words.js";
import { requireNumber } from "./options.js";

export interface TimeSkewOptions {
  /** Times from the origin are multiplied by this; 2 makes everything half as fast. 1 when left out. */
  readonly coefficient?: number;
  /** Added afterwards; 0 when left out. */
  readonly offset?: Duration;
}

/**
 * t becomes origin + coefficient · (t − origin) + offset, rounded down to microseconds, for events and triggers. The
 * origin of the recording stays.
 * @throws OptionError
 */
export function timeSkew(options: TimeSkewOptions): EventFilter {
  checkOptions("timeSkew", options, ["coefficient", "offset"]);
  const coefficient = requireNumber("timeSkew.coefficient", options.coefficient ?? 1, 1e-6, 1e6);
  const offset = toMicroseconds(options.offset ?? 0, "timeSkew.offset");
  return {
    id: `time-skew/coefficient=${coefficient}/offset=${offset}us`,
    source: "tonic's TimeSkew, counted from the origin of the recording",
    leaves: ["frames", "imu"],
    start({ origin }) {
      const start = Number(origin);
      const skewed = (times: BigInt64Array): BigInt64Array => {
        const t = new BigInt64Array(times.length);
        const [from, to] = [timeWords(times), timeWords(t)];
        for (let i = 0; i < t.length; i++) setTime(to, i, start + offset + Math.floor(coefficient * (timeAt(from, i) - start)));
        return t;
      };
      return {
        push: ({ t, x, y, p }) => ({ t: skewed(t), x, y, p }),
        triggers: ({ t, id, p }) => ({ t: skewed(t), id, p }),
      };
    },
  };
}
