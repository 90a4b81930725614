/**
 * Sums from which every score of a classifier follows.
 *
 * Tallies of people add up to the tally of a test set, so that a bootstrap draw is an addition and not a second pass over
 * the judgements. Layout: confusion matrix (true class by row), number, Brier sum, log loss sum, then of each bin of
 * confidence the number, the sum of confidences, and the hits.
 * @module
 */
import { argmax } from "../predictions.js";
import type { Judgement } from "../method.js";

/** Bins of equal width over the confidence, as Guo et al. 2017 have them. */
export const bins = 15;

/** As scikit-learn clips: a probability of zero for the truth costs 36. */
const smallest = Number.EPSILON;

export const tallyLength = (classes: number): number => classes * classes + 3 + 3 * bins;

/** Tally of judgements over `classes` classes. */
export function tally(judgements: readonly Judgement[], classes: number): Float64Array {
  const sums = new Float64Array(tallyLength(classes));
  for (const judgement of judgements) addTo(sums, judgement, classes);
  return sums;
}

/** Tallies by person. */
export function talliesBySubject(judgements: readonly Judgement[], classes: number): Map<string, Float64Array> {
  const tallies = new Map<string, Float64Array>();
  for (const judgement of judgements) {
    let sums = tallies.get(judgement.subject);
    if (sums === undefined) tallies.set(judgement.subject, (sums = new Float64Array(tallyLength(classes))));
    addTo(sums, judgement, classes);
  }
  return tallies;
}

function addTo(sums: Float64Array, { label, probabilities }: Judgement, classes: number): void {
  const said = argmax(probabilities);
  const confidence = probabilities[said]!;
  let brier = 0;
  for (let k = 0; k < classes; k++) brier += (probabilities[k]! - (k === label ? 1 : 0)) ** 2;
  const after = classes * classes;
  sums[label * classes + said]!++;
  sums[after]!++;
  sums[after + 1]! += brier;
  sums[after + 2]! -= Math.log(Math.min(1, Math.max(smallest, probabilities[label]!)));
  const bin = after + 3 + 3 * Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
  sums[bin]!++;
  sums[bin + 1]! += confidence;
  if (said === label) sums[bin + 2]!++;
}
