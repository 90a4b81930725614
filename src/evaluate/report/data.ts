/**
 * What a report holds: plain JSON.
 * @module
 */
import type { Interval } from "../metrics/bootstrap.js";
import type { McNemar } from "../metrics/mcnemar.js";
import type { ClassScores, ReliabilityBin, ScoreName } from "../metrics/scores.js";
import type { EvaluationProtocol } from "../protocols.js";

export interface ReportData {
  readonly format: "evtlab-evaluation/1";
  readonly evtlab: string;
  readonly node: string;
  /** ISO 8601. */
  readonly started: string;
  readonly seconds: number;
  readonly engine: { readonly name: string; readonly version: string; readonly device: string; readonly threads: number | "not known" };
  readonly data: ReportOfData;
  readonly settings: ReportSettings;
  readonly classes: readonly string[];
  readonly methods: readonly ReportedMethod[];
  readonly protocols: readonly ProtocolReport[];
  /** Leaky minus subject-disjoint, where both were asked for. */
  readonly leakiness: readonly Optimism[];
  /** The paper's protocol, best test epoch, minus subject-disjoint, where both were asked for: other clips, so that people are drawn for both together. */
  readonly published: readonly Optimism[];
}

export interface ReportOfData {
  readonly name: string;
  readonly title: string;
  readonly root: string;
  /** True for synthetic people. */
  readonly made: boolean;
  readonly labels: string;
  readonly clips: number;
  readonly subjects: number;
  /** SHA-256 over the manifest, and id, subject, label and file size of every clip. */
  readonly digest: string;
}

export interface ReportSettings {
  /** Draws folds, shares of labels and the intervals. */
  readonly seed: number;
  readonly protocols: readonly EvaluationProtocol[];
  /** That the methods were fitted with. */
  readonly seeds: readonly number[];
  readonly folds: number;
  readonly testFolds: number;
  readonly leakage: "refuse" | "allow";
  /** Share of the training people whose clips are trained on. */
  readonly labels: number;
  /** Draws. */
  readonly bootstrap: number;
  /** Of the intervals. */
  readonly level: number;
}

export interface ReportedMethod {
  readonly name: string;
  readonly role: "method" | "control";
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ProtocolReport {
  readonly name: EvaluationProtocol;
  readonly splits: readonly ReportedSplit[];
  readonly rows: readonly MethodReport[];
  /** Each method against every other. */
  readonly comparisons: readonly Comparison[];
  /** Best test epoch minus the epoch that was chosen. */
  readonly bestEpoch: readonly Optimism[];
}

export interface ReportedSplit {
  readonly name: string;
  /** Clips and people by side. */
  readonly sides: Readonly<Record<"train" | "validation" | "test", { readonly clips: number; readonly subjects: number }>>;
  readonly leakage: { readonly subjects: number; readonly clips: number; readonly of: number };
}

export interface MethodReport {
  readonly method: string;
  /** Why there is nothing to score: the first error. */
  readonly failed?: string;
  /** By the epoch that validation chose; absent when the method failed. */
  readonly chosen?: Measured;
  /** By the best epoch on the test clips; absent without epochs. */
  readonly best?: Measured;
  readonly cells: readonly CellReport[];
}

/** Scores of windows and of sequences, the judgements of all folds together, the mean over seeds. */
export interface Measured {
  /** Of frames or of windows; absent for methods that judge whole clips alone. */
  readonly windows?: Level;
  readonly sequences: Level;
}

export interface Level {
  readonly unit: "frame" | "window" | "sequence";
  /** Judgements a seed. */
  readonly count: number;
  readonly scores: Readonly<Record<ScoreName, Interval>>;
  /** Sums over seeds. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassScores[];
  readonly reliability: readonly ReliabilityBin[];
}

export interface CellReport {
  readonly seed: number;
  readonly fold: number;
  readonly seconds?: number;
  readonly failed?: string;
  readonly epochs?: readonly { readonly epoch: number; readonly test: number; readonly validation?: number }[];
  readonly bestEpoch?: number;
  readonly record?: Readonly<Record<string, unknown>>;
}

/** The first method against the second, over the sequences of the same people and seeds. */
export interface Comparison {
  readonly method: string;
  readonly other: string;
  /** First minus second. */
  readonly accuracy: Interval;
  readonly balancedAccuracy: Interval;
  readonly mcnemar: readonly (McNemar & { readonly seed: number })[];
}

/** How much a flattering way of scoring adds to accuracy. */
export interface Optimism {
  readonly method: string;
  readonly windows?: Interval;
  readonly sequences: Interval;
}
