/**
 * A data set on disk, described by its manifest, read lazily.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { checkOptions, DataError, OptionError } from "../errors.js";
import { Clip } from "./clip.js";
import { ClipSet } from "./clip-set.js";
import { takeInventory } from "./inventory.js";
import { madePlan, sensorOf } from "./made.js";
import { makeDataset, type MakeOptions } from "./make/index.js";
import { manifest as manifestOf, type DatasetName, type Manifest } from "./manifest.js";
import { people } from "./people.js";
import { readers } from "./read/readers.js";
import { makeSplit, subjectFolds, type Split } from "./split.js";

export type ProtocolName = "paper" | "subject-disjoint";

export interface SplitOptions {
  /** Draws the folds of "subject-disjoint"; "paper" is fixed. */
  readonly seed: number;
  /** How many folds; 5 when left out. One is tested on, the next one chooses the epoch, the others train. */
  readonly folds?: number;
  /** Which fold is tested on, from 0. Default 0. */
  readonly fold?: number;
  /** "allow" keeps a split with people on both sides, which is refused otherwise. */
  readonly leakage?: "refuse" | "allow";
}

export interface DatasetOptions {
  /** The folder of your copy. */
  readonly root?: string;
  /** Instead of a copy: synthetic people in its layout, made on the spot where they are not there yet. */
  readonly made?: MakeOptions;
  /** Set of labels, where there are several: NEFER's "expected" (the default) or "reported". */
  readonly labels?: string;
  readonly signal?: AbortSignal;
}

export class Dataset extends ClipSet {
  readonly manifest: Manifest;
  readonly root: string;
  /** True for synthetic people. */
  readonly made: boolean;
  /** Set of labels in use. */
  readonly labelSet: string;

  /** @internal */
  constructor(clips: readonly Clip[], { manifest, root, made, labelSet }: { manifest: Manifest; root: string; made: boolean; labelSet: string }) {
    super(clips);
    this.manifest = manifest;
    this.root = root;
    this.made = made;
    this.labelSet = labelSet;
  }

  /** Names of the classes in use, in the order of their indices. */
  get classes(): readonly string[] {
    const used = this.counts;
    return this.manifest.labels.classes.map(({ name }) => name).filter((name) => Object.hasOwn(used, name));
  }

  /**
   * Clips to train, validate and test on. "paper": the published parts, without validation. "subject-disjoint": folds of
   * subjects with like labels.
   * @throws DataError when people stand on both sides and `leakage` is not "allow"; OptionError
   */
  split(protocol: ProtocolName, options: SplitOptions): Split {
    checkOptions("split", options, ["seed", "folds", "fold", "leakage"]);
    const { seed, folds = 5, fold = 0, leakage = "refuse" } = options;
    if (!Number.isInteger(seed)) throw new OptionError({ where: "split: seed", expected: "a whole number", received: String(seed) });
    if (leakage !== "refuse" && leakage !== "allow") throw new OptionError({ where: "split: leakage", expected: "refuse or allow", received: String(leakage) });
    const clips = [...this.clips()];
    if (protocol === "paper") {
      const { parts } = this.manifest.splits.paper;
      const side = (name: string): ClipSet => new ClipSet(clips.filter(({ part }) => part !== undefined && parts[part] === name));
      return makeSplit("paper", { train: side("train"), validation: undefined, test: side("test") }, leakage);
    }
    if (protocol !== "subject-disjoint") throw new OptionError({ where: "split", expected: "paper or subject-disjoint", received: `"${String(protocol)}"` });
    const subjects = new Set(clips.map(({ subject }) => subject)).size;
    if (subjects < 3) throw new OptionError({ where: "split", expected: "clips of three people or more, to train, to validate and to test on", received: `clips of ${people(subjects)}` });
    if (!(Number.isInteger(folds) && folds >= 3 && folds <= subjects)) throw new OptionError({ where: "split: folds", expected: `a whole number from 3 to the ${subjects} subjects`, received: String(folds) });
    if (!(Number.isInteger(fold) && fold >= 0 && fold < folds)) throw new OptionError({ where: "split: fold", expected: `a whole number from 0 to ${folds - 1}`, received: String(fold) });
    const parts = subjectFolds(clips, folds, seed);
    const [test, validation] = [parts[fold]!, parts[(fold + 1) % folds]!];
    const of = (wanted: (subject: string) => boolean): ClipSet => new ClipSet(clips.filter(({ subject }) => wanted(subject)));
    return makeSplit(
      `subject-disjoint ${fold + 1}/${folds}, seed ${seed}`,
      { train: of((subject) => !test.has(subject) && !validation.has(subject)), validation: of((subject) => validation.has(subject)), test: of((subject) => test.has(subject)) },
      leakage,
    );
  }

  /** Text for a cell and for the console. */
  override toString(): string {
    const { title } = this.manifest;
    return `${title}${this.made ? " of synthetic people" : ""}: ${this.length} clips of ${people(this.subjects.length)} (${Object.entries(this.counts).map(([label, count]) => `${label} ${count}`).join(", ")})`;
  }
}

/**
 * Opens a data set. Only names and lists are read; `evtlab data check` tells whether a copy is whole.
 *
 * ```ts
 * const faces = await dataset("eckplus", { root: "/data/e-CK+" });
 * const split = faces.split("subject-disjoint", { seed: 7 });
 * for (const clip of split.train) console.log(clip.label, await clip.events());
 * ```
 * Without a copy, `{ made: { subjects: 8, seed: 7 } }` makes synthetic people; below `root`, or below `.evtlab/data` in the
 * current folder.
 * @throws SourceError when the folder cannot be read, DataError when it holds no clips, OptionError
 */
export async function dataset(name: DatasetName, options: DatasetOptions): Promise<Dataset> {
  checkOptions("dataset", options, ["root", "made", "labels", "signal"]);
  const { made, signal } = options;
  const manifest = manifestOf(name);
  const sets = Object.keys(manifest.labels.sets);
  const labelSet = options.labels ?? sets[0]!;
  if (!sets.includes(labelSet)) throw new OptionError({ where: "dataset: labels", expected: `one of ${sets.join(", ")}`, received: `"${labelSet}"` });
  const root = options.root ?? (made && madeRoot(name, made));
  if (root === undefined) throw new OptionError({ where: "dataset", expected: "root, the folder of your copy", received: "none", next: "Or have synthetic people made: { made: { subjects: 8, seed: 7 } }" });
  if (made) await makeDataset(name, root, { ...made, ...(signal && { signal }) });
  const plan = await madePlan(root, name);
  const reader = readers[name];
  const { records } = await reader.records(await takeInventory(root, manifest, { signal }), manifest);
  if (records.length === 0) throw new DataError({ where: root, file: root, expected: `clips of ${manifest.title}`, received: "none", next: `evtlab data check ${name} ${root} says what is wrong` });
  const context = { root, manifest, reader, sensor: sensorOf(plan, manifest), labelSet };
  return new Dataset(records.map((record) => new Clip(record, context)), { manifest, root, made: plan !== undefined, labelSet });
}

/** The same options, the same folder. */
function madeRoot(name: DatasetName, { workers: _workers, signal: _signal, onProgress: _onProgress, ...options }: MakeOptions): string {
  const digest = createHash("sha256").update(JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)))).digest("hex");
  return join(".evtlab", "data", `${name}-${digest.slice(0, 12)}`);
}
