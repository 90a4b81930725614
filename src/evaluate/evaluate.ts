/**
 * Fits methods by protocols, scores them, and sets controls beside them.
 * @module
 */
import type { Dataset } from "../data/index.js";
import { checkOptions } from "../errors.js";
import { withBar, type WorkBar } from "../progress/work.js";
import { version } from "../version.js";
import { CellStore, runCell, type Cell } from "./cell.js";
import { eventTotals, majority, pooledCounts, type ControlWindows } from "./controls/counts.js";
import { Measurement, said, type Said } from "./measure.js";
import type { Method } from "./method.js";
import { checkSeen, plannedSplits, withLabels, type EvaluationProtocol, type PlannedSplit } from "./protocols.js";
import { describeData, engineInUse } from "./provenance.js";
import type { CellReport, MethodReport, Optimism, ProtocolReport, ReportedMethod } from "./report/data.js";
import { EvaluationReport } from "./report/report.js";
import { settingsOf, withControls } from "./settings.js";

export interface EvaluateOptions {
  /** Draws folds, bootstrap and shares of labels; methods are fitted with it too, unless `seeds` names others. */
  readonly seed: number;
  /** Seeds that the methods are fitted with, one after the other. Default: `seed` alone. */
  readonly seeds?: readonly number[];
  /** Default: "subject-disjoint" alone. "paper" leaks in e-CK+ and then asks for `leakage: "allow"`. */
  readonly protocols?: readonly EvaluationProtocol[];
  /** Draws for the intervals. Default 2000. */
  readonly bootstrap?: number;
  /** What the intervals hold. Default 0.95. */
  readonly level?: number;
  /** Default 5. */
  readonly folds?: number;
  /** How many of the folds are tested on, from the first; all when left out. */
  readonly testFolds?: number;
  /** "allow": published parts with people on both sides, and encoders that met the people of the test, are scored all the same. Default "refuse". */
  readonly leakage?: "refuse" | "allow";
  /** Share of the training people whose clips are trained on, above 0 to 1. Each seed draws its own; validation and test stay whole. Default 1. */
  readonly labels?: number;
  /** How the model-free controls cut clips into windows: as your methods do. */
  readonly windows?: ControlWindows;
  /** Folder of finished fits: the same call goes on where it was stopped. Nothing is kept when left out. */
  readonly keep?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EvaluateProgress) => void;
}

export interface EvaluateProgress {
  /** Fits that are done, of all. */
  readonly done: number;
  readonly total: number;
  /** What is being fitted. */
  readonly method: string;
  readonly split: string;
  /** Within the fit; absent between fits. */
  readonly within?: { readonly done: number; readonly total: number; readonly what: string };
}

/** Methods without a network, in every report. */
export function modelFreeControls(windows: ControlWindows = {}): Method[] {
  return [majority(), eventTotals(windows), pooledCounts(windows)];
}

/**
 * What methods are worth on a data set, beside their controls and those that know no faces.
 *
 * ```ts
 * const report = await evaluate(method, faces, { protocols: ["paper", "subject-disjoint"], leakage: "allow", seed: 7 });
 * await report.save("report.html");
 * ```
 * A method that fails has a row that says why; the others go on.
 * @param methods One, several, or none: the controls stand alone.
 * @throws OptionError; DataError when a split leaks and nobody asked for it, or a method met the people of the test.
 */
export async function evaluate(methods: Method | readonly Method[], faces: Dataset, options: EvaluateOptions): Promise<EvaluationReport> {
  checkOptions("evaluate", options, ["seed", "seeds", "protocols", "bootstrap", "level", "folds", "testFolds", "leakage", "labels", "windows", "keep", "signal", "onProgress"]);
  return withBar(fitsBar, options.onProgress, (onProgress) => evaluated(methods, faces, options, onProgress));
}

const fitsBar: WorkBar<EvaluateProgress> = {
  title: "evaluate",
  unit: "fits",
  state: ({ done, total, method, split, within }) => ({ done, total, note: done < total ? `${method}, ${split}${within ? `, ${within.what} ${within.done}/${within.total}` : ""}` : undefined }),
};

