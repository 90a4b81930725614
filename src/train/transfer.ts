/**
 * An encoder put to work: evTransFER's classifier (arXiv:2508.03609) in its three modes, and the controls beside it.
 * @module
 */
import { createHash } from "node:crypto";
import { checkOptions, OptionError } from "../errors.js";
import type { Method } from "../evaluate/index.js";
import { generatorChannels, type NetworkSize } from "../models/index.js";
import { fillAugment, type AugmentOptions } from "./augment.js";
import { fitClassifier } from "./fit-classifier.js";
import { fillInputs, type InputOptions, type ReadingOptions } from "./inputs.js";
import type { PretrainedEncoder } from "./reconstructed.js";

/** "scratch" trains all from first values; "linear" leaves the encoder as it is, batch norm included; "finetune" trains all from the encoder's weights. */
export type TransferMode = "scratch" | "linear" | "finetune";

export interface TransferOptions {
  readonly mode: TransferMode;
  /** In reports. Default: the mode, or "random frozen" for a linear one without an encoder. */
  readonly name?: string;
  /** LSTM over the frames of a sequence; false judges windows one by one. Default: 3 frames, and 1 layer of 64 units, at full size 3 of 512. */
  readonly recurrent?: false | { readonly frames?: number; readonly layers?: number; readonly units?: number };
  /** Block whose output is the features, from 1; the bottleneck when left out. */
  readonly layer?: number;
  /** Features shifted and scaled to mean 0 and deviation 1 over the training clips, before training. Default for "linear" only. */
  readonly standardise?: boolean;
  /** Units between features and classes. Default 64, at full size 256. */
  readonly hidden?: number;
  /** Default 0.5. */
  readonly dropout?: number;
  readonly epochs?: number;
  /** Instead of epochs. Default 20 epochs. */
  readonly steps?: number;
  /** At most so many epochs, evenly spread and the last one among them, are judged. Default 20. */
  readonly judged?: number;
  /** Sequences a step. Default 32, at full size 64. */
  readonly batch?: number;
  /** Default: scratch 1e-3; finetune 3e-4 for the encoder and 1e-3 for the rest, at full size 1e-5 and 1e-4 as published. */
  readonly learningRates?: { readonly encoder?: number; readonly head?: number };
  /** Steps over which the encoder's rate rises from 0. Default 0. */
  readonly warmUp?: number;
  /** Default: flips. */
  readonly augment?: AugmentOptions | false;
  /** Longest gradient. Default: not limited. */
  readonly clip?: number;
  /** Stops when validation was not better for so many epochs. */
  readonly patience?: number;
  /** What is seen; that of the encoder when left out. */
  readonly inputs?: InputOptions;
  /** For networks without an encoder; otherwise it is the encoder's. */
  readonly size?: NetworkSize;
  readonly channels?: readonly number[];
  /** As the published code has it: batch norm of a frozen encoder goes on with the statistics of each batch. Default false. */
  readonly parity?: boolean;
  /** Beside it in every report. Default: scratch at its own rate and the random frozen encoder; none for those two themselves. */
  readonly controls?: readonly Method[];
  /** Keeps checkpoints below this folder, one folder a fit. Default: none. */
  readonly checkpoints?: string;
  /** People whom the encoder has met, by their names in the data set that is tested on. Default: those that it was trained on; say [] where they are of another data set. */
  readonly seen?: readonly string[];
  /** How clips are read. */
  readonly reading?: Omit<ReadingOptions, "signal" | "onProgress">;
  /** Shows each fit as it goes on. Default false. */
  readonly show?: boolean;
}

const fields = ["mode", "name", "recurrent", "layer", "standardise", "hidden", "dropout", "epochs", "steps", "judged", "batch", "learningRates", "warmUp", "augment", "clip", "patience", "inputs", "size", "channels", "parity", "controls", "seen", "checkpoints", "reading", "show"];

/** Options with everything decided. */
export interface TransferPlan {
  readonly mode: TransferMode;
  readonly name: string;
  readonly recurrent: false | { readonly frames: number; readonly layers: number; readonly units: number };
  readonly layer: number;
  readonly standardise: boolean;
  readonly hidden: number;
  readonly dropout: number;
  readonly epochs: number | null;
  readonly steps: number | null;
  readonly judged: number;
  readonly batch: number;
  readonly learningRates: { readonly encoder: number; readonly head: number };
  readonly warmUp: number;
  readonly augment: Required<AugmentOptions>;
  readonly clip: number | null;
  readonly patience: number | null;
  readonly inputs: Required<InputOptions>;
  readonly channels: readonly number[];
  readonly parity: boolean;
  /** Digest of the weights that it starts from. */
  readonly encoder: string | null;
}

/**
 * A classifier of expressions on top of a pretrained encoder, or without one, for `evaluate`.
 *
 * ```ts
 * const method = transfer(pretrained.encoder, { mode: "finetune", epochs: 20 });
 * const report = await evaluate(method, faces, { protocols: ["subject-disjoint"], seed: 7 });
 * ```
 * @throws OptionError
 */
