/**
 * A dead time for each pixel.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import type { Duration } from "../events/time.js";
import { timeAt, timeWords } from "../events/time-words.js";
import { choosing } from "./choose.js";
import { requireChoice, requireDuration } from "./options.js";

export interface RefractoryPeriodOptions {
  /** An event less than this after the one it is measured from is dropped. */
  readonly period: Duration;
  /**
   * "kept" (the default): a pixel rests after each event that was kept, as a pixel of a camera does. "any": every event
   * starts the rest anew, also a dropped one, so that a pixel that always fires faster falls silent (libcaer, tonic).
   */
  readonly after?: "kept" | "any";
  /** Whether both polarities share the rest ("any", the default) or each has its own ("same"). */
  readonly polarity?: "any" | "same";
}

/**
 * Drops events of a pixel that come less than `period` after its last one; one at exactly `period` stays.
 * @throws OptionError
 */
export function refractoryPeriod(options: RefractoryPeriodOptions): EventFilter {
  checkOptions("refractoryPeriod", options, ["period", "after", "polarity"]);
  const period = requireDuration("refractoryPeriod.period", options.period);
  const after = requireChoice("refractoryPeriod.after", options.after ?? "kept", ["kept", "any"]);
  const polarity = requireChoice("refractoryPeriod.polarity", options.polarity ?? "any", ["any", "same"]);
  const restart = after === "any";
  return {
    id: `refractory-period/period=${period}us/after=${after}/polarity=${polarity}`,
    source: "dead time of a pixel; rule \"any\" as libcaer's dvs_noise and tonic's refractory_period",
    start({ sensor: { width, height } }) {
      const planes = polarity === "same" ? 2 : 1;
      const last = new Float64Array(width * height * planes).fill(-Infinity);
      return choosing(({ t, x, y, p }, indices) => {
        const words = timeWords(t);
        let count = 0;
        for (let i = 0; i < t.length; i++) {
          const time = timeAt(words, i);
          const cell = (y[i]! * width + x[i]!) * planes + (planes === 2 ? p[i]! : 0);
          const rested = time - last[cell]! >= period;
          if (rested) indices[count++] = i;
          if (rested || restart) last[cell] = time;
        }
        return count;
      });
    },
  };
}
