/**
 * The pixel of v2e (Hu, Liu, Delbruck: v2e: From Video Frames to Realistic DVS Events, CVPR Workshops 2021): options.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import type { Duration } from "../events/time.js";
import { checkSeed } from "./moving-edges.js";
import { checkThreshold, refractoryTime, requireRange, type Threshold } from "./thresholds.js";

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
const presets: Readonly<Record<V2ePreset, Omit<V2eParameters, "on" | "off" | "seed">>> = {
  ideal,
  clean: { ...ideal, thresholdSpread: 0.02 },
  default: { thresholdSpread: 0.03, cutoff: 300, leakRate: 0.01, leakJitter: 0.1, shotNoiseRate: 0.001, refractory: 500 },
  noisy: { thresholdSpread: 0.05, cutoff: 30, leakRate: 0.1, leakJitter: 0.1, shotNoiseRate: 5, refractory: 0 },
};

const optionNames = [
  "model", "preset", "threshold", "thresholdSpread", "cutoff", "leakRate", "leakJitter", "shotNoiseRate", "refractory", "seed",
] as const;

/** @throws OptionError when an option is unknown or out of range. */
export function v2eParameters(where: string, options: V2eOptions): V2eParameters {
  checkOptions(where, options, optionNames);
  const { preset = "default", threshold = 0.2, seed } = options;
  if (!Object.hasOwn(presets, preset)) {
    throw new OptionError({ where: `${where}.preset`, expected: `one of ${Object.keys(presets).join(", ")}`, received: `"${preset}"` });
  }
  checkSeed(where, seed);
  const chosen = presets[preset];
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
