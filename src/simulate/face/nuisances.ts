/**
 * What makes faces hard to read: everything in a sequence that is not the movement asked for.
 * @module
 */
import { checkOptions, OptionError } from "../../errors.js";

/** Every amount is one number with its unit, so that a sweep can set each. 0 switches a thing off. */
export interface Nuisances {
  /** Deviation of the head's resting turn, in radians; pitch and roll have 0.7 and 0.5 of it. */
  readonly headOffset: number;
  /** Deviation of the head's slow turning about its resting pose, in radians; pitch and roll have 0.7 and 0.5 of it. */
  readonly headMotion: number;
  /** How often the head turns to and fro, in Hz. */
  readonly headSpeed: number;
  /** Deviation of the head's shift, in decimetres; half of it is slow motion. */
  readonly shift: number;
  /** Deviation of the size of the face in the picture, as a part. */
  readonly scale: number;
  /** Blinks a second. */
  readonly blinks: number;
  /** Jumps of the gaze a second. */
  readonly gaze: number;
  /** Intensity of idle twitches of single Action Units, 0 to 1. */
  readonly idle: number;
  /** Chance that the person speaks throughout. */
  readonly speech: number;
  /** Deviation of the key light's azimuth, in radians; elevation has half of it. */
  readonly light: number;
  /** Deviation of the key light's motion in a sequence, in radians. */
  readonly lightMotion: number;
  /** Amplitude of the flicker of the light at 100 Hz, as a part of it. */
  readonly flicker: number;
  /** Deviation of the exposure, as a natural logarithm. */
  readonly exposure: number;
  /** 0 = plain background; 1 = fully textured. */
  readonly background: number;
}

/** A person before a camera, as in a laboratory. */
export const laboratory: Nuisances = {
  headOffset: 0.1, headMotion: 0.04, headSpeed: 0.5, shift: 0.06, scale: 0.05, blinks: 0.3, gaze: 0.6, idle: 0.06, speech: 0,
  light: 0.4, lightMotion: 0.02, flicker: 0, exposure: 0.1, background: 0,
};

/** Nothing but the movement. */
export const still: Nuisances = {
  headOffset: 0, headMotion: 0, headSpeed: 0.5, shift: 0, scale: 0, blinks: 0, gaze: 0, idle: 0, speech: 0,
  light: 0, lightMotion: 0, flicker: 0, exposure: 0, background: 0,
};

const names = Object.keys(laboratory) as (keyof Nuisances)[];

/** The given amounts over those of `laboratory`. */
export function fillNuisances(where: string, nuisances: Partial<Nuisances> = {}): Nuisances {
  checkOptions(where, nuisances, names);
  for (const name of names) {
    const value = nuisances[name];
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) throw new OptionError({ where: `${where}.${name}`, expected: "a number from 0", received: String(value) });
  }
  return { ...laboratory, ...nuisances };
}
