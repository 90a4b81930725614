/**
 * Times between events.
 * @module
 */
import type { EventColumns, SensorSize } from "../events/schema.js";
import { timeAt, timeWords } from "../events/time-words.js";
import { LogHistogram } from "./histogram.js";

export interface IntervalQuality {
  /** Microseconds between two events of one pixel: quantiles, each to an eighth; undefined when no pixel fired twice. */
  readonly pixel: { readonly p05: number; readonly median: number; readonly p95: number } | undefined;
  /** Share of events in the same microsecond as the event before them. */
  readonly together: number;
}

export class IntervalMeter {
  readonly #histogram = new LogHistogram();
  readonly #width: number;
  readonly #lastOfPixel: Float64Array;
  #last = NaN;
  #together = 0;
  #events = 0;

  constructor({ width, height }: SensorSize) {
    this.#width = width;
    this.#lastOfPixel = new Float64Array(width * height).fill(NaN);
  }

  add({ t, x, y }: EventColumns): void {
    const words = timeWords(t);
    const lastOfPixel = this.#lastOfPixel;
    for (let i = 0; i < t.length; i++) {
      const time = timeAt(words, i);
      const cell = y[i]! * this.#width + x[i]!;
      const before = lastOfPixel[cell]!;
      if (!Number.isNaN(before)) this.#histogram.add(time - before);
      lastOfPixel[cell] = time;
      if (time === this.#last) this.#together++;
      this.#last = time;
    }
    this.#events += t.length;
  }

  result(): IntervalQuality {
    const [p05, median, p95] = [0.05, 0.5, 0.95].map((share) => this.#histogram.quantile(share));
    return {
      pixel: p05 === undefined || median === undefined || p95 === undefined ? undefined : { p05, median, p95 },
      together: this.#events === 0 ? 0 : this.#together / this.#events,
    };
  }
}
