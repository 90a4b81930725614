/**
 * The pixel of v2e (Hu, Liu, Delbruck: v2e: From Video Frames to Realistic DVS Events, CVPR Workshops 2021): options.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { checkSeed } from "./moving-edges.js";
import { normalNumbers } from "./random.js";

/** Change of log intensity at which a pixel fires, for both polarities or each. */
export type Threshold = number | { readonly on: number; readonly off: number };

/**
 * "ideal": every pixel alike and without noise. "clean": thresholds that differ a little. "default": the defaults of
 * v2e's command. "noisy": poor light.
 */
export type V2ePreset = "ideal" | "clean" | "default" | "noisy";

export interface V2eOptions {
  readonly model?: "v2e";
  /** What the other options start from; "default" when left out. */
  readonly preset?: V2ePreset;
  /** Natural logarithms; 0.2 when left out. */
  readonly threshold?: Threshold;
  /** Standard deviation of the thresholds from pixel to pixel. None falls below 0.01. */
  readonly thresholdSpread?: number;
  /** Bandwidth of a pixel in full light, in Hz; it shrinks with the light. 0: no limit. */
  readonly cutoff?: number;
  /** Events per pixel and second that a leaking reference causes, all on. */
  readonly leakRate?: number;
  /** Standard deviation of the leak from step to step, as a part of it. */
  readonly leakJitter?: number;
  /** Events per pixel and second of shot noise in the dark; a quarter of it in full light. */
  readonly shotNoiseRate?: number;
  /** Time after an event in which a pixel stays silent. It has no effect where the steps in time are longer. */
  readonly refractory?: Duration;
  /** Same seed, same bytes. */
  readonly seed: number;
}

/** Options with the preset filled in: rates in Hz, times in µs. */
export interface V2eParameters {
  readonly on: number;
  readonly off: number;
  readonly thresholdSpread: number;
  readonly cutoff: number;
  readonly leakRate: number;
  readonly leakJitter: number;
  readonly shotNoiseRate: number;
  readonly refractory: number;
  readonly seed: number;
}

const ideal = { thresholdSpread: 0, cutoff: 0, leakRate: 0, leakJitter: 0, shotNoiseRate: 0, refractory: 0 };
export const v2ePresets: Readonly<Record<V2ePreset, Omit<V2eParameters, "on" | "off" | "seed">>> = {
  ideal,
  clean: { ...ideal, thresholdSpread: 0.02 },
  default: { thresholdSpread: 0.03, cutoff: 300, leakRate: 0.01, leakJitter: 0.1, shotNoiseRate: 0.001, refractory: 500 },
  noisy: { thresholdSpread: 0.05, cutoff: 30, leakRate: 0.1, leakJitter: 0.1, shotNoiseRate: 5, refractory: 0 },
};

/** No threshold is smaller: v2e's floor. */
export const smallestThreshold = 0.01;

export const v2eOptionNames = [
  "model", "preset", "threshold", "thresholdSpread", "cutoff", "leakRate", "leakJitter", "shotNoiseRate", "refractory", "seed",
] as const;

/** @throws OptionError when an option is unknown or out of range. */
export function v2eParameters(where: string, options: V2eOptions): V2eParameters {
  checkOptions(where, options, v2eOptionNames);
  const { preset = "default", threshold = 0.2, seed } = options;
  if (!Object.hasOwn(v2ePresets, preset)) {
    throw new OptionError({ where: `${where}.preset`, expected: `one of ${Object.keys(v2ePresets).join(", ")}`, received: `"${preset}"` });
  }
  checkSeed(where, seed);
  const chosen = v2ePresets[preset];
  const part = (name: "thresholdSpread" | "cutoff" | "leakRate" | "leakJitter" | "shotNoiseRate"): number =>
    requireRange(`${where}.${name}`, options[name] ?? chosen[name], 0, 1e6);
  return {
    ...checkThreshold(where, threshold),
    thresholdSpread: part("thresholdSpread"),
    cutoff: part("cutoff"),
    leakRate: part("leakRate"),
    leakJitter: part("leakJitter"),
    shotNoiseRate: part("shotNoiseRate"),
    refractory: options.refractory === undefined ? chosen.refractory : refractoryTime(where, options.refractory),
    seed,
  };
}

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
  fill: { readonly on: Float32Array; readonly off: Float32Array },
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
