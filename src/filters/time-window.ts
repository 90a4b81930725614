/**
 * A stretch of time.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import { toSensorTime, toSensorWindow, type Time } from "../events/time.js";
import { timeAt, timeWords } from "../events/time-words.js";
import { choosing } from "./choose.js";

export interface TimeWindowOptions {
  /** First time that is kept; from the first event on when left out. */
  readonly from?: Time;
  /** First time that is kept no more; to the end when left out. */
  readonly to?: Time;
}

/**
 * Keeps events and triggers with from ≤ t < to: `table.between` for streams, also for events that are out of order.
 * Durations count from the origin of the recording, a bigint is a time of the sensor clock.
 * @throws OptionError for what is no time, WindowError when the window is empty or inverted.
 */
export function timeWindow(options: TimeWindowOptions): EventFilter {
  checkOptions("timeWindow", options, ["from", "to"]);
  const { from, to } = options;
  if (from !== undefined) toSensorTime(from, 0n, "timeWindow.from");
  if (to !== undefined) toSensorTime(to, 0n, "timeWindow.to");
  return {
    id: `time-window/from=${from ?? "start"}/to=${to ?? "end"}`,
    source: "the definition: from ≤ t < to",
    leaves: ["frames", "imu"],
    start({ origin }) {
      const window = { from: from ?? -(2n ** 62n), to: to ?? 2n ** 62n };
      const sensorWindow = toSensorWindow(window, origin, "timeWindow");
      const first = Number(sensorWindow.from);
      const end = Number(sensorWindow.to);
      return {
        ...choosing(({ t }, indices) => {
          const words = timeWords(t);
          let count = 0;
          for (let i = 0; i < t.length; i++) {
            const time = timeAt(words, i);
            indices[count] = i;
            count += time >= first && time < end ? 1 : 0;
          }
          return count;
        }),
        triggers({ t, id, p }) {
          const inside = Array.from(t.keys()).filter((i) => t[i]! >= sensorWindow.from && t[i]! < sensorWindow.to);
          if (inside.length === t.length) return { t, id, p };
          return { t: BigInt64Array.from(inside, (i) => t[i]!), id: Uint8Array.from(inside, (i) => id[i]!), p: Uint8Array.from(inside, (i) => p[i]!) };
        },
      };
    },
  };
}
