/**
 * The one loop that everything trains with.
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { StoredTensor } from "../engine/index.js";
import { checkOptions, OptionError, TrainingError } from "../errors.js";
import { BestEpoch, type Monitor } from "./best.js";
import { newestCheckpoint, restore, saveCheckpoint, stateOf, type Checkpoint, type Parts, type Writer } from "./checkpoint.js";
import { MeanOf, type EpochRecord, type LossPoint } from "./history.js";
import { openLogs } from "./logs.js";
import { epochOrder, seedOf, stepsPerEpoch } from "./order.js";
import { showTraining } from "./show.js";
import type { Measures, SampleAddress, StepContext, TrainingTask } from "./task.js";

export interface CheckpointOptions {
  /** Made when it is missing. A call with the same settings goes on from what is there. */
  readonly folder: string;
  /** Steps from one to the next; by default one comes each minute. There is always one at the end and when a run stops. */
  readonly every?: number;
  /** How many are kept. Default 2. */
  readonly keep?: number;
  /** Writes the files; for tests. */
  readonly write?: Writer;
}

export interface TrainingProgress {
  readonly step: number;
  readonly steps: number;
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Means since the last call. */
  readonly losses: Measures;
  /** Seconds that the rest will take if it goes on as so far. */
  readonly secondsLeft: number;
}

export interface TrainOptions {
  /** Decides the order of samples and everything random in a step. */
  readonly seed: number;
  /** Samples a step. */
  readonly batch: number;
  /** How long: epochs, or steps, the last of which ends an epoch. */
  readonly epochs?: number;
  readonly steps?: number;
  /** Steps that make an epoch, each of other samples; by default, and at most, as many as go through all samples once. */
  readonly epochSteps?: number;
  /** A folder, or more. Default: none, a killed run is lost. */
  readonly checkpoints?: string | CheckpointOptions;
  /** Folder for `metrics.jsonl` and TensorBoard's event files; that of the checkpoints when left out. */
  readonly logs?: string;
  /** Plain JSON that says what is trained, so that no run goes on from checkpoints of another. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Which validation measure is best at which end; keeps the weights of that epoch. */
  readonly monitor?: Monitor;
  /** Stops when the monitored measure was not better for so many epochs. */
  readonly patience?: number;
  /** Steps between two points of the loss curves. Default 10. */
  readonly logEvery?: number;
  /** Shows curves and pictures that follow the training in a notebook, or a line on a terminal. Default true. */
  readonly show?: boolean;
  /** Over the curves. */
  readonly title?: string;
  /** Stops after the step at hand and leaves a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

export interface TrainingRun {
  readonly steps: number;
  readonly epochs: readonly EpochRecord[];
  readonly points: readonly LossPoint[];
  /** The epoch that the monitor chose, with the weights of all networks, by `network/parameter`. */
  readonly best?: { readonly epoch: number; readonly value: number; readonly weights: ReadonlyMap<string, StoredTensor> };
  readonly stopped: "finished" | "patience";
  readonly seconds: number;
  /** The last checkpoint. */
  readonly checkpoint?: string;
}

const fields = ["seed", "batch", "epochs", "steps", "epochSteps", "checkpoints", "logs", "settings", "monitor", "patience", "logEvery", "show", "title", "signal", "onProgress"];

/** Of the loop, in a checkpoint. */
interface LoopState {
  readonly epochs: EpochRecord[];
  readonly points: LossPoint[];
  readonly epochMeans: ReturnType<MeanOf["toJSON"]>;
  readonly pointMeans: ReturnType<MeanOf["toJSON"]>;
  readonly best: ReturnType<BestEpoch["toJSON"]>;
  readonly seconds: number;
}

/**
 * Trains until the last epoch, or until patience ends. A run that was killed or stopped goes on from its last checkpoint
 * when it is called again, and ends with the weights of a run that was not: the same to the bit on one engine with one
 * thread.
 * @throws TrainingError when a loss is not a finite number, or the folder holds checkpoints of another training; SourceError
 * when the disk refuses; the reason of `signal`; what `task.batch` throws. All but the first leave a checkpoint.
 */
