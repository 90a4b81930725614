/**
 * Controls that look at how many events there are, and roughly where: what they reach is not owed to a network.
 * @module
 */
import { clipWindows, type Clip, type ClipSet, type ClipWindowsOptions } from "../../data/index.js";
import { subjectFolds } from "../../data/split.js";
import { PredictionError } from "../../errors.js";
import type { Fitted, FitTask, Judgement, Method, WindowPrediction } from "../method.js";
import { scores } from "../metrics/scores.js";
import { fitLogistic, predictLogistic, scaled, scaleOf, type Logistic, type LogisticOptions, type Rows, type Scale } from "./logistic.js";

/** How controls cut a clip into windows: as the methods beside them do. */
export type ControlWindows = Pick<ClipWindowsOptions, "window" | "crop" | "cache">;

/** Cells a side that events are counted in. */
const side = 8;
/** Parts of a clip whose totals are counted. */
const parts = 12;
/** Inverse penalties that validation chooses from. */
const penalties = [0.001, 0.01, 0.1, 1];

/** What a clip is to a control: numbers of each window, and of the whole. */
interface Features {
  readonly windows: readonly Float64Array[];
  readonly clip: Float64Array;
}

/** Names the most frequent class of the training clips, with the shares of the classes as probabilities. */
export function majority(): Method {
  return {
    name: "majority",
    settings: { kind: "shares of the classes in the training clips" },
    seedless: true,
    fit: ({ split, classes }) => {
      const labelled = labelledClips(split.train, classes);
      const counts = classes.map((name) => labelled.filter(({ label }) => label === name).length);
      const probabilities = Float32Array.from(counts, (count) => count / labelled.length);
      return Promise.resolve({ test: { classes, windows: [], clips: labelledClips(split.test, classes).map((clip) => judgement(clip, classes, probabilities)) } });
    },
  };
}

/** Logistic regression on the numbers of on and off events: of a window, and of twelve parts of a clip one after the other. */
export function eventTotals(options: ControlWindows = {}): Method {
  return counting("event totals", options, (grids, cells) => {
    const totals = grids.map((grid) => grid.reduce((sum, count, i) => ((sum[i % 2]! += count), sum), new Float64Array(2)).map((total) => Math.sqrt(total / cells)));
    const clip = new Float64Array(2 * parts);
    for (let part = 0; part < parts; part++) {
      // Windows that overlap the part; a short clip has a window in several.
      const [from, to] = [Math.floor((part * grids.length) / parts), Math.max(Math.floor((part * grids.length) / parts) + 1, Math.floor(((part + 1) * grids.length) / parts))];
      for (let k = from; k < to; k++) for (const p of [0, 1]) clip[2 * part + p]! += totals[k]![p]! / (to - from);
    }
    return { windows: totals, clip };
  });
}

/** Logistic regression on the numbers of on and off events in 8 × 8 cells of the face: of a window, and of a whole clip. */
export function pooledCounts(options: ControlWindows = {}): Method {
  return counting("pooled counts", options, (grids) => {
    const mean = new Float64Array(grids[0]!.length);
    for (const grid of grids) grid.forEach((count, i) => (mean[i]! += count / grids.length));
    return { windows: grids.map((grid) => grid.map(Math.sqrt)), clip: mean.map(Math.sqrt) };
  });
}

/** Square roots of counts: their spread does not grow with the count, and the size of the crop is only a factor. */
function counting(name: string, options: ControlWindows, featuresOf: (grids: readonly Float64Array[], cells: number) => Features): Method {
  const known = new WeakMap<Clip, Promise<Features>>();
  const read = async (clip: Clip): Promise<Features> => {
    const { grids, shape } = await clipWindows(clip, { ...options, representation: "count", size: side });
    const length = side * side * 2;
    return featuresOf(Array.from({ length: shape[0] }, (_, k) => Float64Array.from(grids.subarray(k * length, (k + 1) * length))), side * side);
  };
  const features = (clip: Clip): Promise<Features> => {
    let found = known.get(clip);
    if (found === undefined) known.set(clip, (found = read(clip)));
    return found;
  };
  const { cache: _cache, ...plain } = options;
  return { name, settings: { ...plain, side, parts, penalties, regression: "multinomial, L2" }, seedless: true, fit: (task) => fitCounts(task, features) };
}

