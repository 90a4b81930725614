/**
 * Removes the events of flickering light.
 *
 * A lamp that flickers makes a pixel go on and off at the frequency of its light. The period of a pixel is the time
 * between two of its changes from off to on (the first on event after an off event). When `start` periods in a row lie
 * within the band, the pixel is flickering and its events are dropped, until `stop` periods in a row lie outside or
 * nothing fits any more because it has been silent for longer than `stop` of the longest periods. This is the idea of
 * the anti-flicker block of Prophesee's sensors, as their public documentation describes it (a band of frequencies, a
 * start and a stop threshold), worked out here in terms of events: the block itself is hardware.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import { timeAt, timeWords } from "../events/time-words.js";
import { choosing } from "./choose.js";
import { requireInteger, requireNumber } from "./options.js";

export interface AntiFlickerOptions {
  /** Lowest and highest frequency that is removed, in hertz; 90 and 130 when left out: lamps on a 50 or 60 Hz mains. */
  readonly low?: number;
  readonly high?: number;
  /** Periods in a row within the band after which a pixel flickers; 4 when left out. */
  readonly start?: number;
  /** Periods in a row outside the band after which it does so no more; 2 when left out. */
  readonly stop?: number;
}

/** Drops the events of pixels that flicker within a band of frequencies. @throws OptionError */
export function antiFlicker(options: AntiFlickerOptions = {}): EventFilter {
  checkOptions("antiFlicker", options, ["low", "high", "start", "stop"]);
  const low = requireNumber("antiFlicker.low", options.low ?? 90, 0.1, 1e6);
  const high = requireNumber("antiFlicker.high", options.high ?? 130, 0.1, 1e6);
  const start = requireInteger("antiFlicker.start", options.start ?? 4, 1, 100);
  const stop = requireInteger("antiFlicker.stop", options.stop ?? 2, 1, 100);
  if (low >= high) throw new OptionError({ where: "antiFlicker", expected: "a low frequency below the high one", received: `${low} and ${high} Hz` });
  const shortest = 1e6 / high;
  const longest = 1e6 / low;
  return {
    id: `anti-flicker/low=${low}/high=${high}/start=${start}/stop=${stop}`,
    source: "the anti-flicker block of Prophesee sensors, from its public documentation; rule stated here",
    start({ sensor: { width, height } }) {
      const rose = new Float64Array(width * height).fill(-Infinity);
      const wasOn = new Uint8Array(width * height);
      const within = new Uint8Array(width * height);
      const outside = new Uint8Array(width * height);
      return choosing(({ t, x, y, p }, indices) => {
        const words = timeWords(t);
        let count = 0;
        for (let i = 0; i < t.length; i++) {
          const cell = y[i]! * width + x[i]!;
          const time = timeAt(words, i);
          const period = time - rose[cell]!;
          if (period > stop * longest) within[cell] = 0;
          const rises = p[i] === 1 && wasOn[cell] === 0;
          wasOn[cell] = p[i]!;
          if (rises) {
            rose[cell] = time;
            if (period >= shortest && period <= longest) {
              outside[cell] = 0;
              if (within[cell]! < start) within[cell]!++;
            } else if (within[cell]! < start || ++outside[cell]! >= stop) {
              within[cell] = 0;
              outside[cell] = 0;
            }
          }
          if (within[cell]! < start) indices[count++] = i;
        }
        return count;
      });
    },
  };
}
