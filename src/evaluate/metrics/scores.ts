/**
 * Scores of a classifier.
 * @module
 */
import { PredictionError } from "../../errors.js";
import type { Judgement } from "../method.js";
import type { Scorer } from "./bootstrap.js";
import { bins, tally } from "./tally.js";

export interface Scores {
  /** Judgements scored. */
  readonly count: number;
  /** Share of judgements whose most probable class is the true one. */
  readonly accuracy: number;
  /** Mean recall of the classes that occur: each class counts alike, however rare. */
  readonly balancedAccuracy: number;
  /** Mean F1 of the classes that occur or are named. */
  readonly macroF1: number;
  /** Expected calibration error over {@link bins} bins of equal width: how far confidence is from accuracy. Guo et al. 2017. */
  readonly calibrationError: number;
  /** Mean squared distance of the probabilities from the truth, summed over classes: 0 to 2. Brier 1950. */
  readonly brier: number;
  /** Mean negative natural logarithm of the probability of the truth. */
  readonly logLoss: number;
}

/** Scores that are one number, by name. */
export type ScoreName = Exclude<keyof Scores, "count">;
export const scoreNames = ["accuracy", "balancedAccuracy", "macroF1", "calibrationError", "brier", "logLoss"] as const satisfies readonly ScoreName[];

export interface ClassScores {
  readonly name: string;
  /** Judgements whose true class it is. */
  readonly support: number;
  /** `undefined` where it was never named. */
  readonly precision: number | undefined;
  /** `undefined` where it does not occur. */
  readonly recall: number | undefined;
  /** `undefined` where it neither occurs nor is named. */
  readonly f1: number | undefined;
}

/** Judgements of like confidence. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean confidence; 0 in an empty bin. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** All scores of judgements. @throws PredictionError when there are none. */
export function scores(judgements: readonly Judgement[], classes: number): Scores {
  return scoresOf(tally(judgements, classes), classes);
}

/** @throws PredictionError for an empty tally. */
export function scoresOf(sums: Float64Array, classes: number): Scores {
  const all = classes * classes;
  const count = sums[all]!;
  if (count === 0) throw new PredictionError({ where: "scores", expected: "at least one judgement", received: "none" });
  let [hits, recalls, occurring, f1s, named] = [0, 0, 0, 0, 0];
  for (let k = 0; k < classes; k++) {
    const { right, support, said } = ofClass(sums, classes, k);
    hits += right;
    if (support > 0) {
      recalls += right / support;
      occurring++;
    }
    if (support + said > 0) {
      f1s += (2 * right) / (support + said);
      named++;
    }
  }
  let gap = 0;
  for (let at = all + 3; at < all + 3 + 3 * bins; at += 3) gap += Math.abs(sums[at + 1]! - sums[at + 2]!);
  return {
    count,
    accuracy: hits / count,
    balancedAccuracy: recalls / occurring,
    macroF1: f1s / named,
    calibrationError: gap / count,
    brier: sums[all + 1]! / count,
    logLoss: sums[all + 2]! / count,
  };
}

/** The scores of a classifier, for a bootstrap. */
export const classification = (classes: number): Scorer<ScoreName> => ({ names: scoreNames, of: (sums) => scoresOf(sums, classes) });

/** Scores of each class. */
export function classScores(sums: Float64Array, classes: readonly string[]): ClassScores[] {
  return classes.map((name, k) => {
    const { right, support, said } = ofClass(sums, classes.length, k);
    return { name, support, precision: said > 0 ? right / said : undefined, recall: support > 0 ? right / support : undefined, f1: support + said > 0 ? (2 * right) / (support + said) : undefined };
  });
}

/** Counts by true class (row) and named class (column). */
export function confusionMatrix(sums: Float64Array, classes: number): number[][] {
  return Array.from({ length: classes }, (_, row) => Array.from(sums.subarray(row * classes, (row + 1) * classes)));
}

/** The bins of a reliability diagram. */
export function reliability(sums: Float64Array, classes: number): ReliabilityBin[] {
  return Array.from({ length: bins }, (_, i) => {
    const at = classes * classes + 3 + 3 * i;
    const count = sums[at]!;
    return { from: i / bins, to: (i + 1) / bins, count, confidence: count > 0 ? sums[at + 1]! / count : 0, accuracy: count > 0 ? sums[at + 2]! / count : 0 };
  });
}

function ofClass(sums: Float64Array, classes: number, k: number): { right: number; support: number; said: number } {
  let [support, said] = [0, 0];
  for (let other = 0; other < classes; other++) {
    support += sums[k * classes + other]!;
    said += sums[other * classes + k]!;
  }
  return { right: sums[k * classes + k]!, support, said };
}
