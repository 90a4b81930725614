/**
 * Who is trained on and who is tested on, by protocol.
 * @module
 */
import { DataError, OptionError } from "../errors.js";
import type { Clip, Dataset, Split } from "../data/index.js";
import { ClipSet } from "../data/clip-set.js";
import { makeSplit } from "../data/split.js";
import { Random } from "../simulate/face/random.js";
import type { Method } from "./method.js";

/**
 * - "paper": the published parts, no validation; the score is that of the best epoch on the test clips, as published.
 * - "subject-disjoint": folds of people; validation, of other people, chooses the epoch.
 * - "leaky": folds of clips of the same sizes, people on all sides; validation chooses the epoch. Never a result: beside
 *   "subject-disjoint" it measures how much knowing the people flatters.
 */
export type EvaluationProtocol = "paper" | "subject-disjoint" | "leaky";
export const protocolNames: readonly EvaluationProtocol[] = ["paper", "subject-disjoint", "leaky"];

/** What each protocol is, for reports. */
export const protocolTexts: Readonly<Record<EvaluationProtocol, string>> = {
  paper: "The published parts. There is no validation, so the published score is that of the best epoch on the test clips: the test chooses what is tested.",
  "subject-disjoint": "Folds of people: nobody is trained on and tested on. The epoch is chosen on the clips of further people.",
  leaky: "Folds of clips, not of people: the same people stand on all sides. Sizes are those of the subject-disjoint folds. Not a result, but a measure of what knowing the people is worth.",
};

export interface FoldOptions {
  readonly seed: number;
  readonly folds: number;
  /** How many of them are tested on. */
  readonly testFolds: number;
  readonly leakage: "refuse" | "allow";
}

export interface PlannedSplit {
  readonly fold: number;
  readonly split: Split;
}

/** The splits of a protocol. @throws DataError for people on both sides that nobody asked for; OptionError */
export function plannedSplits(faces: Dataset, protocol: EvaluationProtocol, { seed, folds, testFolds, leakage }: FoldOptions): PlannedSplit[] {
  if (!protocolNames.includes(protocol)) throw new OptionError({ where: "evaluate: protocols", expected: `some of ${protocolNames.join(", ")}`, received: `"${String(protocol)}"` });
  if (protocol === "paper") return [{ fold: 0, split: faces.split("paper", { seed, leakage }) }];
  const numbers = Array.from({ length: testFolds }, (_, fold) => fold);
  if (protocol === "subject-disjoint") return numbers.map((fold) => ({ fold, split: faces.split("subject-disjoint", { seed, folds, fold }) }));
  const dealt = clipFolds([...faces.clips()], folds, seed);
  return numbers.map((fold) => {
    const validation = (fold + 1) % folds;
    const side = (wanted: (at: number) => boolean): ClipSet => new ClipSet(dealt.flatMap((clips, at) => (wanted(at) ? clips : [])));
    return { fold, split: makeSplit(`leaky ${fold + 1}/${folds}, seed ${seed}`, { train: side((at) => at !== fold && at !== validation), validation: side((at) => at === validation), test: side((at) => at === fold) }, "allow") };
  });
}

/** Clips of each label, in an order drawn from the seed, dealt to the folds like cards. */
function clipFolds(clips: readonly Clip[], folds: number, seed: number): Clip[][] {
  const random = new Random(seed, "clip folds");
  const order = clips
    .map((clip) => ({ clip, draw: random.uniform() }))
    .sort((a, b) => (a.clip.classIndex ?? -1) - (b.clip.classIndex ?? -1) || a.draw - b.draw);
  const made = Array.from({ length: folds }, (): Clip[] => []);
  order.forEach(({ clip }, i) => made[i % folds]!.push(clip));
  return made;
}

/**
 * A split of which a share of the training people is kept, at least one. The order of the people is drawn from the seed:
 * a smaller share of the same seed is part of a larger one. Validation and test stay whole.
 */
export function withLabels(split: Split, share: number, seed: number): Split {
  if (share === 1) return split;
  const known = shares.get(split) ?? new Map<string, Split>();
  shares.set(split, known);
  const key = `${share} ${seed}`;
  if (!known.has(key)) known.set(key, shareOf(split, share, seed));
  return known.get(key)!;
}

/** The same share is the same split, so that methods share what was read of it. */
const shares = new WeakMap<Split, Map<string, Split>>();

function shareOf(split: Split, share: number, seed: number): Split {
  const random = new Random(seed, "label share");
  const people = split.train.subjects.map((subject) => ({ subject, draw: random.uniform() })).sort((a, b) => a.draw - b.draw);
  const kept = new Set(people.slice(0, Math.max(1, Math.round(share * people.length))).map(({ subject }) => subject));
  return makeSplit(`${split.name}, ${Number((share * 100).toPrecision(3))} % of the training people, seed ${seed}`, { ...split, train: new ClipSet([...split.train].filter(({ subject }) => kept.has(subject))) }, "allow");
}

/** @throws DataError when a method has met people whom it is tested on. */
export function checkSeen({ name, seen }: Method, { name: where, test }: Split): void {
  const met = new Set(seen);
  const known = test.subjects.filter((subject) => met.has(subject));
  if (known.length === 0) return;
  throw new DataError({
    where: `${name} on ${where}`,
    expected: "a method that has not met the people it is tested on",
    received: `${known.length} whom it was pretrained on (${known.slice(0, 5).join(", ")}${known.length > 5 ? ", …" : ""})`,
    next: 'Pretrain on the training people of each split, or say { leakage: "allow" }',
  });
}
