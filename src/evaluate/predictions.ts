/**
 * Judgements of windows: whether they can be scored, and what they say of whole clips.
 * @module
 */
import type { ClipSet } from "../data/index.js";
import { PredictionError } from "../errors.js";
import type { Judgement, Predictions } from "./method.js";

/** Below it a probability counts as this: a network that rounds to zero is wrong, not infinitely wrong. */
const smallest = 1e-12;

/**
 * Checks what a method gave for `clips`: a judgement of each, of no other, with its label and with probabilities.
 * @throws PredictionError naming the clip.
 */
export function checkPredictions(where: string, predictions: Predictions, classes: readonly string[], clips: ClipSet): void {
  const fail = (expected: string, received: string, next?: string): never => {
    throw new PredictionError({ where, expected, received, next });
  };
  if (predictions.classes.length !== classes.length || predictions.classes.some((name, i) => name !== classes[i])) fail(`the classes ${classes.join(", ")}`, predictions.classes.join(", ") || "none");
  const asked = new Map([...clips].flatMap(({ id, subject, label }) => (label === undefined || !classes.includes(label) ? [] : [[id, { subject, label: classes.indexOf(label) }] as const])));
  for (const rows of [predictions.windows, predictions.clips]) {
    if (rows === undefined || (rows.length === 0 && rows === predictions.windows && predictions.clips !== undefined)) continue;
    const judged = new Set<string>();
    for (const { clip, subject, label, probabilities } of rows) {
      const known = asked.get(clip);
      if (known === undefined) fail("judgements of the clips asked for", `one of ${clip}`, "Judge the test clips of the split, all of them and no others");
      if (known!.label !== label || known!.subject !== subject) fail(`label ${known!.label} of ${known!.subject} for clip ${clip}`, `label ${label} of ${subject}`);
      checkProbabilities(`${where}, clip ${clip}`, probabilities, classes.length);
      judged.add(clip);
    }
    const missing = [...asked.keys()].filter((id) => !judged.has(id));
    if (missing.length > 0) fail(`judgements of all ${asked.size} clips`, `none of ${missing.length} of them (${missing.slice(0, 3).join(", ")}${missing.length > 3 ? ", …" : ""})`, "A clip without windows needs a judgement too: the shares of the classes in the training clips");
  }
}

function checkProbabilities(where: string, probabilities: Float32Array, classes: number): void {
  const fault = (received: string): never => {
    throw new PredictionError({ where, expected: `${classes} probabilities that sum to 1`, received, ...(received.includes("NaN") && { next: "The network diverged: a lower learning rate or gradient clipping helps" }) });
  };
  if (probabilities.length !== classes) fault(`${probabilities.length}`);
  let sum = 0;
  for (const probability of probabilities) {
    if (!(probability >= 0 && probability <= 1.001)) fault(`one of ${probability}`);
    sum += probability;
  }
  if (Math.abs(sum - 1) > 1e-3) fault(`${classes} that sum to ${sum.toPrecision(4)}`);
}

/**
 * One judgement a clip, in the order of their first windows: the method's own where it gives one; otherwise the mean
 * log-probability over its windows, turned back into probabilities.
 */
export function sequences({ windows, clips }: Predictions): readonly Judgement[] {
  if (clips !== undefined) return clips;
  const byClip = new Map<string, { first: Judgement; logs: Float64Array; count: number }>();
  for (const window of windows) {
    const sum = byClip.get(window.clip) ?? { first: window, logs: new Float64Array(window.probabilities.length), count: 0 };
    window.probabilities.forEach((probability, k) => (sum.logs[k]! += Math.log(Math.max(probability, smallest))));
    sum.count++;
    byClip.set(window.clip, sum);
  }
  return [...byClip].map(([clip, { first, logs, count }]) => ({ clip, subject: first.subject, label: first.label, probabilities: softmax(logs.map((log) => log / count)) }));
}

function softmax(logs: Float64Array): Float32Array {
  const top = Math.max(...logs);
  const powers = logs.map((log) => Math.exp(log - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return Float32Array.from(powers, (power) => power / total);
}

/** Place of the largest; the first of several. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
