/**
 * Events over the sensor: density, polarity, hot pixels and noise.
 *
 * Noise is estimated by what the background activity filter would take away: events that none of the eight neighbours
 * supports within 20 ms. Hot pixels are left out of the rate, and it is corrected for noise that has a neighbour by chance.
 * It is an estimate from below where much moves, since noise beside an edge passes the filter.
 * @module
 */
import { FilterChain } from "../events/filter.js";
import type { EventColumns } from "../events/schema.js";
import type { FilterInput } from "../events/filter.js";
import { backgroundActivity, hotPixels, type HotPixel } from "../filters/index.js";

export interface PixelQuality {
  /** Share of the pixels that fired at all. */
  readonly active: number;
  /** Events of a pixel that fired: the median. */
  readonly median: number;
  /** Share of the events that are on. */
  readonly on: number;
  /** Pixels that fire on their own, and their share of the events. */
  readonly hot: readonly HotPixel[];
  readonly hotShare: number;
}

export interface NoiseQuality {
  /** Share of the events that no neighbour supports. */
  readonly isolated: number;
  /** Noise events a second and pixel, without hot pixels. */
  readonly rate: number;
}

/** Microseconds. */
const within = 20_000;

export class PixelMeter {
  readonly #input: FilterInput;
  readonly #supported: FilterChain;
  readonly #all: Uint32Array;
  readonly #kept: Uint32Array;
  #events = 0;
  #on = 0;

  constructor(input: FilterInput) {
    this.#input = input;
    this.#supported = new FilterChain([backgroundActivity({ within, startUp: "pass" })], input);
    const pixels = input.sensor.width * input.sensor.height;
    this.#all = new Uint32Array(pixels);
    this.#kept = new Uint32Array(pixels);
  }

  add(columns: EventColumns): void {
    this.#count(columns, this.#all);
    this.#count(this.#supported.push(columns), this.#kept);
    const { p } = columns;
    for (let i = 0; i < p.length; i++) this.#on += p[i]!;
    this.#events += p.length;
  }

  /** `duration` in microseconds. */
  result(duration: number): { readonly pixels: PixelQuality; readonly noise: NoiseQuality } {
    const { sensor } = this.#input;
    const hot = hotPixels({ counts: this.#all, sensor, duration });
    const events = Math.max(1, this.#events);
    const active = this.#all.filter((count) => count > 0).sort();
    let isolated = 0;
    for (const [i, count] of this.#all.entries()) isolated += count - this.#kept[i]!;
    const ofHot = hot.reduce((sum, { x, y, events: count }) => sum + count - this.#kept[y * sensor.width + x]!, 0);
    return {
      pixels: {
        active: active.length / Math.max(1, this.#all.length),
        median: active[active.length >> 1] ?? 0,
        on: this.#on / events,
        hot,
        hotShare: hot.reduce((sum, { events: count }) => sum + count, 0) / events,
      },
      noise: {
        isolated: isolated / events,
        // At the start all pass: support may have come before the recording.
        rate: duration > within ? corrected((isolated - ofHot) / ((duration - within) / 1e6) / Math.max(1, this.#all.length - hot.length)) : 0,
      },
    };
  }

  #count({ x, y }: EventColumns, counts: Uint32Array): void {
    const { width } = this.#input.sensor;
    for (let i = 0; i < x.length; i++) counts[y[i]! * width + x[i]!]!++;
  }
}

/** The rate of Poisson noise of which `isolated` events a second have no neighbour by chance: rate · e^(−8 · rate · within). */
function corrected(isolated: number): number {
  let rate = isolated;
  for (let step = 0; step < 20; step++) rate = isolated * Math.exp(Math.min(1, (8 * rate * within) / 1e6));
  return rate;
}
