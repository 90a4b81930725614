/**
 * The rows of the table: one settings object each.
 * @module
 */
import type { ClassifySettings } from "./classify.js";
import type { PretrainSettings } from "./pretrain.js";

/** Channels of the encoder, each block halving the picture: 48 pixels become 3 × 3 × 64. */
const channels = [16, 32, 64, 64];

export interface Pretraining extends PretrainSettings {
  readonly input: string;
  /** How many people the clips are of; their labels are not used. */
  readonly people: number;
}

const plain = { input: "6 x counts", loss: "l2", adversarial: false, skips: false, channels, steps: 1000, batch: 32, learningRate: 1e-3, people: 229, seed: 1 } as const;

export const pretrainings: Readonly<Record<string, Pretraining>> = {
  grey: { ...plain, target: "grey", loss: "l1" },
  "grey-adversarial": { ...plain, target: "grey", loss: "l1", adversarial: true, skips: true, learningRate: 2e-4 },
  change: { ...plain, target: "change" },
  "change-given": { ...plain, target: "change-given" },
  "changes-given": { ...plain, target: "changes-given" },
  "changes-given-2": { ...plain, target: "changes-given", seed: 2 },
  "changes-given-3": { ...plain, target: "changes-given", seed: 3 },
  "changes-given-long": { ...plain, target: "changes-given", steps: 3000, people: 252 },
};

export type Row = {
  /** Whose labels are given, of 100 people. */
  readonly labelled: number;
  readonly input: string;
  /** Number of seeds; each draws its own people, first weights and order. */
  readonly seeds: number;
  /** Who is judged. Rows of "validation" choose settings, with seeds from 101. Default "test", with seeds from 1. */
  readonly judged?: "validation";
} & (
  | { readonly kind: "network"; readonly pretraining?: string; readonly settings: Omit<ClassifySettings, "seed"> }
  /** Logistic regression on the features of a frozen encoder, random without a pretraining. */
  | { readonly kind: "linear"; readonly pretraining?: string; readonly channels: readonly number[]; readonly block: number }
  | { readonly kind: "control"; readonly control: "majority" | "totals" | "pooled" | "pooled windows" | "pooled change" | "pictures"; readonly cells: number }
);

const settings = { channels, hidden: 64, dropout: 0.5, encoderRate: 1e-3, headRate: 3e-3, warmup: 0, steps: 400, batch: 32, weightDecay: 0 } as const;
const input = "6 x counts";
const finetune = { ...settings, headRate: 1e-3, warmup: 50 } as const;

function network(labelled: number, seeds: number, pretraining?: string, changes: Partial<ClassifySettings> = {}): Row {
  return { kind: "network", labelled, seeds, input, ...(pretraining !== undefined && { pretraining }), settings: { ...(pretraining === undefined ? settings : finetune), ...changes } };
}

const linear = (labelled: number, seeds: number, pretraining?: string, block = 4): Row => ({ kind: "linear", labelled, seeds, input, ...(pretraining !== undefined && { pretraining }), channels, block });
const control = (labelled: number, seeds: number, name: "majority" | "totals" | "pooled" | "pooled windows" | "pooled change" | "pictures", cells = 8): Row => ({ kind: "control", labelled, seeds, input, control: name, cells });

const best = "changes-given";

type Candidate = Pick<ClassifySettings, "encoderRate" | "headRate" | "warmup" | "steps" | "standardise">;
const candidate = (encoderRate: number, headRate: number, warmup: number, steps: number): Candidate => ({ encoderRate, headRate, warmup, steps });
const standardised = (settings: Candidate): Candidate => ({ ...settings, standardise: true });

/** Settings that were tried, judged on the validation people: rows "choose-finetune-10-0.001-0.001-50-400-standardised". */
function tried(mode: "scratch" | "finetune", labelled: number, candidates: readonly Candidate[]): Record<string, Row> {
  return Object.fromEntries(
    candidates.map((changes) => {
      const { encoderRate, headRate, warmup, steps, standardise } = changes;
      const name = ["choose", mode, labelled, encoderRate, headRate, warmup, steps, ...(standardise ? ["standardised"] : [])].join("-");
      return [name, { ...network(labelled, 2, mode === "scratch" ? undefined : best, changes), judged: "validation" }];
    }),
  );
}

