/**
 * One Action Unit over time: onset, apex, offset.
 * @module
 */
import { checkOptions } from "../../errors.js";
import { toMicroseconds, type Duration } from "../../events/time.js";
import { requireActionUnit, type ActionUnitNumber } from "./action-units.js";

/** An Action Unit that rises, stays and falls. Times in seconds from the start of the sequence. */
export interface Movement {
  readonly au: ActionUnitNumber;
  readonly start: number;
  /** Seconds from the start to the apex, at the apex, and from its end to rest. */
  readonly rise: number;
  readonly hold: number;
  readonly fall: number;
  /** Intensity at the apex on each side, 0 to 1. */
  readonly left: number;
  readonly right: number;
}

export interface MovementTiming {
  /** When it begins; 0 when left out. */
  readonly start?: Duration;
  /** From the beginning to the apex; 250 ms when left out. */
  readonly rise?: Duration;
  /** How long the apex lasts; 500 ms when left out. */
  readonly hold?: Duration;
  /** From the end of the apex to rest; 350 ms when left out. */
  readonly fall?: Duration;
  /** Intensity at the apex, 0 to 1; 1 when left out. */
  readonly intensity?: number;
}

/** One Action Unit by itself. A blink (45) closes in 70 ms and opens in 120 ms unless told otherwise. */
export function actionUnit(au: ActionUnitNumber, timing: MovementTiming & { readonly left?: number; readonly right?: number } = {}): Movement {
  checkOptions("actionUnit", timing, ["start", "rise", "hold", "fall", "intensity", "left", "right"]);
  const { left = 1, right = 1 } = timing;
  const seconds = timingSeconds("actionUnit", timing, au === 45 ? { rise: "70ms", hold: "15ms", fall: "120ms" } : {});
  return { au: requireActionUnit("actionUnit.au", au), ...seconds.times, left: left * seconds.intensity, right: right * seconds.intensity };
}

/** A timing with the defaults filled in. */
export function timingSeconds(where: string, timing: MovementTiming, defaults: MovementTiming = {}): { times: Pick<Movement, "start" | "rise" | "hold" | "fall">; intensity: number } {
  const filled = { start: 0, rise: "250ms", hold: "500ms", fall: "350ms", intensity: 1, ...defaults, ...timing } as const;
  const part = (name: "start" | "rise" | "hold" | "fall"): number => toMicroseconds(filled[name], `${where}.${name}`) / 1e6;
  return { times: { start: part("start"), rise: part("rise"), hold: part("hold"), fall: part("fall") }, intensity: filled.intensity };
}

/** 0 at rest, 1 at the apex: both flanks with the least jerk (Flash and Hogan 1985). */
export function envelope({ start, rise, hold, fall }: Pick<Movement, "start" | "rise" | "hold" | "fall">, seconds: number): number {
  const since = seconds - start;
  if (since <= 0) return 0;
  if (since < rise) return leastJerk(since / rise);
  if (since <= rise + hold) return 1;
  const left = rise + hold + fall - since;
  return left <= 0 ? 0 : leastJerk(left / fall);
}

export function leastJerk(part: number): number {
  return part ** 3 * (10 - 15 * part + 6 * part * part);
}
