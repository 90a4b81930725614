/**
 * A limit to the event rate.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import type { Duration } from "../events/time.js";
import { timeAt, timeWords } from "../events/time-words.js";
import { choosing } from "./choose.js";
import { requireDuration, requireNumber } from "./options.js";

export interface LimitRateOptions {
  /** Events a second in the long run. */
  readonly rate: number;
  /** Short bursts may have as many events as the rate allows in this time; 1 ms when left out. */
  readonly burst?: Duration;
}

/**
 * Drops events beyond a rate, as the link of a camera does, by a token bucket: tokens come in at `rate` up to those of
 * `burst`, each event takes one, and events that find none are dropped. The first events of a burst stay, those behind
 * them are thinned evenly in time.
 * @throws OptionError
 */
export function limitRate(options: LimitRateOptions): EventFilter {
  checkOptions("limitRate", options, ["rate", "burst"]);
  const rate = requireNumber("limitRate.rate", options.rate, 1e-3, 1e12);
  const burst = requireDuration("limitRate.burst", options.burst ?? "1ms");
  const perMicrosecond = rate / 1e6;
  const room = Math.max(1, burst * perMicrosecond);
  return {
    id: `limit-rate/rate=${rate}/burst=${burst}us`,
    source: "token bucket (RFC 2697 has one): the event rate controller of sensors, in software",
    start() {
      let tokens = room;
      let last = NaN;
      return choosing(({ t }, indices) => {
        const words = timeWords(t);
        let count = 0;
        for (let i = 0; i < t.length; i++) {
          const time = timeAt(words, i);
          if (time > last) tokens = Math.min(room, tokens + (time - last) * perMicrosecond);
          last = time;
          if (tokens < 1) continue;
          tokens--;
          indices[count++] = i;
        }
        return count;
      });
    },
  };
}