export const rows: Readonly<Record<string, Row>> = {
  // The comparison, at a tenth of the labels.
  "scratch-10": network(10, 12),
  "scratch-10-slow-head": network(10, 12, undefined, { headRate: 1e-3 }),
  "finetune-10": network(10, 12, best),
  "linear-10": linear(10, 12, best),
  "random-10": linear(10, 12, undefined, 3),
  "majority-10": control(10, 12, "majority"),
  "totals-10": control(10, 12, "totals"),
  "pooled-10": control(10, 12, "pooled"),
  "pooled-windows-10": control(10, 12, "pooled windows"),
  // All labels.
  "scratch-100": network(100, 3, undefined, { steps: 1000 }),
  "finetune-100": network(100, 3, best, { steps: 1000 }),
  "finetune-100-standardised": network(100, 3, best, standardised(candidate(1e-3, 1e-3, 50, 1000))),
  "linear-100": linear(100, 1, best),
  "random-100": linear(100, 4, undefined, 3),
  "majority-100": control(100, 1, "majority"),
  "totals-100": control(100, 1, "totals"),
  "pooled-100": control(100, 1, "pooled"),
  "pooled-windows-100": control(100, 1, "pooled windows"),
  "pooled-change-100": control(100, 1, "pooled change"),
  "pictures-100": control(100, 1, "pictures"),
  // A quarter of them.
  "scratch-25": network(25, 3, undefined, { steps: 600 }),
  "finetune-25": network(25, 3, best, { steps: 600 }),
  // What is drawn: 1000 steps, 229 people.
  "finetune-10-grey": network(10, 6, "grey"),
  "finetune-10-grey-adversarial": network(10, 6, "grey-adversarial"),
  "finetune-10-change": network(10, 6, "change"),
  "finetune-10-change-given": network(10, 6, "change-given"),
  "finetune-10-changes-given-2": network(10, 12, "changes-given-2"),
  "finetune-10-changes-given-3": network(10, 12, "changes-given-3"),
  "finetune-10-changes-given-long": network(10, 6, "changes-given-long"),
  "linear-100-grey": linear(100, 1, "grey", 3),
  "linear-100-grey-adversarial": linear(100, 1, "grey-adversarial", 3),
  "linear-100-change": linear(100, 1, "change"),
  "linear-100-change-given": linear(100, 1, "change-given"),
  "linear-100-changes-given-long": linear(100, 1, "changes-given-long"),
  // What the settings above were chosen by.
  ...tried("scratch", 10, [candidate(1e-3, 1e-3, 0, 400), candidate(1e-3, 3e-3, 0, 400), candidate(3e-3, 3e-3, 0, 400), candidate(3e-4, 1e-3, 0, 800), candidate(1e-3, 3e-3, 0, 800), standardised(candidate(1e-3, 1e-3, 0, 400)), standardised(candidate(1e-3, 3e-3, 0, 400))]),
  ...tried("finetune", 10, [candidate(1e-3, 1e-3, 50, 400), candidate(1e-3, 1e-3, 0, 400), candidate(1e-3, 3e-3, 50, 400), candidate(3e-4, 1e-3, 50, 400), standardised(candidate(1e-3, 1e-3, 50, 400)), standardised(candidate(1e-3, 3e-3, 0, 400)), standardised(candidate(3e-4, 1e-3, 50, 400))]),
  ...tried("scratch", 100, [candidate(1e-3, 1e-3, 0, 1000), candidate(1e-3, 3e-3, 0, 1000)]),
  ...tried("finetune", 100, [candidate(1e-3, 1e-3, 50, 1000), standardised(candidate(1e-3, 1e-3, 50, 1000)), standardised(candidate(1e-3, 3e-3, 0, 1000))]),
  // Representations, from scratch.
  ...Object.fromEntries(
    ["1 x counts", "3 x counts", "12 x counts", "1 x voxel:bins=6", "1 x tbr:bits=6,dt=100ms", "1 x tie:variant=t_t", "1 x tie:variant=t_t0", "1 x tie:variant=t0_t", "1 x tie:variant=t0_t0"].map((text) => [
      `scratch-10-${text.replace("1 x tie:variant=", "tie ").replaceAll(/:.*|1 x (?=[vt])/g, "").replaceAll(" ", "-")}`,
      { ...network(10, 3), input: text },
    ]),
  ),
};

/** What came of a row: `notebooks/ablation/ROW.json`. */
export interface Result {
  readonly row: string;
  readonly settings: Row;
  readonly pretraining?: object;
  readonly engine: string;
  readonly version: string;
  readonly judged: { readonly subjects: readonly number[] };
  readonly seeds: readonly { readonly seed: number; readonly labelled: readonly number[]; readonly seconds: number; /** The class that each clip was taken for, seven a subject in the order of true classes. */ readonly said: string }[];
}
