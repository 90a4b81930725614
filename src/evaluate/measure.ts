/**
 * From the cells of a protocol to its scores, intervals and comparisons.
 * @module
 */
import type { Cell } from "./cell.js";
import type { Judgement, Predictions } from "./method.js";
import { Bootstrap, type BootstrapOptions, type Interval, type SeededTallies } from "./metrics/bootstrap.js";
import { mcnemar } from "./metrics/mcnemar.js";
import { classification, classScores, confusionMatrix, reliability, scoreNames, type ScoreName } from "./metrics/scores.js";
import { talliesBySubject, tally } from "./metrics/tally.js";
import { argmax, sequences } from "./predictions.js";
import type { Comparison, Level, Measured } from "./report/data.js";

/** What a method said in all folds, by seed; one seed for methods that have none. */
export interface Said {
  readonly method: string;
  readonly chosen: readonly Both[];
  /** By the best epoch on the test clips; absent without epochs. */
  readonly best?: readonly Both[];
}

interface Both {
  readonly unit: "frame" | "window";
  readonly windows: readonly Judgement[];
  readonly sequences: readonly Judgement[];
}

/** The folds of each seed put together. */
export function said(method: string, cellsBySeed: readonly (readonly Cell[])[]): Said {
  const both = (predictions: readonly Predictions[]): Both => ({ unit: predictions[0]!.unit ?? "window", windows: predictions.flatMap(({ windows }) => windows), sequences: predictions.flatMap(sequences) });
  const whole = cellsBySeed.every((cells) => cells.every(({ best }) => best !== undefined));
  return { method, chosen: cellsBySeed.map((cells) => both(cells.map(({ test }) => test))), ...(whole && { best: cellsBySeed.map((cells) => both(cells.map(({ best }) => best!.test))) }) };
}

/** Things said of one test set, measured with the same draws, so that any two can be compared. */
export class Measurement {
  readonly #sides: readonly (readonly Both[])[];
  readonly #classes: readonly string[];
  readonly #level: number;
  readonly #windows: Bootstrap<ScoreName>;
  readonly #sequences: Bootstrap<ScoreName>;

  constructor(sides: readonly (readonly Both[])[], classes: readonly string[], { level, ...options }: BootstrapOptions & { readonly level: number }) {
    this.#sides = sides;
    this.#classes = classes;
    this.#level = level;
    const tallies = (of: (both: Both) => readonly Judgement[]): SeededTallies[] => sides.map((bySeed) => bySeed.map((both) => talliesBySubject(of(both), classes.length)));
    this.#windows = new Bootstrap(tallies(({ windows }) => windows), classification(classes.length), options);
    this.#sequences = new Bootstrap(tallies((both) => both.sequences), classification(classes.length), options);
  }

  measured(side: number): Measured {
    const bySeed = this.#sides[side]!;
    const level = (unit: Level["unit"], of: (both: Both) => readonly Judgement[], bootstrap: Bootstrap<ScoreName>): Level => {
      const sums = tally(bySeed.flatMap(of), this.#classes.length);
      return {
        unit,
        count: of(bySeed[0]!).length,
        scores: Object.fromEntries(scoreNames.map((name) => [name, bootstrap.interval(side, name, this.#level)])) as Record<ScoreName, Interval>,
        confusion: confusionMatrix(sums, this.#classes.length),
        classes: classScores(sums, this.#classes),
        reliability: reliability(sums, this.#classes.length),
      };
    };
    const { unit, windows } = bySeed[0]!;
    return { ...(windows.length > 0 && { windows: level(unit, (both) => both.windows, this.#windows) }), sequences: level("sequence", (both) => both.sequences, this.#sequences) };
  }

  /** How much higher the accuracy of `side` is. */
  difference(side: number, other: number): { windows?: Interval; sequences: Interval } {
    const judged = [side, other].every((each) => this.#sides[each]!.every(({ windows }) => windows.length > 0));
    return { ...(judged && { windows: this.#windows.difference(side, other, "accuracy", this.#level) }), sequences: this.#sequences.difference(side, other, "accuracy", this.#level) };
  }

  compare(names: readonly [string, string], [side, other]: readonly [number, number], seeds: readonly number[]): Comparison {
    const [a, b] = [this.#sides[side]!, this.#sides[other]!];
    return {
      method: names[0],
      other: names[1],
      accuracy: this.#sequences.difference(side, other, "accuracy", this.#level),
      balancedAccuracy: this.#sequences.difference(side, other, "balancedAccuracy", this.#level),
      mcnemar: seeds.slice(0, Math.max(a.length, b.length)).map((seed, s) => ({ seed, ...disagreement(a[Math.min(s, a.length - 1)]!.sequences, b[Math.min(s, b.length - 1)]!.sequences) })),
    };
  }
}

/** McNemar's test over the clips that both judged. */
export function disagreement(first: readonly Judgement[], second: readonly Judgement[]): ReturnType<typeof mcnemar> {
  const right = (judgements: readonly Judgement[]): Map<string, boolean> => new Map(judgements.map(({ clip, label, probabilities }) => [clip, argmax(probabilities) === label]));
  const of = right(second);
  let [one, two] = [0, 0];
  for (const [clip, correct] of right(first)) {
    const other = of.get(clip);
    if (other === undefined || other === correct) continue;
    if (correct) one++;
    else two++;
  }
  return mcnemar(one, two);
}
