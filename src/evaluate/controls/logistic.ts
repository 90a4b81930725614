/**
 * Multinomial logistic regression with an L2 penalty.
 *
 * Minimises `sum over rows of −log p(label) + ‖weights‖² / (2 C)`, intercepts free, as scikit-learn's LogisticRegression
 * does: `C` means the same there for three classes and more. For two it keeps one set of weights, whose `C` is twice ours.
 * @module
 */
import { OptionError } from "../../errors.js";
import { minimise } from "./minimise.js";

export interface Rows {
  /** Row by row. */
  readonly x: Float64Array;
  readonly features: number;
}

export interface LogisticOptions {
  /** Inverse strength of the penalty. */
  readonly C: number;
  readonly classes: number;
  /** Largest entry of the gradient of the mean loss at the end. Default 1e-4, as scikit-learn's. */
  readonly tolerance?: number;
  /** Default 500. */
  readonly iterations?: number;
  /** Where to begin: the solution for another C makes it quick. */
  readonly start?: Logistic;
}

export interface Logistic {
  readonly features: number;
  /** Classes that the training rows had; the others get probability 0. */
  readonly present: readonly number[];
  readonly classes: number;
  /** For each present class its weights, then its intercept. */
  readonly parameters: Float64Array;
}

/** Fits weights to rows and their labels. @throws OptionError when rows and labels do not match, or a number is none. */
export function fitLogistic({ x, features }: Rows, labels: ArrayLike<number>, options: LogisticOptions): Logistic {
  const { C, classes, tolerance = 1e-4, iterations = 500, start } = options;
  const rows = labels.length;
  if (rows === 0 || x.length !== rows * features) throw new OptionError({ where: "logistic regression", expected: `${features} numbers for each of ${rows || "some"} labels`, received: String(x.length) });
  if (!(C > 0)) throw new OptionError({ where: "logistic regression: C", expected: "a number above zero", received: String(C) });
  if (!x.every(Number.isFinite)) throw new OptionError({ where: "logistic regression", expected: "finite numbers", received: "NaN or infinity" });
  const present = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const place = new Int32Array(classes).fill(-1);
  present.forEach((label, k) => (place[label] = k));
  const count = present.length;
  const width = features + 1;
  const scores = new Float64Array(count);
  const objective = (w: Float64Array, gradient: Float64Array): number => {
    let loss = 0;
    gradient.fill(0);
    for (let row = 0; row < rows; row++) {
      softmaxScores(w, x, row * features, features, scores);
      const truth = place[labels[row]!]!;
      loss -= Math.log(Math.max(Number.MIN_VALUE, scores[truth]!));
      for (let k = 0; k < count; k++) {
        const error = scores[k]! - (k === truth ? 1 : 0);
        const at = k * width;
        for (let j = 0; j < features; j++) gradient[at + j]! += error * x[row * features + j]!;
        gradient[at + features]! += error;
      }
    }
    for (let k = 0; k < count; k++) {
      for (let at = k * width; at < k * width + features; at++) {
        loss += w[at]! ** 2 / (2 * C);
        gradient[at]! += w[at]! / C;
      }
    }
    return loss;
  };
  const before = start?.features === features && start.present.join() === present.join() ? start.parameters : new Float64Array(count * width);
  return { features, present, classes, parameters: count === 1 ? before : minimise(objective, before, { tolerance: tolerance * rows, iterations }) };
}

/** Probabilities of the classes for each row. */
export function predictLogistic({ features, present, classes, parameters }: Logistic, { x }: Rows): Float32Array[] {
  const scores = new Float64Array(present.length);
  return Array.from({ length: x.length / features }, (_, row) => {
    softmaxScores(parameters, x, row * features, features, scores);
    const probabilities = new Float32Array(classes);
    present.forEach((label, k) => (probabilities[label] = scores[k]!));
    return probabilities;
  });
}

function softmaxScores(w: Float64Array, x: Float64Array, row: number, features: number, out: Float64Array): void {
  let top = -Infinity;
  for (let k = 0; k < out.length; k++) {
    const at = k * (features + 1);
    let score = w[at + features]!;
    for (let j = 0; j < features; j++) score += w[at + j]! * x[row + j]!;
    out[k] = score;
    top = Math.max(top, score);
  }
  let total = 0;
  for (let k = 0; k < out.length; k++) total += out[k] = Math.exp(out[k]! - top);
  for (let k = 0; k < out.length; k++) out[k]! /= total;
}

/** Mean and deviation of each column, to bring others to the same scale; a column that never changes stays. */
export interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export function scaleOf({ x, features }: Rows): Scale {
  const rows = x.length / features;
  const [mean, deviation] = [new Float64Array(features), new Float64Array(features)];
  for (let i = 0; i < x.length; i++) mean[i % features]! += x[i]! / rows;
  for (let i = 0; i < x.length; i++) deviation[i % features]! += (x[i]! - mean[i % features]!) ** 2 / rows;
  return { mean, deviation: deviation.map((variance) => (variance > 0 ? Math.sqrt(variance) : 1)) };
}

export function scaled({ x, features }: Rows, { mean, deviation }: Scale): Rows {
  return { features, x: x.map((value, i) => (value - mean[i % features]!) / deviation[i % features]!) };
}