export async function train<Batch>(task: TrainingTask<Batch>, options: TrainOptions): Promise<TrainingRun> {
  checkOptions("train", options, fields);
  const plan = planOf(task.sources, options);
  const { folder, total, perEpoch } = plan;
  const epochs = Math.ceil(total / perEpoch);
  const found = folder === undefined ? undefined : await newestCheckpoint(folder);
  const start = found ? resume(task, found, plan.settings) : 0;
  const before = found?.record.loop as LoopState | undefined;
  const state = { epochs: [...(before?.epochs ?? [])], points: [...(before?.points ?? [])], epochMeans: new MeanOf(before?.epochMeans), pointMeans: new MeanOf(before?.pointMeans), best: await BestEpoch.open(options.monitor, folder, before?.best) };
  const logs = await openLogs(options.logs ?? folder, start);
  const view = options.show === false ? undefined : showTraining(options.title ?? "training");
  const began = performance.now();
  const seconds = (): number => (before?.seconds ?? 0) + (performance.now() - began) / 1000;
  let step = start;
  let checkpoint = found?.path;
  let saved = performance.now();
  const save = async (): Promise<void> => {
    if (folder === undefined) return;
    const loop: LoopState = { epochs: state.epochs, points: state.points, epochMeans: state.epochMeans.toJSON(), pointMeans: state.pointMeans.toJSON(), best: state.best.toJSON(), seconds: seconds() };
    checkpoint = await saveCheckpoint(folder, await stateOf(task), { step, settings: plan.settings, loop }, plan);
    await state.best.sweep();
    saved = performance.now();
  };
  const finished = (stopped: TrainingRun["stopped"]): TrainingRun => ({ steps: step, epochs: state.epochs, points: state.points, ...state.best.found(), stopped, seconds: seconds(), ...(checkpoint !== undefined && { checkpoint }) });
  const patient = (): boolean => options.patience === undefined || state.epochs.length - (state.best.epoch ?? 0) < options.patience;

  const feed = new Feed(task, options);
  try {
    while (step < total && patient()) {
      const context = feed.context(step, perEpoch);
      const batch = await orSave(feed.next(context, perEpoch, total), save);
      if (options.signal?.aborted) {
        await save();
        options.signal.throwIfAborted();
      }
      const losses = task.step(batch, context);
      refuseNaN(losses, step, context.epoch, checkpoint);
      step++;
      state.epochMeans.add(losses);
      state.pointMeans.add(losses);
      if (step % plan.logEvery === 0) await point(step);
      if (step % perEpoch === 0 || step === total) await epochEnd(context.epoch + 1);
      const due = plan.every === undefined ? performance.now() - saved > 60_000 : step % plan.every === 0;
      if (due && step < total) await save();
      // Lets timers, signals and the reading of the next batch in.
      await new Promise(setImmediate);
    }
    if (step > start) await save();
    await view?.end(state, (await task.pictures?.()) ?? undefined);
    return finished(step < total ? "patience" : "finished");
  } finally {
    await logs.close();
    view?.close();
  }

  async function point(at: number): Promise<void> {
    const losses = state.pointMeans.take();
    state.points.push({ step: at, losses });
    await logs.losses(at, losses, seconds());
    const secondsLeft = ((performance.now() - began) / 1000 / (at - start)) * (total - at);
    const progress: TrainingProgress = { step: at, steps: total, epoch: Math.ceil(at / perEpoch), epochs, losses, secondsLeft };
    options.onProgress?.(progress);
    await view?.update(state, progress, task.pictures && (() => task.pictures!()));
  }

  async function epochEnd(epoch: number): Promise<void> {
    const losses = state.epochMeans.take();
    const validation = await task.validate?.(epoch);
    state.epochs.push({ epoch, step, losses, ...(validation && { validation }), seconds: seconds() });
    await logs.epoch(state.epochs.at(-1)!, logs.writing ? await task.pictures?.() : undefined);
    await state.best.consider(epoch, validation, () => stateOf({ networks: task.networks, optimisers: {} }));
  }
}

