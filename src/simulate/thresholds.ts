/**
 * Contrast thresholds, and how they differ from pixel to pixel.
 * @module
 */
import { OptionError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { normalNumbers } from "./random.js";

/** Change of log intensity at which a pixel fires, for both polarities or each. */
export type Threshold = number | { readonly on: number; readonly off: number };

/** No threshold is smaller: the floor of v2e and of ESIM. */
const smallestThreshold = 0.01;

/** @throws OptionError unless both are from 0.01 to 10. */
export function checkThreshold(where: string, threshold: Threshold): { on: number; off: number } {
  const { on, off } = typeof threshold === "number" ? { on: threshold, off: threshold } : threshold;
  requireRange(`${where}.threshold`, on, smallestThreshold, 10);
  requireRange(`${where}.threshold`, off, smallestThreshold, 10);
  return { on, off };
}

/** @throws OptionError unless it is a duration that is not negative. */
export function refractoryTime(where: string, refractory: Duration): number {
  return requireRange(`${where}.refractory`, toMicroseconds(refractory, `${where}.refractory`), 0, 60e6);
}

/** @throws OptionError */
export function requireRange(where: string, value: number, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw new OptionError({ where, expected: `a number from ${least} to ${most}`, received: String(value) });
}

/** Thresholds of each pixel: normal around the nominal ones, on and off drawn apart, none below the floor. */
export function drawThresholds(
  { width, height }: SensorSize,
  { on, off, thresholdSpread, seed }: { on: number; off: number; thresholdSpread: number; seed: number },
  fill: { readonly on: Float32Array | Float64Array; readonly off: Float32Array | Float64Array },
): void {
  fill.on.fill(on);
  fill.off.fill(off);
  if (thresholdSpread === 0) return;
  const normal = normalNumbers(seed);
  for (let i = 0; i < width * height; i++) {
    fill.on[i] = Math.max(smallestThreshold, on + thresholdSpread * normal());
    fill.off[i] = Math.max(smallestThreshold, off + thresholdSpread * normal());
  }
}
