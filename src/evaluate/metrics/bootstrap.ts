/**
 * Intervals by resampling people.
 *
 * Clips of one person are alike, so a person is drawn with all clips or not at all; with several seeds, seeds are drawn
 * as well. Every method sees the same draws, so the difference between two of them is paired. Percentile intervals
 * (Efron 1979): with few people they are somewhat too short, and with fewer than ten they are no more than a hint.
 * @module
 */
import { OptionError } from "../../errors.js";
import { Random } from "../../simulate/face/random.js";

/** Which scores there are, and how they follow from a sum of tallies. */
export interface Scorer<Name extends string> {
  readonly names: readonly Name[];
  readonly of: (sums: Float64Array) => Readonly<Record<Name, number>>;
}

/** Tallies of one method: by seed, by person. Methods without a seed have one entry. */
export type SeededTallies = readonly ReadonlyMap<string, Float64Array>[];

/** An estimate between its limits. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** How many draws; 2000 is customary. */
  readonly draws: number;
  readonly seed: number;
}

/** Scores of some methods in every draw. */
export class Bootstrap<Name extends string> {
  readonly #values: readonly Readonly<Record<Name, number>>[];
  readonly #draws: readonly Readonly<Record<Name, Float64Array>>[];

  /** @throws OptionError for fewer than one draw, or methods with different numbers of seeds (other than one). */
  constructor(methods: readonly SeededTallies[], scorer: Scorer<Name>, { draws, seed }: BootstrapOptions) {
    if (!(Number.isSafeInteger(draws) && draws >= 1 && draws <= 1_000_000)) throw new OptionError({ where: "bootstrap: draws", expected: "a whole number from 1 to 1000000", received: String(draws) });
    const seeds = Math.max(1, ...methods.map(({ length }) => length));
    const uneven = methods.find(({ length }) => length !== 1 && length !== seeds);
    if (uneven) throw new OptionError({ where: "bootstrap", expected: `tallies of one seed or of ${seeds}`, received: `of ${uneven.length}` });
    const subjects = [...new Set(methods.flatMap((bySeed) => bySeed.flatMap((tallies) => [...tallies.keys()])))].sort();
    this.#values = methods.map((bySeed) => meanScores(bySeed, subjects, ones(subjects.length), ones(bySeed.length), scorer));
    this.#draws = methods.map(() => Object.fromEntries(scorer.names.map((name) => [name, new Float64Array(draws)])) as Record<Name, Float64Array>);
    const random = new Random(seed, "bootstrap");
    for (let draw = 0; draw < draws; draw++) {
      const ofSubjects = resample(random, subjects.length);
      const ofSeeds = resample(random, seeds);
      methods.forEach((bySeed, m) => {
        const found = meanScores(bySeed, subjects, ofSubjects, bySeed.length === 1 ? ones(1) : ofSeeds, scorer);
        for (const name of scorer.names) this.#draws[m]![name][draw] = found[name];
      });
    }
  }

  /** A score of a method, with the limits that hold `level` of the draws between them. */
  interval(method: number, score: Name, level = 0.95): Interval {
    return between(this.#values[method]![score], this.#draws[method]![score], level);
  }

  /** How much higher `method` scores than `other`, draw by draw. */
  difference(method: number, other: number, score: Name, level = 0.95): Interval {
    const [a, b] = [this.#draws[method]![score], this.#draws[other]![score]];
    return between(this.#values[method]![score] - this.#values[other]![score], a.map((value, i) => value - b[i]!), level);
  }
}

/** Mean over seeds of the scores over people, each counted as often as it was drawn. NaN where nothing was drawn. */
function meanScores<Name extends string>(bySeed: SeededTallies, subjects: readonly string[], ofSubjects: Uint32Array, ofSeeds: Uint32Array, scorer: Scorer<Name>): Record<Name, number> {
  const mean = Object.fromEntries(scorer.names.map((name) => [name, 0])) as Record<Name, number>;
  const total = ofSeeds.reduce((sum, times) => sum + times, 0);
  bySeed.forEach((tallies, s) => {
    if (ofSeeds[s] === 0) return;
    let sums: Float64Array | undefined;
    for (let i = 0; i < subjects.length; i++) {
      const times = ofSubjects[i]!;
      const own = times === 0 ? undefined : tallies.get(subjects[i]!);
      if (own === undefined) continue;
      sums ??= new Float64Array(own.length);
      for (let k = 0; k < sums.length; k++) sums[k]! += times * own[k]!;
    }
    const found = sums && scorer.of(sums);
    for (const name of scorer.names) mean[name] += ((found?.[name] ?? NaN) * ofSeeds[s]!) / total;
  });
  return mean;
}

/** How often each of `count` things is drawn in `count` draws with replacement. */
function resample(random: Random, count: number): Uint32Array {
  const times = new Uint32Array(count);
  for (let i = 0; i < count; i++) times[Math.floor(random.uniform() * count)]!++;
  return times;
}

const ones = (count: number): Uint32Array => new Uint32Array(count).fill(1);

function between(value: number, draws: Float64Array, level: number): Interval {
  const sorted = draws.filter((draw) => !Number.isNaN(draw)).sort();
  return { value, low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
}

/** With linear interpolation between neighbours, as numpy has it. */
function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
