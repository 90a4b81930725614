/**
 * Checks of the options that representations share.
 * @module
 */
import { OptionError } from "../errors.js";
import { toMicroseconds, type Duration } from "../events/time.js";

/** @throws OptionError when `value` is no integer within [least, most]. */
export function requireInteger(where: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new OptionError({ where, expected: `an integer from ${least} to ${most}`, received: String(value) });
}

/** @throws OptionError when `value` is not one of `choices`. */
export function requireChoice<Choice extends string>(where: string, value: Choice, choices: readonly Choice[]): Choice {
  if (choices.includes(value)) return value;
  throw new OptionError({ where, expected: `one of ${choices.join(", ")}`, received: `"${String(value)}"` });
}

/**
 * A duration in whole microseconds, at least one.
 * @throws OptionError
 */
export function requireDuration(where: string, value: Duration): number {
  const microseconds = toMicroseconds(value, where);
  if (microseconds >= 1) return microseconds;
  throw new OptionError({ where, expected: "a duration of at least one microsecond", received: String(value) });
}

/** @throws OptionError when `value` is neither true nor false. */
export function requireFlag(where: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw new OptionError({ where, expected: "true or false", received: String(value) });
}