export function transfer(encoder: PretrainedEncoder | undefined, options: TransferOptions): Method {
  const plan = planOf(encoder, options);
  const { checkpoints, reading = {}, show = false } = options;
  return {
    name: plan.name,
    settings: plan as unknown as Readonly<Record<string, unknown>>,
    controls: options.controls ?? controlsOf(encoder, options, plan),
    ...(encoder && { seen: options.seen ?? encoder.seen.subjects }),
    fit: (task) => fitClassifier(plan, encoder, task, { checkpoints, reading, show }),
  };
}

function planOf(encoder: PretrainedEncoder | undefined, options: TransferOptions): TransferPlan {
  checkOptions("transfer", options, fields);
  const { mode, size = "tutorial", recurrent = {}, learningRates = {}, parity = false, steps, epochs } = options;
  const full = size === "full" || (encoder !== undefined && encoder.channels.length === generatorChannels.full.length);
  const refuse = (where: string, expected: string, received: unknown): never => {
    throw new OptionError({ where: `transfer: ${where}`, expected, received: JSON.stringify(received) ?? "nothing" });
  };
  if (!["scratch", "linear", "finetune"].includes(mode)) refuse("mode", "scratch, linear or finetune", mode);
  if (mode === "finetune" && encoder === undefined) refuse("mode", "scratch or linear, without an encoder", mode);
  if (mode === "scratch" && encoder !== undefined) refuse("encoder", "none, for mode scratch", "one");
  if (encoder && (options.channels || options.size)) refuse("size and channels", "those of the encoder: leave them out", options.channels ?? size);
  if (steps !== undefined && epochs !== undefined) refuse("epochs", "epochs or steps, not both", { epochs, steps });
  const inputs = fillInputs({ ...(encoder && seenBy(encoder)), ...options.inputs }, full ? 256 : 64);
  if (encoder) for (const field of ["representation", "stack"] as const) if (inputs[field] !== encoder.inputs[field]) refuse(`inputs: ${field}`, `that of the encoder, ${encoder.inputs[field]}`, inputs[field]);
  const channels = encoder?.channels ?? options.channels ?? generatorChannels[size];
  const { layer = channels.length } = options;
  if (!(Number.isInteger(layer) && layer >= 1 && layer <= channels.length)) refuse("layer", `a whole number from 1 to ${channels.length}`, layer);
  const rates = mode === "finetune" ? (full ? { encoder: 1e-5, head: 1e-4 } : { encoder: 3e-4, head: 1e-3 }) : { encoder: mode === "linear" ? 0 : (learningRates.head ?? 1e-3), head: 1e-3 };
  return {
    mode,
    name: options.name ?? (mode === "linear" && encoder === undefined ? "random frozen" : mode),
    recurrent: recurrent === false ? false : { frames: 3, layers: full ? 3 : 1, units: full ? 512 : 64, ...recurrent },
    layer,
    standardise: options.standardise ?? mode === "linear",
    hidden: options.hidden ?? (full ? 256 : 64),
    dropout: options.dropout ?? 0.5,
    epochs: steps === undefined ? (epochs ?? 20) : null,
    steps: steps ?? null,
    judged: options.judged ?? 20,
    batch: options.batch ?? (full ? 64 : 32),
    learningRates: { ...rates, ...learningRates },
    warmUp: options.warmUp ?? 0,
    // Features of a frozen encoder are kept, and there are two of each frame: as it is, and flipped.
    augment: mode === "linear" && !parity ? { ...fillAugment(options.augment), shift: 0 } : fillAugment(options.augment),
    clip: options.clip ?? null,
    patience: options.patience ?? null,
    inputs,
    channels,
    parity,
    encoder: encoder ? digestOf(encoder) : null,
  };
}

const seenBy = ({ inputs: { representation, size, window, crop, stack } }: PretrainedEncoder): Required<InputOptions> => ({ representation, size, window, crop, stack });

/** Networks that see the same and learn as long, without what the encoder knows. */
function controlsOf(encoder: PretrainedEncoder | undefined, { mode: _mode, name: _name, learningRates: _rates, controls: _controls, seen: _seen, standardise: _standardise, warmUp: _warmUp, ...shared }: TransferOptions, { inputs, channels }: TransferPlan): readonly Method[] {
  if (encoder === undefined) return [];
  const { size: _size, ...same } = { ...shared, inputs, channels };
  return [transfer(undefined, { ...same, mode: "scratch" }), transfer(undefined, { ...same, mode: "linear" })];
}

function digestOf({ parameters, inputs }: PretrainedEncoder): string {
  const hash = createHash("sha256").update(JSON.stringify(inputs));
  for (const [name, { data }] of parameters) hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest("hex").slice(0, 16);
}
