/**
 * Action Units of the Facial Action Coding System as weights of the rig's face units.
 *
 * The 24 of FACEMORPHIC, and 5 and 20, which fear and surprise need. The assignment is evtlab's own, judged by eye; it
 * is no calibrated FACS scale. Weights are those of the greatest intensity; `*` stands for both sides, Left and Right.
 * @module
 */
import { OptionError } from "../../errors.js";
import type { HeadPose } from "./pose.js";

export interface ActionUnit {
  /** FACS name. */
  readonly name: string;
  /** Face units at intensity 1. */
  readonly units?: Readonly<Record<string, number>>;
  /** Rotation of the head at intensity 1, in radians. */
  readonly pose?: Partial<HeadPose>;
}

export type ActionUnitNumber = 1 | 2 | 4 | 5 | 6 | 7 | 9 | 10 | 12 | 14 | 15 | 17 | 20 | 23 | 24 | 25 | 26 | 27 | 43 | 45 | 51 | 52 | 53 | 54 | 55 | 56;

export const actionUnits: Readonly<Record<ActionUnitNumber, ActionUnit>> = {
  1: { name: "inner brow raiser", units: { browInnerUp: 1.2 } },
  2: { name: "outer brow raiser", units: { "browOuterUp*": 1.25 } },
  4: { name: "brow lowerer", units: { "browDown*": 1.15 } },
  5: { name: "upper lid raiser", units: { "eyeWide*": 1 } },
  6: { name: "cheek raiser", units: { "cheekSquint*": 1, "eyeSquint*": 0.35 } },
  7: { name: "lid tightener", units: { "eyeSquint*": 1 } },
  9: { name: "nose wrinkler", units: { "noseSneer*": 1 } },
  10: { name: "upper lip raiser", units: { "mouthUpperUp*": 1 } },
  12: { name: "lip corner puller", units: { "mouthSmile*": 0.95, "mouthUpperUp*": 0.15 } },
  14: { name: "dimpler", units: { "mouthDimple*": 1 } },
  15: { name: "lip corner depressor", units: { "mouthFrown*": 1 } },
  17: { name: "chin raiser", units: { mouthShrugLower: 1, mouthShrugUpper: 0.4 } },
  20: { name: "lip stretcher", units: { "mouthStretch*": 1 } },
  23: { name: "lip tightener", units: { mouthRollLower: 0.45, mouthRollUpper: 0.45, "mouthPress*": 0.4 } },
  24: { name: "lip pressor", units: { "mouthPress*": 1, mouthRollLower: 0.15 } },
  25: { name: "lips part", units: { "mouthLowerDown*": 0.4, "mouthUpperUp*": 0.15, jawOpen: 0.06 } },
  26: { name: "jaw drop", units: { jawOpen: 0.45 } },
  27: { name: "mouth stretch", units: { jawOpen: 1 } },
  43: { name: "eyes closed", units: { "eyeBlink*": 1 } },
  45: { name: "blink", units: { "eyeBlink*": 1 } },
  51: { name: "head turn left", pose: { yaw: 0.55 } },
  52: { name: "head turn right", pose: { yaw: -0.55 } },
  53: { name: "head up", pose: { pitch: 0.35 } },
  54: { name: "head down", pose: { pitch: -0.35 } },
  55: { name: "head tilt left", pose: { roll: 0.35 } },
  56: { name: "head tilt right", pose: { roll: -0.35 } },
};

/** The 24 that FACEMORPHIC records, in its order of labels. */
export const facemorphicUnits = [1, 2, 4, 6, 7, 9, 10, 12, 14, 15, 17, 23, 24, 25, 26, 27, 43, 45, 51, 52, 53, 54, 55, 56] as const satisfies readonly ActionUnitNumber[];

/** Intensity of an Action Unit on each side, 0 to 1. */
export interface Activation {
  readonly left: number;
  readonly right: number;
}

/** Adds what an Action Unit does to the weights of face units; those of one middle take the mean of both sides. */
export function addActionUnit(weights: Map<string, number>, number: ActionUnitNumber, { left, right }: Activation): void {
  for (const [unit, weight] of Object.entries(actionUnits[number].units ?? {})) {
    if (unit.endsWith("*")) {
      add(weights, `${unit.slice(0, -1)}Left`, weight * left);
      add(weights, `${unit.slice(0, -1)}Right`, weight * right);
    } else {
      add(weights, unit, (weight * (left + right)) / 2);
    }
  }
}

function add(weights: Map<string, number>, unit: string, weight: number): void {
  if (weight !== 0) weights.set(unit, (weights.get(unit) ?? 0) + weight);
}

/** @throws OptionError unless `value` is the number of an Action Unit of the table. */
export function requireActionUnit(where: string, value: number): ActionUnitNumber {
  if (Object.hasOwn(actionUnits, value)) return value as ActionUnitNumber;
  throw new OptionError({ where, expected: `an Action Unit: one of ${Object.keys(actionUnits).join(", ")}`, received: String(value) });
}
