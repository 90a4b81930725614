/**
 * What an evaluation asks of a method, and what it gets back.
 *
 * A network with its training is a method, and so is a control that looks at nothing but event counts: both learn from the
 * training clips of a split and then judge its test clips, window by window. This folder knows no network.
 * @module
 */
import type { Split } from "../data/index.js";

/** Something that learns from clips and then judges clips: a network with its training, or a control. */
export interface Method {
  /** Names it in reports; unique within one: "finetune", "pooled counts". */
  readonly name: string;
  /** Plain JSON for the report: all that was set. Two methods with the same name and settings are the same method. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Methods that belong beside this one in every report: a network from scratch at its own best rate, a random frozen encoder. */
  readonly controls?: readonly Method[];
  /** True when the seed changes nothing: it is then fitted once for all seeds. */
  readonly seedless?: boolean;
  /** People whose recordings were used before `fit`, labels or none: those that an encoder was pretrained on. Testing on them is leakage. */
  readonly seen?: readonly string[];
  fit(task: FitTask): Promise<Fitted>;
}

export interface FitTask {
  /** Clips to learn from, to choose an epoch by, and to judge. Clips without a label in `classes` are to be passed over. */
  readonly split: Split;
  /** Names of the classes; labels and probabilities are in their order. */
  readonly classes: readonly string[];
  /** Everything random comes from it: the same seed gives the same judgements on one engine. */
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

export interface FitProgress {
  readonly done: number;
  readonly total: number;
  /** What is being done: "epoch", "windows". */
  readonly what: string;
}

export interface Fitted {
  /** Judgements of the test clips by the epoch that validation chose (the last one where there is no validation). */
  readonly test: Predictions;
  readonly validation?: Predictions;
  /** Of every epoch, in order, for protocols that take the best test epoch; absent for methods without epochs. */
  readonly epochs?: readonly EpochPredictions[];
  /** Plain JSON: losses, seconds, steps, digest of the weights. */
  readonly record?: Readonly<Record<string, unknown>>;
}

export interface EpochPredictions {
  /** From 1. */
  readonly epoch: number;
  readonly test: Predictions;
  readonly validation?: Predictions;
}

/** One row a window (or a frame): a network without memory judges frames, an LSTM judges windows of frames. */
export interface Predictions {
  readonly classes: readonly string[];
  /** What a row is: accuracies of frames and of windows are not compared. Default "window". */
  readonly unit?: "frame" | "window";
  /** The method's own judgement of whole clips, where it has one; the mean log-probability over the rows of a clip when left out. */
  readonly clips?: readonly Judgement[];
  /** May be empty where `clips` is given: the method judges whole clips alone. */
  readonly windows: readonly WindowPrediction[];
}

/** What is said of a clip, or of a part of it. */
export interface Judgement {
  /** Id of the clip. */
  readonly clip: string;
  readonly subject: string;
  /** Place of the true class among the classes. */
  readonly label: number;
  /** One a class, from 0 to 1, summing to 1. */
  readonly probabilities: Float32Array;
}

export interface WindowPrediction extends Judgement {
  /** Place of the window in its clip, from 0. */
  readonly index: number;
}
