/**
 * Events a little beside where, or when, they were.
 * @module
 */
import { checkOptions } from "../errors.js";
import { noEvents, type EventFilter, type FilterRun } from "../events/filter.js";
import { concatParts } from "../events/concat.js";
import type { EventColumns } from "../events/schema.js";
import { sortByTime } from "../events/sort.js";
import type { Duration } from "../events/time.js";
import { setTime, timeAt, timeWords } from "../events/time-words.js";
import { requireDuration, requireNumber } from "./options.js";
import { makeRandom, requireSeed } from "./random.js";
import { take } from "../events/take.js";

export interface SpaceJitterOptions {
  /** Standard deviation in pixels, on both axes. */
  readonly sigma: number;
  /** Same seed, same events. */
  readonly seed: number;
}

/**
 * Moves each event by a normal number of pixels, rounded to whole ones; those that leave the sensor are dropped.
 * @throws OptionError
 */
export function spaceJitter(options: SpaceJitterOptions): EventFilter {
  checkOptions("spaceJitter", options, ["sigma", "seed"]);
  const sigma = requireNumber("spaceJitter.sigma", options.sigma, 0, 65535);
  const seed = requireSeed("spaceJitter", options.seed);
  return {
    id: `space-jitter/sigma=${sigma}/seed=${seed}`,
    source: "tonic's SpatialJitter without covariance; rounding and border stated here",
    start({ sensor: { width, height } }) {
      const random = makeRandom(seed);
      return {
        push(columns) {
          const { length } = columns.t;
          const indices = new Uint32Array(length);
          const x = new Uint16Array(length);
          const y = new Uint16Array(length);
          let count = 0;
          for (let i = 0; i < length; i++) {
            const column = columns.x[i]! + Math.round(sigma * random.normal());
            const row = columns.y[i]! + Math.round(sigma * random.normal());
            if (column < 0 || column >= width || row < 0 || row >= height) continue;
            x[count] = column;
            y[count] = row;
            indices[count++] = i;
          }
          const { t, p } = take(columns, indices.subarray(0, count));
          return { t, x: x.subarray(0, count), y: y.subarray(0, count), p };
        },
      };
    },
  };
}

export interface TimeJitterOptions {
  /** Standard deviation. A move is cut off at four times as much. */
  readonly sigma: Duration;
  /** Same seed, same events. */
  readonly seed: number;
}

/**
 * Moves each event by a normal time, rounded to microseconds and at most 4 sigma either way, and puts the events in
 * order again; those of one time keep their order. Triggers stay. Holds back events of the last 8 sigma.
 * @throws OptionError
 */
export function timeJitter(options: TimeJitterOptions): EventFilter {
  checkOptions("timeJitter", options, ["sigma", "seed"]);
  const sigma = requireDuration("timeJitter.sigma", options.sigma, 0);
  const seed = requireSeed("timeJitter", options.seed);
  return {
    id: `time-jitter/sigma=${sigma}us/seed=${seed}`,
    source: "tonic's TimeJitter, cut off at 4 sigma and sorted again",
    start(): FilterRun {
      const random = makeRandom(seed);
      const most = 4 * sigma;
      let held = noEvents;
      return {
        push(columns) {
          const { length } = columns.t;
          const t = new BigInt64Array(length);
          const [from, to] = [timeWords(columns.t), timeWords(t)];
          for (let i = 0; i < length; i++) {
            const move = Math.round(sigma * random.normal());
            setTime(to, i, timeAt(from, i) + Math.min(most, Math.max(-most, move)));
          }
          const all = sortByTime(concatParts([held, { ...columns, t }]));
          // Events still to come are not before the last one of this batch, moved back as far as may be.
          const [ready, rest] = splitAt(all, timeAt(from, length - 1) - most);
          held = copy(rest);
          return ready;
        },
        finish: () => held,
      };
    },
  };
}

/** Events before a time, and the others. */
function splitAt({ t, x, y, p }: EventColumns, time: number): [EventColumns, EventColumns] {
  const words = timeWords(t);
  let end = t.length;
  while (end > 0 && timeAt(words, end - 1) >= time) end--;
  return [
    { t: t.subarray(0, end), x: x.subarray(0, end), y: y.subarray(0, end), p: p.subarray(0, end) },
    { t: t.subarray(end), x: x.subarray(end), y: y.subarray(end), p: p.subarray(end) },
  ];
}

/** Copies, so that a few events do not keep the memory of many. */
function copy({ t, x, y, p }: EventColumns): EventColumns {
  return { t: t.slice(), x: x.slice(), y: y.slice(), p: p.slice() };
}