async function fitCounts({ split, classes, signal, onProgress }: FitTask, features: (clip: Clip) => Promise<Features>): Promise<Fitted> {
  const clips = new Set([...split.train, ...(split.validation ?? []), ...split.test]);
  const of = new Map<Clip, Features>();
  for (const clip of clips) {
    signal?.throwIfAborted();
    of.set(clip, await features(clip));
    onProgress?.({ done: of.size, total: clips.size, what: "clips counted" });
  }
  const train = labelledClips(split.train, classes);
  const test = labelledClips(split.test, classes);
  const validation = split.validation && labelledClips(split.validation, classes);
  const perWindow = chosen(train, validation, classes, (clip) => of.get(clip)!.windows);
  const perClip = chosen(train, validation, classes, (clip) => [of.get(clip)!.clip]);
  return {
    test: {
      classes,
      unit: "frame",
      windows: test.flatMap((clip) => perWindow.judge(clip).map((probabilities, index): WindowPrediction => ({ ...judgement(clip, classes, probabilities), index }))),
      clips: test.map((clip) => judgement(clip, classes, perClip.judge(clip)[0]!)),
    },
    record: { penaltyOfWindows: perWindow.C, penaltyOfClips: perClip.C },
  };
}

/** A regression whose penalty the validation clips chose; without any, a fifth of the training people did, who then train as well. */
function chosen(train: readonly Clip[], validation: readonly Clip[] | undefined, classes: readonly string[], of: (clip: Clip) => readonly Float64Array[]): { C: number; judge: (clip: Clip) => Float32Array[] } {
  const people = new Set(train.map(({ subject }) => subject)).size;
  const held = validation === undefined && people > 1 ? subjectFolds(train, Math.min(5, people), 0)[0]! : new Set<string>();
  const choosing = validation ?? train.filter(({ subject }) => held.has(subject));
  const learning = train.filter(({ subject }) => !held.has(subject));
  let best = { C: penalties[1]!, loss: Infinity };
  if (choosing.length > 0) {
    let start: Logistic | undefined;
    for (const C of penalties) {
      const { judge, logistic } = regression(learning, classes, of, { C, ...(start && { start }) });
      start = logistic;
      const loss = scores(choosing.flatMap((clip) => judge(clip).map((probabilities) => judgement(clip, classes, probabilities))), classes.length).logLoss;
      if (loss < best.loss) best = { C, loss };
    }
  }
  return { C: best.C, judge: regression(train, classes, of, { C: best.C }).judge };
}

function regression(clips: readonly Clip[], classes: readonly string[], of: (clip: Clip) => readonly Float64Array[], options: Omit<LogisticOptions, "classes">): { logistic: Logistic; judge: (clip: Clip) => Float32Array[] } {
  const raw = rowsOf(clips.flatMap(of));
  const scale: Scale = scaleOf(raw);
  const logistic = fitLogistic(scaled(raw, scale), clips.flatMap((clip) => of(clip).map(() => classes.indexOf(clip.label!))), { ...options, classes: classes.length });
  return { logistic, judge: (clip) => predictLogistic(logistic, scaled(rowsOf(of(clip)), scale)) };
}

function rowsOf(vectors: readonly Float64Array[]): Rows {
  const features = vectors[0]!.length;
  const x = new Float64Array(vectors.length * features);
  vectors.forEach((vector, i) => x.set(vector, i * features));
  return { x, features };
}

function labelledClips(clips: ClipSet, classes: readonly string[]): readonly Clip[] {
  const labelled = [...clips].filter(({ label }) => label !== undefined && classes.includes(label));
  if (labelled.length === 0) throw new PredictionError({ where: "control", expected: "clips with labels", received: "none", next: "Use more people" });
  return labelled;
}

function judgement({ id, subject, label }: Clip, classes: readonly string[], probabilities: Float32Array): Judgement {
  return { clip: id, subject, label: classes.indexOf(label!), probabilities };
}
