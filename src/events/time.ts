/**
 * Times and durations as users write them.
 * @module
 */
import { OptionError, WindowError } from "../errors.js";

export type TimeUnit = "us" | "ms" | "s" | "min";
/** A duration: a number of microseconds, or a string with its unit. A typo in the unit is a type error. */
export type Duration = number | `${number}${TimeUnit}`;
/**
 * A point in time. A {@link Duration} counts from the origin of the recording (its first event);
 * a bigint is the absolute time of the sensor clock in microseconds.
 */
export type Time = Duration | bigint;

/** Half open window [from, to). */
export interface TimeWindow {
  readonly from: Time;
  readonly to: Time;
}

/** Half open window [from, to) on the clock of the sensor, in microseconds. */
export interface SensorWindow {
  readonly from: bigint;
  readonly to: bigint;
}

const microseconds: Record<TimeUnit, number> = { us: 1, ms: 1e3, s: 1e6, min: 6e7 };

/**
 * A duration in whole microseconds, rounded to the nearest.
 * @throws OptionError when it is not a finite number or has no known unit.
 */
export function toMicroseconds(duration: Duration, where = "duration"): number {
  if (typeof duration === "number") {
    if (Number.isFinite(duration)) return Math.round(duration);
  } else if (typeof duration === "string") {
    const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(us|ms|s|min)$/.exec(duration);
    if (match) return Math.round(Number(match[1]) * microseconds[match[2] as TimeUnit]);
  }
  throw new OptionError({
    where,
    expected: 'a number of microseconds or a string such as "33ms" or "1.5s"',
    received: typeof duration === "string" ? `"${duration}"` : String(duration),
  });
}

/** A point in time on the sensor clock, in microseconds. */
export function toSensorTime(time: Time, origin: bigint, where = "time"): bigint {
  return typeof time === "bigint" ? time : origin + BigInt(toMicroseconds(time, where));
}

/**
 * Both ends of a window on the sensor clock.
 * @throws WindowError when the window is empty or inverted.
 */
export function toSensorWindow(window: TimeWindow, origin: bigint, where = "window"): SensorWindow {
  const from = toSensorTime(window.from, origin, `${where}.from`);
  const to = toSensorTime(window.to, origin, `${where}.to`);
  if (to <= from) {
    throw new WindowError({
      where,
      expected: "a window [from, to) that ends after it starts",
      received: `[${window.from}, ${window.to}), which is ${to === from ? "empty" : "inverted"}`,
      next: "Swap the ends, or make the window at least one microsecond long",
    });
  }
  return { from, to };
}
