/**
 * Checks of the options that filters share.
 * @module
 */
import { OptionError } from "../errors.js";
import { toMicroseconds, type Duration } from "../events/time.js";

/**
 * A duration in whole microseconds, at least `least`.
 * @throws OptionError
 */
export function requireDuration(where: string, value: Duration, least = 1): number {
  const microseconds = toMicroseconds(value, where);
  if (microseconds >= least) return microseconds;
  throw new OptionError({ where, expected: `a duration of at least ${least} µs`, received: String(value) });
}

/** @throws OptionError when `value` is no number from `least` to `most`. */
export function requireNumber(where: string, value: number, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw new OptionError({ where, expected: `a number from ${least} to ${most}`, received: String(value) });
}

/** @throws OptionError when `value` is no integer from `least` to `most`. */
export function requireInteger(where: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new OptionError({ where, expected: `an integer from ${least} to ${most}`, received: String(value) });
}

/** @throws OptionError when `value` is not one of `choices`. */
export function requireChoice<const Choice extends string | number>(where: string, value: Choice, choices: readonly NoInfer<Choice>[]): Choice {
  if (choices.includes(value)) return value;
  throw new OptionError({ where, expected: `one of ${choices.join(", ")}`, received: JSON.stringify(value) ?? String(value) });
}
