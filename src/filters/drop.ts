/**
 * Events left out at random: augmentation for training (Gu et al. 2021, EventDrop).
 *
 * Each works on a copy: nothing of what went in changes.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import type { Duration } from "../events/time.js";
import { timeAt, timeWords } from "../events/time-words.js";
import { choosing } from "./choose.js";
import { requireDuration, requireNumber } from "./options.js";
import { maskPixels, type Pixel } from "./pixel-mask.js";
import { makeRandom, requireSeed } from "./random.js";

const eventDrop = "Gu et al. 2021, EventDrop";

/** Drops each event with one probability. @throws OptionError */
export function dropEvents(options: { readonly probability: number; readonly seed: number }): EventFilter {
  checkOptions("dropEvents", options, ["probability", "seed"]);
  const probability = requireNumber("dropEvents.probability", options.probability, 0, 1);
  const seed = requireSeed("dropEvents", options.seed);
  return {
    id: `drop-events/probability=${probability}/seed=${seed}`,
    source: `${eventDrop}: random drop`,
    start() {
      const random = makeRandom(seed);
      return choosing(({ t }, indices) => {
        let count = 0;
        for (let i = 0; i < t.length; i++) if (random.uniform() >= probability) indices[count++] = i;
        return count;
      });
    },
  };
}

export interface DropTimeOptions {
  /** Length of each gap. */
  readonly gap: Duration;
  /** There is one gap in every stretch of this length, counted from the origin, at a place of its own. */
  readonly every: Duration;
  readonly seed: number;
}

/** Drops all events of short stretches of time. @throws OptionError when a gap is longer than its stretch. */
export function dropTime(options: DropTimeOptions): EventFilter {
  checkOptions("dropTime", options, ["gap", "every", "seed"]);
  const gap = requireDuration("dropTime.gap", options.gap);
  const every = requireDuration("dropTime.every", options.every);
  const seed = requireSeed("dropTime", options.seed);
  if (gap > every) throw new OptionError({ where: "dropTime.gap", expected: `at most the ${every} µs of every`, received: `${gap} µs` });
  return {
    id: `drop-time/gap=${gap}us/every=${every}us/seed=${seed}`,
    source: `${eventDrop}: drop by time, repeated`,
    start({ origin }) {
      const start = Number(origin);
      let stretch = NaN;
      let gapStart = 0;
      return choosing(({ t }, indices) => {
        const words = timeWords(t);
        let count = 0;
        for (let i = 0; i < t.length; i++) {
          const time = timeAt(words, i) - start;
          const number = Math.floor(time / every);
          if (number !== stretch) {
            stretch = number;
            // Decided by the number of the stretch, not by how many came before: a window of the recording has the same gaps.
            gapStart = number * every + Math.floor(makeRandom(seed ^ Math.imul(number + 1, 0x9e3779b1)).uniform() * (every - gap + 1));
          }
          if (time < gapStart || time >= gapStart + gap) indices[count++] = i;
        }
        return count;
      });
    },
  };
}

/** Drops the events of a rectangle with this share of width and of height, at a random place. @throws OptionError */
export function dropArea(options: { readonly share: number; readonly seed: number }): EventFilter {
  checkOptions("dropArea", options, ["share", "seed"]);
  const share = requireNumber("dropArea.share", options.share, 0, 1);
  const seed = requireSeed("dropArea", options.seed);
  return {
    id: `drop-area/share=${share}/seed=${seed}`,
    source: `${eventDrop}: drop by area`,
    start({ sensor }) {
      const random = makeRandom(seed);
      const width = Math.round(share * sensor.width);
      const height = Math.round(share * sensor.height);
      const left = Math.floor(random.uniform() * (sensor.width - width + 1));
      const top = Math.floor(random.uniform() * (sensor.height - height + 1));
      return choosing(({ x, y }, indices) => {
        let count = 0;
        for (let i = 0; i < x.length; i++) {
          indices[count] = i;
          count += (x[i]! - left) >>> 0 < width && (y[i]! - top) >>> 0 < height ? 0 : 1;
        }
        return count;
      });
    },
  };
}

/** Drops the events of a share of the pixels, chosen at random: dead pixels. @throws OptionError */
export function dropPixels(options: { readonly share: number; readonly seed: number }): EventFilter {
  checkOptions("dropPixels", options, ["share", "seed"]);
  const share = requireNumber("dropPixels.share", options.share, 0, 1);
  const seed = requireSeed("dropPixels", options.seed);
  return {
    id: `drop-pixels/share=${share}/seed=${seed}`,
    source: "tonic's DropPixel with random pixels",
    start(input) {
      const random = makeRandom(seed);
      const pixels: Pixel[] = [];
      for (let y = 0; y < input.sensor.height; y++) {
        for (let x = 0; x < input.sensor.width; x++) if (random.uniform() < share) pixels.push({ x, y });
      }
      return maskPixels({ pixels }).start(input);
    },
  };
}
