/**
 * Background activity, made.
 * @module
 */
import { checkOptions } from "../errors.js";
import { noEvents, type EventFilter, type FilterRun } from "../events/filter.js";
import type { EventColumns } from "../events/schema.js";
import { setTime, timeAt, timeWords } from "../events/time-words.js";
import { requireNumber } from "./options.js";
import { makeRandom, requireSeed } from "./random.js";

export interface AddNoiseOptions {
  /** Noise events a second and pixel. */
  readonly rate: number;
  /** Share of noise events that are on; 0.5 when left out. */
  readonly on?: number;
  /** Same seed, same noise. */
  readonly seed: number;
}

/**
 * Adds uniform noise between the first and the last event: a Poisson process on the whole sensor, each event at a
 * random pixel. Noise of the same microsecond comes after the events of the recording.
 * @throws OptionError
 */
export function addNoise(options: AddNoiseOptions): EventFilter {
  checkOptions("addNoise", options, ["rate", "on", "seed"]);
  const rate = requireNumber("addNoise.rate", options.rate, 0, 1e5);
  const on = requireNumber("addNoise.on", options.on ?? 0.5, 0, 1);
  const seed = requireSeed("addNoise", options.seed);
  return {
    id: `add-noise/rate=${rate}/on=${on}/seed=${seed}`,
    source: "Poisson background activity, uniform over the sensor",
    start({ sensor: { width, height } }): FilterRun {
      const random = makeRandom(seed);
      const mean = 1e6 / (rate * width * height);
      /** Time of the next noise event, not rounded; and the last time that was pushed. */
      let next = NaN;
      let last = 0;
      /** Noise with times before `end`. */
      const noiseUntil = (end: number): EventColumns => {
        const times: number[] = [];
        const pixels: number[] = [];
        const signs: number[] = [];
        for (; Math.floor(next) < end; next += mean * random.exponential()) {
          times.push(Math.floor(next));
          pixels.push(Math.floor(random.uniform() * width * height));
          signs.push(random.uniform() < on ? 1 : 0);
        }
        const t = new BigInt64Array(times.length);
        const words = timeWords(t);
        for (const [i, time] of times.entries()) setTime(words, i, time);
        return { t, x: Uint16Array.from(pixels, (pixel) => pixel % width), y: Uint16Array.from(pixels, (pixel) => pixel / width), p: Uint8Array.from(signs) };
      };
      return {
        push(columns) {
          const words = timeWords(columns.t);
          if (Number.isNaN(next)) next = timeAt(words, 0) + mean * random.exponential();
          last = timeAt(words, columns.t.length - 1);
          // Noise of the last microsecond waits: more events of it may come.
          return merge(columns, noiseUntil(last));
        },
        finish: () => (Number.isNaN(next) ? noEvents : noiseUntil(last + 1)),
      };
    },
  };
}

/** Two lists in order of time as one; `a` comes first where times are equal. */
function merge(a: EventColumns, b: EventColumns): EventColumns {
  const length = a.t.length + b.t.length;
  const merged = { t: new BigInt64Array(length), x: new Uint16Array(length), y: new Uint16Array(length), p: new Uint8Array(length) };
  const [from, other, to] = [timeWords(a.t), timeWords(b.t), timeWords(merged.t)];
  for (let i = 0, j = 0, n = 0; n < length; n++) {
    const first = j === b.t.length || (i < a.t.length && timeAt(from, i) <= timeAt(other, j));
    const [source, k] = first ? [a, i++] : [b, j++];
    setTime(to, n, first ? timeAt(from, k) : timeAt(other, k));
    merged.x[n] = source.x[k]!;
    merged.y[n] = source.y[k]!;
    merged.p[n] = source.p[k]!;
  }
  return merged;
}
