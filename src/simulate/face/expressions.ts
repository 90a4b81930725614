/**
 * The seven expressions as combinations of Action Units, and how a person varies them.
 *
 * After the prototypes of the FACS Investigator's Guide (Ekman, Friesen, Hager 2002), without the Action Units that the
 * rig has no unit for.
 * @module
 */
import { checkOptions, OptionError } from "../../errors.js";
import { facemorphicUnits, type ActionUnitNumber } from "./action-units.js";
import { timingSeconds, type Movement, type MovementTiming } from "./movement.js";
import { Random } from "./random.js";

/** In the order of e-CK+'s class folders 1 to 7. */
export const expressionNames = ["anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise"] as const;
export type ExpressionName = (typeof expressionNames)[number];

/** Intensity of each Action Unit in the prototype. Contempt is shown on one side only. */
export const expressionUnits: Readonly<Record<ExpressionName, Readonly<Partial<Record<ActionUnitNumber, number>>>>> = {
  anger: { 4: 1, 5: 0.6, 7: 0.8, 23: 0.9 },
  contempt: { 12: 0.8, 14: 0.9 },
  disgust: { 9: 1, 10: 0.35, 15: 0.6, 17: 0.6 },
  fear: { 1: 1, 2: 0.6, 4: 0.5, 5: 0.9, 20: 0.9, 26: 0.6 },
  happiness: { 6: 0.9, 12: 1, 25: 0.9 },
  sadness: { 1: 1, 4: 0.5, 15: 1, 17: 0.4 },
  surprise: { 1: 0.9, 2: 1, 5: 0.8, 26: 1 },
};

/** How one person shows things: drawn once a person. */
export interface ExpressionStyle {
  /** Factor on an Action Unit within an expression; 0 where this person leaves it out. */
  factor(expression: ExpressionName, au: ActionUnitNumber): number;
  /** Action Units that this person adds to an expression, with intensities. */
  foreign(expression: ExpressionName): readonly (readonly [ActionUnitNumber, number])[];
  /** Factor on the left and the right side of an Action Unit. */
  sides(au: ActionUnitNumber): readonly [number, number];
  /** The side on which contempt is shown. */
  readonly contempt: "left" | "right";
  /** Factor on how fast things move. */
  readonly tempo: number;
}

export interface StyleSpread {
  /** Deviation of the factors of Action Units. */
  readonly strength: number;
  /** Chance that an Action Unit is left out of an expression. */
  readonly dropped: number;
  /** Chance that a foreign one is added to it. */
  readonly foreign: number;
  /** Deviation of the difference between the sides. */
  readonly asymmetry: number;
}

export const defaultStyleSpread: StyleSpread = { strength: 0.25, dropped: 0.1, foreign: 0.1, asymmetry: 0.1 };

export function drawStyle(seed: number, spread: StyleSpread = defaultStyleSpread): ExpressionStyle {
  const random = new Random(seed, "style");
  const factors = new Map<string, number>();
  const foreigners = new Map<ExpressionName, [ActionUnitNumber, number][]>();
  for (const name of expressionNames) {
    const own = Object.keys(expressionUnits[name]).map(Number) as ActionUnitNumber[];
    const keeps = random.pick(own);
    for (const au of own) {
      const dropped = random.chance(spread.dropped) && au !== keeps;
      factors.set(`${name} ${au}`, dropped ? 0 : Math.max(0.25, random.normal(1, spread.strength)));
    }
    const candidates = facemorphicUnits.filter((au) => au < 26 && !own.includes(au));
    const added: [ActionUnitNumber, number][] = [];
    for (let k = 0; k < 3; k++) if (random.chance(spread.foreign)) added.push([random.pick(candidates), random.between(0.2, 0.6)]);
    foreigners.set(name, added);
  }
  const tilt = new Map(facemorphicUnits.map((au) => [au as ActionUnitNumber, random.normal(0, spread.asymmetry)]));
  return {
    factor: (expression, au) => factors.get(`${expression} ${au}`) ?? 1,
    foreign: (expression) => foreigners.get(expression)!,
    sides: (au) => [1 + (tilt.get(au) ?? 0), 1 - (tilt.get(au) ?? 0)],
    contempt: random.chance(0.5) ? "left" : "right",
    tempo: random.between(0.8, 1.25),
  };
}

export interface ExpressionOptions extends MovementTiming {
  /** How this person shows it; the plain prototype when left out. */
  readonly style?: ExpressionStyle;
  /** With a seed, Action Units start up to 20 ms apart and vary a little in strength. */
  readonly seed?: number;
}

/**
 * The movements of an expression.
 *
 * ```ts
 * const smile = expression("happiness", { start: "200ms", hold: "600ms", intensity: 0.8, style: someone.style, seed: 3 });
 * ```
 * @throws OptionError when the name or an option is unknown.
 */
export function expression(name: ExpressionName, options: ExpressionOptions = {}): Movement[] {
  checkOptions("expression", options, ["start", "rise", "hold", "fall", "intensity", "style", "seed"]);
  if (!expressionNames.includes(name)) throw new OptionError({ where: "expression", expected: `one of ${expressionNames.join(", ")}`, received: `"${String(name)}"` });
  const { style, seed } = options;
  const { times, intensity } = timingSeconds("expression", options);
  const random = seed === undefined ? undefined : new Random(seed, `expression ${name}`);
  const own = (Object.entries(expressionUnits[name]) as unknown as [string, number][]).map(([au, value]) => [Number(au) as ActionUnitNumber, value * (style?.factor(name, Number(au) as ActionUnitNumber) ?? 1)] as const);
  const movements: Movement[] = [];
  for (const [au, value] of [...own, ...(style?.foreign(name) ?? [])]) {
    const strength = Math.min(1.15, value * intensity * (random === undefined ? 1 : Math.max(0.5, random.normal(1, 0.08))));
    if (strength <= 0) continue;
    const [left, right] = style?.sides(au) ?? [1, 1];
    const contempt = name === "contempt" && expressionUnits.contempt[au] !== undefined ? (style?.contempt ?? "left") : undefined;
    movements.push({
      au,
      ...times,
      start: Math.max(0, times.start + (random?.normal(0, 0.02) ?? 0)),
      left: strength * left * (contempt === "right" ? 0.08 : 1),
      right: strength * right * (contempt === "left" ? 0.08 : 1),
    });
  }
  return movements;
}