async function evaluated(methods: Method | readonly Method[], faces: Dataset, options: EvaluateOptions, onProgress: EvaluateOptions["onProgress"] | undefined): Promise<EvaluationReport> {
  const { seed, signal } = options;
  const settings = settingsOf(options);
  const started = new Date();
  const { all, reported } = withControls("fit" in methods ? [methods] : methods, modelFreeControls(options.windows));
  const { classes } = faces;
  const planned = settings.protocols.map((name) => ({ name, splits: plannedSplits(faces, name, { ...settings, seed }) }));
  if (settings.leakage === "refuse") for (const { name, splits } of planned) if (name !== "leaky") for (const { split } of splits) for (const method of all) checkSeen(method, split);
  const data = await describeData(faces);
  const engine = await engineInUse();
  const store = new CellStore(options.keep);
  const seedsOf = ({ seedless }: Method): readonly number[] => (seedless && settings.labels === 1 ? settings.seeds.slice(0, 1) : settings.seeds);
  const total = planned.reduce((sum, { splits }) => sum + splits.length * all.reduce((fits, method) => fits + seedsOf(method).length, 0), 0);
  let done = 0;

  const fit = async (method: Method, protocol: EvaluationProtocol, { fold, split: whole }: PlannedSplit, own: number): Promise<Cell | { failed: string }> => {
    signal?.throwIfAborted();
    const split = withLabels(whole, settings.labels, own);
    const place = { total, method: method.name, split: split.name };
    const key = { evtlab: version, engine, data: data.digest, method: { name: method.name, settings: method.settings }, protocol, fold, folds: settings.folds, drawn: seed, labels: settings.labels, seed: own, classes };
    onProgress?.({ done, ...place });
    let cell = await store.get(key);
    if (cell === undefined) {
      try {
        cell = await runCell(method, { split, classes, seed: own, ...(signal && { signal }), ...(onProgress && { onProgress: (within) => onProgress({ done, ...place, within }) }) });
      } catch (error) {
        signal?.throwIfAborted();
        done++;
        return { failed: error instanceof Error ? error.message : String(error) };
      }
      await store.put(key, cell);
    }
    onProgress?.({ done: ++done, ...place });
    return cell;
  };

  const protocols: ProtocolReport[] = [];
  const heard = new Map<EvaluationProtocol, readonly Said[]>();
  const drawing = { draws: settings.bootstrap, seed, level: settings.level };
  for (const { name, splits } of planned) {
    const told = splits.map(({ split }) => splitOf(withLabels(split, settings.labels, settings.seeds[0]!)));
    const heardOf = all.map((method) => ({ method, cells: [] as CellReport[], bySeed: seedsOf(method).map((): Cell[] => []) }));
    // Fold by fold: all methods share what was read of a fold, and it is let go with the fold.
    for (let plan = splits.shift(); plan !== undefined; plan = splits.shift()) {
      for (const { method, cells, bySeed } of heardOf) {
        for (const [s, own] of seedsOf(method).entries()) {
          const cell = await fit(method, name, plan, own);
          cells.push(reportOf(cell, own, plan.fold));
          if (!("failed" in cell)) bySeed[s]!.push(cell);
        }
      }
    }
    const rows = heardOf.map(({ method, cells }): MethodReport => {
      const failed = cells.find((cell) => cell.failed !== undefined)?.failed;
      return { method: method.name, cells, ...(failed !== undefined && { failed }) };
    });
    const spoken = heardOf.flatMap(({ method, bySeed }, i) => (rows[i]!.failed === undefined ? [said(method.name, bySeed)] : []));
    heard.set(name, spoken);
    protocols.push({ name, splits: told, ...measure(spoken, rows, reported, classes, settings.seeds, drawing) });
  }
  const of = (name: EvaluationProtocol): readonly Said[] => heard.get(name) ?? [];
  const leakiness = excess(of("leaky"), of("subject-disjoint"), classes, drawing);
  const published = excess(of("paper").map((one) => ({ ...one, chosen: one.best ?? one.chosen })), of("subject-disjoint"), classes, drawing);
  return new EvaluationReport({
    format: "evtlab-evaluation/1", evtlab: version, node: process.version, started: started.toISOString(), seconds: (Date.now() - started.getTime()) / 1000,
    engine, data, settings, classes, methods: reported, protocols, leakiness, published,
  });
}

/** Scores of the methods that did not fail, and each given method against every other. */
function measure(spoken: readonly Said[], rows: readonly MethodReport[], reported: readonly ReportedMethod[], classes: readonly string[], seeds: readonly number[], drawing: { draws: number; seed: number; level: number }): Pick<ProtocolReport, "rows" | "comparisons" | "bestEpoch"> {
  if (spoken.length === 0) return { rows, comparisons: [], bestEpoch: [] };
  const best = spoken.filter((one) => one.best !== undefined);
  const measurement = new Measurement([...spoken.map(({ chosen }) => chosen), ...best.map((one) => one.best!)], classes, drawing);
  const place = (name: string): number => spoken.findIndex(({ method }) => method === name);
  const bestPlace = (name: string): number => spoken.length + best.findIndex(({ method }) => method === name);
  const given = reported.filter(({ name, role }) => role === "method" && place(name) >= 0).map(({ name }) => name);
  const pairs = given.flatMap((name, i) => spoken.map(({ method }) => method).filter((other) => other !== name && !given.slice(0, i).includes(other)).map((other) => [name, other] as const));
  return {
    rows: rows.map((row) => {
      const at = place(row.method);
      if (at < 0) return row;
      const own = bestPlace(row.method);
      return { ...row, chosen: measurement.measured(at), ...(own >= spoken.length && { best: measurement.measured(own) }) };
    }),
    comparisons: pairs.map((pair) => measurement.compare(pair, [place(pair[0]), place(pair[1])], seeds)),
    bestEpoch: best.map(({ method }) => ({ method, ...measurement.difference(bestPlace(method), place(method)) })),
  };
}

/** How much higher each method scores by one protocol than by another. */
function excess(flattering: readonly Said[], clean: readonly Said[], classes: readonly string[], drawing: { draws: number; seed: number; level: number }): Optimism[] {
  return flattering.flatMap(({ method, chosen }) => {
    const other = clean.find((one) => one.method === method);
    return other ? [{ method, ...new Measurement([chosen, other.chosen], classes, drawing).difference(0, 1) }] : [];
  });
}

function reportOf(cell: Cell | { readonly failed: string }, seed: number, fold: number): CellReport {
  if ("failed" in cell) return { seed, fold, failed: cell.failed };
  const { seconds, epochs, best, record } = cell;
  return { seed, fold, seconds, ...(epochs && { epochs }), ...(best && { bestEpoch: best.epoch }), ...(record && { record }) };
}

function splitOf({ name, train, validation, test, leakage }: PlannedSplit["split"]): ProtocolReport["splits"][number] {
  const side = (clips: typeof test | undefined): { clips: number; subjects: number } => ({ clips: clips?.length ?? 0, subjects: clips?.subjects.length ?? 0 });
  return { name, sides: { train: side(train), validation: side(validation), test: side(test) }, leakage: { subjects: leakage.subjects.length, clips: leakage.clips, of: leakage.of } };
}
