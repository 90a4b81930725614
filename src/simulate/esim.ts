/**
 * The pixel of ESIM (Rebecq, Gehrig, Scaramuzza: ESIM: an Open Event Camera Simulator, CoRL 2018): options.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { Duration } from "../events/time.js";
import { checkSeed } from "./moving-edges.js";
import { checkThreshold, refractoryTime, requireRange, type Threshold } from "./thresholds.js";

export interface EsimOptions {
  readonly model: "esim";
  /** Natural logarithms; 0.2 when left out, as in its successor vid2e. (ESIM itself: 1, and 0.4 to 0.6 in its examples.) */
  readonly threshold?: Threshold;
  /** Standard deviation of the thresholds from pixel to pixel, 0 when left out (ESIM: 0.021). None falls below 0.01. */
  readonly thresholdSpread?: number;
  /** Added to the light, 0 to 1, before its logarithm: 0.001 when left out. */
  readonly dark?: number;
  /** Time after an event in which a pixel stays silent; 0 when left out. Its reference moves all the same. */
  readonly refractory?: Duration;
  /** Same seed, same bytes. */
  readonly seed: number;
}

/** Options with the defaults filled in; times in µs. */
export interface EsimParameters {
  readonly on: number;
  readonly off: number;
  readonly thresholdSpread: number;
  readonly dark: number;
  readonly refractory: number;
  readonly seed: number;
}

const optionNames = ["model", "threshold", "thresholdSpread", "dark", "refractory", "seed"] as const;

/** @throws OptionError when an option is unknown or out of range. */
export function esimParameters(where: string, options: EsimOptions): EsimParameters {
  checkOptions(`${where} with model "esim"`, options, optionNames);
  checkSeed(where, options.seed);
  return {
    ...checkThreshold(where, options.threshold ?? 0.2),
    thresholdSpread: requireRange(`${where}.thresholdSpread`, options.thresholdSpread ?? 0, 0, 10),
    dark: requireRange(`${where}.dark`, options.dark ?? 0.001, 1e-6, 1),
    refractory: refractoryTime(where, options.refractory ?? 0),
    seed: options.seed,
  };
}
