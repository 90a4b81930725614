/**
 * Who is trained on and who is tested on.
 *
 * A network that has seen a person may know the person instead of the expression. So a split with people on both sides is
 * refused, unless the caller says that it is wanted: to repeat a paper, and to measure how much it flatters.
 * @module
 */
import { DataError } from "../errors.js";
import { Random } from "../simulate/face/random.js";
import type { Clip } from "./clip.js";
import type { ClipSet } from "./clip-set.js";

export interface Split {
  readonly name: string;
  readonly train: ClipSet;
  /** For choosing an epoch; the paper's protocols have none. */
  readonly validation: ClipSet | undefined;
  readonly test: ClipSet;
  /** People who stand on more than one side. */
  readonly leakage: Leakage;
}

export interface Leakage {
  readonly subjects: readonly string[];
  /** Test clips whose subject is trained on, of how many. */
  readonly clips: number;
  readonly of: number;
}

/** Subjects of the test or validation clips who are trained on as well, and of the test clips who choose the epoch. */
export function leakageOf({ train, validation, test }: Pick<Split, "train" | "validation" | "test">): Leakage {
  const trained = new Set(train.subjects);
  const chosen = new Set(validation?.subjects);
  const known = (subject: string): boolean => trained.has(subject) || chosen.has(subject);
  const subjects = [...new Set([...test.subjects.filter(known), ...[...chosen].filter((subject) => trained.has(subject))])].sort();
  return { subjects, clips: [...test].filter(({ subject }) => known(subject)).length, of: test.length };
}

/** A split with its leakage. @throws DataError when people stand on two sides and that is not allowed, or a side is empty. */
export function makeSplit(name: string, sides: Pick<Split, "train" | "validation" | "test">, leakage: "refuse" | "allow"): Split {
  for (const side of ["train", "test"] as const) {
    if (sides[side].length === 0) throw new DataError({ where: `split ${name}`, expected: `clips to ${side} on`, received: "none", next: "Use more subjects, or another protocol" });
  }
  const found = leakageOf(sides);
  if (found.subjects.length > 0 && leakage === "refuse") {
    const { subjects } = found;
    throw new DataError({
      where: `split ${name}`,
      expected: "nobody on both sides",
      received: `${subjects.length} people who are (${subjects.slice(0, 5).join(", ")}${subjects.length > 5 ? ", …" : ""}), with ${found.clips} of ${found.of} test clips`,
      next: 'Use "subject-disjoint"; to repeat the published protocol as it is, say { leakage: "allow" }',
    });
  }
  return { name, ...sides, leakage: found };
}

/**
 * Subjects in folds of like size and like labels: in an order drawn from the seed, those with most clips first, each joins
 * the fold that then has the fewest clips of the same labels.
 */
export function subjectFolds(clips: readonly Clip[], folds: number, seed: number): ReadonlySet<string>[] {
  const random = new Random(seed, "subject folds");
  const counts = new Map<string, Map<string, number>>();
  for (const { subject, label = "" } of clips) {
    const own = counts.get(subject) ?? new Map<string, number>();
    own.set(label, (own.get(label) ?? 0) + 1);
    counts.set(subject, own);
  }
  const size = (own: ReadonlyMap<string, number>): number => [...own.values()].reduce((sum, count) => sum + count, 0);
  const order = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([subject, own]) => ({ subject, own, draw: random.uniform() })).sort((a, b) => size(b.own) - size(a.own) || a.draw - b.draw);
  const made = Array.from({ length: folds }, () => ({ subjects: new Set<string>(), labels: new Map<string, number>() }));
  for (const { subject, own } of order) {
    const load = ({ labels }: (typeof made)[number]): number => [...own].reduce((sum, [label, count]) => sum + count * (labels.get(label) ?? 0), 0);
    const least = made.reduce((best, fold) => (load(fold) - load(best) || fold.subjects.size - best.subjects.size) < 0 ? fold : best);
    least.subjects.add(subject);
    for (const [label, count] of own) least.labels.set(label, (least.labels.get(label) ?? 0) + count);
  }
  return made.map(({ subjects }) => subjects);
}
