/**
 * How hard a made data set is.
 * @module
 */
import { checkOptions, OptionError } from "../../errors.js";
import { laboratory, type Nuisances, type StyleSpread } from "../../simulate/index.js";

/** From, to: each clip draws its own between them. */
export type Range = readonly [number, number];

/** Every lever in one place, so that a sweep can turn each. Lengths are seconds. */
export interface Difficulty {
  /** What happens besides the movement asked for: head motion, blinks, light, background and the rest. */
  readonly nuisances: Partial<Nuisances>;
  /** How far people differ in how they show an expression. */
  readonly style: Partial<StyleSpread>;
  /** Intensity of the movement at its apex, 0 to 1. */
  readonly intensity: Range;
  /** When the movement begins. */
  readonly onset: Range;
  /** From its beginning to the apex. */
  readonly rise: Range;
  /** How long a clip lasts. */
  readonly length: Range;
  /** Height of the head, crown to chin, as a part of the picture's. */
  readonly faceSize: Range;
}

/**
 * Names of ready-made ones. "easy": hardly anything but the expression, strongly shown. "default": people differ, move
 * their heads a little and blink. "hard": before a textured wall, in moving light, speaking, and with more of the rest.
 *
 * "default" as tried on crops of 64 x 64 pixels and 0.5 s, 951 clips, 20 of 68 people to test, chance 14 %: counts pooled
 * to 8 x 8 with logistic regression reach 24 %, a small network from scratch 50 % (two seeds). With twice the head motion and shift,
 * more blinks, twitches and weaker expressions: 19 % and, after fewer steps, 21 %. How far each lever counts for itself
 * is not known.
 */
export const difficulties: Readonly<Record<"easy" | "default" | "hard", Difficulty>> = {
  easy: {
    nuisances: { headOffset: 0.05, headMotion: 0.01, shift: 0.03, scale: 0.02, blinks: 0.1, gaze: 0.2, idle: 0.03, light: 0.2, lightMotion: 0, exposure: 0.05 },
    style: { strength: 0.15, dropped: 0, foreign: 0, asymmetry: 0.05 },
    intensity: [0.8, 1],
    onset: [0, 0.1],
    rise: [0.2, 0.35],
    length: [0.5, 0.7],
    faceSize: [0.83, 0.87],
  },
  default: {
    nuisances: { headOffset: 0.14, headMotion: 0.025, headSpeed: 0.4, shift: 0.06, scale: 0.08, blinks: 0.3, gaze: 0.6, idle: 0.06, light: 0.5, lightMotion: 0.02, exposure: 0.15 },
    style: { strength: 0.25, dropped: 0.1, foreign: 0.12, asymmetry: 0.12 },
    intensity: [0.6, 1],
    onset: [0, 0.15],
    rise: [0.15, 0.4],
    length: [0.6, 1],
    faceSize: [0.75, 0.9],
  },
  hard: {
    nuisances: { headOffset: 0.22, headMotion: 0.05, headSpeed: 0.6, shift: 0.12, scale: 0.12, blinks: 0.8, gaze: 1.5, idle: 0.18, speech: 0.15, light: 0.8, lightMotion: 0.15, flicker: 0.02, exposure: 0.25, background: 0.8 },
    style: { strength: 0.35, dropped: 0.15, foreign: 0.2, asymmetry: 0.18 },
    intensity: [0.35, 1],
    onset: [0, 0.35],
    rise: [0.12, 0.5],
    length: [0.7, 1.2],
    faceSize: [0.65, 0.95],
  },
};

export type DifficultyName = keyof typeof difficulties;

/**
 * A difficulty by name, or the default with changes.
 * @throws OptionError when a name, a field or a range is wrong.
 */
export function fillDifficulty(where: string, given: DifficultyName | Partial<Difficulty> = "default"): Difficulty {
  if (typeof given === "string") {
    if (!Object.hasOwn(difficulties, given)) throw new OptionError({ where, expected: `one of ${Object.keys(difficulties).join(", ")}`, received: `"${given}"` });
    return difficulties[given];
  }
  checkOptions(where, given, Object.keys(difficulties.default));
  for (const [name, value] of Object.entries(given)) {
    if (name === "nuisances") checkOptions(`${where}.nuisances`, value, Object.keys(laboratory));
    else if (name !== "style" && !(Array.isArray(value) && value.length === 2 && value[0] >= 0 && value[0] <= value[1])) {
      throw new OptionError({ where: `${where}.${name}`, expected: "a pair [from, to] with 0 ≤ from ≤ to", received: JSON.stringify(value) });
    }
  }
  const { nuisances, style, ...ranges } = given;
  const base = difficulties.default;
  return { ...base, ...ranges, nuisances: { ...base.nuisances, ...nuisances }, style: { ...base.style, ...style } };
}