interface Plan {
  readonly folder: string | undefined;
  readonly every: number | undefined;
  readonly keep: number;
  readonly write?: Writer;
  /** Steps. */
  readonly total: number;
  readonly perEpoch: number;
  readonly logEvery: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

function planOf(sources: TrainingTask<unknown>["sources"], { seed, batch, epochs, steps, epochSteps, checkpoints, logEvery = 10, settings = {}, patience, monitor }: TrainOptions): Plan {
  const whole = (where: string, value: number | undefined, least: number): void => {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) throw new OptionError({ where: `train: ${where}`, expected: `a whole number of at least ${least}`, received: String(value) });
  };
  const { folder, every, keep = 2, write } = typeof checkpoints === "string" ? { folder: checkpoints } : (checkpoints ?? {});
  if (typeof checkpoints === "object") checkOptions("train: checkpoints", checkpoints, ["folder", "every", "keep", "write"]);
  for (const [name, value, least] of [["seed", seed, -Infinity], ["batch", batch, 1], ["epochs", epochs, 1], ["steps", steps, 1], ["epochSteps", epochSteps, 1], ["logEvery", logEvery, 1], ["patience", patience, 1], ["checkpoints.every", every, 1], ["checkpoints.keep", keep, 1]] as const) whole(name, value, least);
  if ((epochs === undefined) === (steps === undefined)) throw new OptionError({ where: "train", expected: "epochs or steps", received: epochs === undefined ? "neither" : "both" });
  if (patience !== undefined && monitor === undefined) throw new OptionError({ where: "train: patience", expected: "a monitor beside it", received: "none" });
  const perEpoch = Math.min(stepsPerEpoch(sources, batch), epochSteps ?? Infinity);
  const same = { seed, batch, perEpoch, samples: sources.map(({ length, weight }) => [length, weight ?? length]), ...settings };
  return { folder, every, keep, ...(write && { write }), perEpoch, total: steps ?? epochs! * perEpoch, logEvery, settings: JSON.parse(JSON.stringify(same)) as Record<string, unknown> };
}

/** Takes up the state of a checkpoint. @returns the steps that it has behind it */
function resume(task: Parts, { path, record, tensors }: Checkpoint, settings: Readonly<Record<string, unknown>>): number {
  const stored = record.settings as Readonly<Record<string, unknown>>;
  const other = [...new Set([...Object.keys(stored), ...Object.keys(settings)])].filter((name) => !isDeepStrictEqual(stored[name], settings[name]));
  if (other.length > 0) {
    const show = (of: Readonly<Record<string, unknown>>): string => other.map((name) => `${name} ${JSON.stringify(of[name]) ?? "unset"}`).join(", ").slice(0, 300);
    throw new TrainingError({ where: path, expected: `a checkpoint of this training (${show(settings)})`, received: `one of another (${show(stored)})`, next: "Name another folder, or give the settings that it was made with", step: record.step, checkpoint: path });
  }
  restore(task, tensors);
  return record.step;
}

/** Batches in order, the next one read while one is trained on. */
class Feed<Batch> {
  readonly #task: TrainingTask<Batch>;
  readonly #seed: number;
  readonly #size: number;
  #order: { readonly epoch: number; readonly samples: readonly SampleAddress[] } | undefined;
  #ahead: { readonly step: number; readonly batch: Promise<Batch> } | undefined;

  constructor(task: TrainingTask<Batch>, { seed, batch }: TrainOptions) {
    this.#task = task;
    this.#seed = seed;
    this.#size = batch;
  }

  context(step: number, perEpoch: number): StepContext {
    return { step, epoch: Math.floor(step / perEpoch), seed: seedOf(this.#seed, step) };
  }

  next(context: StepContext, perEpoch: number, total: number): Promise<Batch> {
    const batch = this.#ahead?.step === context.step ? this.#ahead.batch : this.#read(context, perEpoch);
    const after = context.step + 1;
    this.#ahead = after < total ? { step: after, batch: batch.then(() => this.#read(this.context(after, perEpoch), perEpoch)) } : undefined;
    // A failure is met when its turn comes.
    this.#ahead?.batch.catch(() => undefined);
    return batch;
  }

  #read(context: StepContext, perEpoch: number): Promise<Batch> {
    const { epoch } = context;
    if (this.#order?.epoch !== epoch) this.#order = { epoch, samples: epochOrder(this.#task.sources, this.#seed, epoch) };
    const first = (context.step - epoch * perEpoch) * this.#size;
    return this.#task.batch(this.#order.samples.slice(first, first + this.#size), context);
  }
}

/** What cannot be read ends the run, but nothing that is finished is lost. */
async function orSave<Value>(reading: Promise<Value>, save: () => Promise<void>): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    await save();
    throw error;
  }
}

function refuseNaN(losses: Measures, step: number, epoch: number, checkpoint: string | undefined): void {
  const bad = Object.entries(losses).find(([, value]) => !Number.isFinite(value));
  if (bad === undefined) return;
  const [term, value] = bad;
  throw new TrainingError({
    where: `step ${step + 1}, epoch ${epoch + 1}`,
    expected: "losses that are numbers",
    received: `${term} ${value}`,
    next: `Try a lower learning rate, clipped gradients, or look for extreme values in the inputs. ${checkpoint === undefined ? "No checkpoint was kept: name a folder for them" : `The last good checkpoint is ${checkpoint}; a run with other settings needs a folder of its own`}`,
    step,
    term,
    checkpoint,
  });
}
