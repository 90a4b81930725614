/**
 * Pixels that fire on their own.
 *
 * A hot pixel fires far more often than the scene around it can explain: its count is compared with the median of its
 * neighbourhood, so that a bright edge that is seen all the time is not taken for a defect, as it would be with one
 * limit for the whole sensor. And it is alone: a line or a rim has neighbours on it that fire about as often. Where a limit is wanted (tonic's `hot_pixel_frequency`), give `rate`.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import type { EventTable } from "../events/table.js";
import { requireInteger, requireNumber } from "./options.js";
import type { Pixel } from "./pixel-mask.js";

export interface HotPixelsOptions {
  /** Hot is a count of more than so many times the median of the neighbourhood (at least 1); 10 when left out. */
  readonly ratio?: number;
  /** The neighbourhood is a square that reaches so far; 2 when left out: 24 pixels. */
  readonly radius?: number;
  /** Fewer events than this are never hot; 20 when left out. */
  readonly least?: number;
  /** Hot is more than so many events a second, whatever the neighbourhood does; not looked at when left out. */
  readonly rate?: number;
}

/** A pixel that fires on its own, with its number of events. */
export interface HotPixel extends Pixel {
  readonly events: number;
}

/** Events a pixel, row by row, and the time in which they came. */
export interface PixelCounts {
  readonly counts: Uint32Array;
  readonly sensor: SensorSize;
  /** Microseconds. */
  readonly duration: number;
}

/**
 * The hot pixels of a recording, those with the most events first.
 * @throws OptionError
 */
export function hotPixels(of: EventTable | PixelCounts, options: HotPixelsOptions = {}): HotPixel[] {
  checkOptions("hotPixels", options, ["ratio", "radius", "least", "rate"]);
  const ratio = requireNumber("hotPixels.ratio", options.ratio ?? 10, 1, Infinity);
  const radius = requireInteger("hotPixels.radius", options.radius ?? 2, 1, 10);
  const least = requireInteger("hotPixels.least", options.least ?? 20, 1, 2 ** 31);
  const rate = options.rate === undefined ? Infinity : requireNumber("hotPixels.rate", options.rate, 0, Infinity);
  const { counts, sensor, duration } = "counts" in of ? of : countPixels(of);
  const { width, height } = sensor;
  const found: HotPixel[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const events = counts[y * width + x]!;
      const tooFast = events > (rate * duration) / 1e6;
      if (tooFast || (events >= least && standsOut(counts, sensor, x, y, { events, ratio, radius }))) found.push({ x, y, events });
    }
  }
  return found.sort((a, b) => b.events - a.events);
}

/** Events of each pixel, both polarities together. */
export function countPixels({ x, y, sensor, duration }: EventTable): PixelCounts {
  const counts = new Uint32Array(sensor.width * sensor.height);
  for (let i = 0; i < x.length; i++) counts[y[i]! * sensor.width + x[i]!]!++;
  return { counts, sensor, duration };
}

/** More than `ratio` times the median around it, and more than three times the second largest of its neighbours. */
function standsOut(counts: Uint32Array, sensor: SensorSize, x: number, y: number, { events, ratio, radius }: { readonly events: number; readonly ratio: number; readonly radius: number }): boolean {
  const touching = around(counts, sensor, x, y, 1);
  // The second largest: of two hot pixels side by side both are found.
  if (events <= 3 * (touching.at(-2) ?? 0)) return false;
  const near = around(counts, sensor, x, y, radius);
  return events > ratio * Math.max(1, near[(near.length - 1) >> 1] ?? 0);
}

/** Counts of the pixels around one, without it, the smallest first. */
function around(counts: Uint32Array, { width, height }: SensorSize, x: number, y: number, radius: number): number[] {
  const found: number[] = [];
  for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
    for (let column = Math.max(0, x - radius); column <= Math.min(width - 1, x + radius); column++) {
      if (row !== y || column !== x) found.push(counts[row * width + column]!);
    }
  }
  return found.sort((a, b) => a - b);
}
