/**
 * What a reconstruction learned: it shows itself, and goes to a file and back.
 * @module
 */
import { currentEngine } from "../engine/index.js";
import { FormatError } from "../errors.js";
import type { Figure } from "../plot/index.js";
import { Generator, loadWeights, saveWeights, type ParameterState, type StoredParameter } from "../models/index.js";
import { curves } from "./curves.js";
import type { EpochRecord, LossPoint } from "./history.js";
import type { InputSettings } from "./inputs.js";
import { meanNames, type Target } from "./pairs.js";
import type { PictureMeasures } from "./pictures.js";
import type { PictureSheet } from "./task.js";

/** An encoder with what it was trained to see. */
export interface PretrainedEncoder {
  /** e1.conv.weight, e2.bn.running_mean, …, bottleneck.0.bias, as in a {@link Generator}. */
  readonly parameters: ParameterState;
  /** Of its blocks, the bottleneck last. */
  readonly channels: readonly number[];
  readonly inputs: InputSettings;
  /** People whose clips it was trained on: of the data set in `root`. */
  readonly seen: { readonly root: string; readonly subjects: readonly string[] };
  /** How it was made; plain JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface TrainingHistory {
  readonly steps: number;
  readonly epochs: readonly EpochRecord[];
  readonly points: readonly LossPoint[];
  readonly bestEpoch: number | null;
  readonly seconds: number;
}

interface Parts {
  readonly generator: Generator;
  readonly encoder: ParameterState;
  readonly inputs: InputSettings;
  readonly seen: PretrainedEncoder["seen"];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly run: TrainingHistory;
  readonly measures: { readonly generator: PictureMeasures; readonly meanFace: PictureMeasures };
  readonly unseen: boolean;
  readonly samples: PictureSheet;
}

export class Reconstruction {
  readonly generator: Generator;
  /** For `transfer`. */
  readonly encoder: PretrainedEncoder;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly history: TrainingHistory;
  /** Of the generator, and of the mean of what it was to draw in training, on the same windows. */
  readonly measures: Parts["measures"];
  /** True when the measures and samples are of validation clips, false when of the training clips. */
  readonly unseen: boolean;
  readonly samples: PictureSheet;

  /** @internal */
  constructor({ generator, encoder, inputs, seen, settings, run, measures, unseen, samples }: Parts) {
    this.generator = generator;
    this.encoder = { parameters: encoder, channels: generator.channels, inputs, seen, settings };
    this.settings = settings;
    this.history = run;
    this.measures = measures;
    this.unseen = unseen;
    this.samples = samples;
  }

  /** Curves and samples. */
  figure(): Figure {
    return curves(this.settings["adversarial"] === true ? "adversarial reconstruction" : "reconstruction", this.history, this.samples);
  }

  /** Weights of the generator under PyTorch's names, with all the rest as metadata. @throws SourceError */
  async save(path: string): Promise<void> {
    const { size, columns, rows } = this.samples;
    const samples: StoredParameter = { data: Float32Array.from(rows.flatMap((row) => row.flatMap((picture) => [...picture]))), shape: [rows.length, columns.length, size, size] };
    const record = { settings: this.settings, inputs: this.encoder.inputs, seen: this.encoder.seen, history: this.history, measures: this.measures, unseen: this.unseen, columns };
    await saveWeights(path, new Map([...(await this.generator.parameters.state()), ["evtlab.samples", samples]]), { reconstruction: JSON.stringify(record) });
  }

  /** Frees the generator's tensors; the encoder stays. */
  dispose(): void {
    this.generator.dispose();
  }

  toString(): string {
    const { generator, meanFace } = this.measures;
    const { steps, bestEpoch, seconds } = this.history;
    return [
      `reconstruction ${this.settings["adversarial"] === true ? "with" : "without"} an adversary: ${steps} steps in ${seconds.toFixed(0)} s${bestEpoch === null ? "" : `, best epoch ${bestEpoch}`}`,
      `on ${this.unseen ? "validation" : "training"} clips: PSNR ${generator.psnr.toFixed(2)} dB, SSIM ${generator.ssim.toFixed(3)}`,
      `the ${meanNames[this.settings["target"] as Target]}: PSNR ${meanFace.psnr.toFixed(2)} dB, SSIM ${meanFace.ssim.toFixed(3)}`,
    ].join("\n");
  }

  async [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    return { ...(await this.figure().bundle()), "text/plain": this.toString() };
  }
}

/** What {@link Reconstruction.save} wrote. @throws SourceError, FormatError */
export async function loadReconstruction(path: string): Promise<Reconstruction> {
  await currentEngine();
  const { parameters, metadata } = await loadWeights(path);
  const text = metadata["reconstruction"];
  const samples = parameters.get("evtlab.samples");
  if (text === undefined || samples === undefined) throw new FormatError({ where: path, expected: "a reconstruction that evtlab saved", received: "other weights" });
  const { settings, inputs, seen, history, measures, unseen, columns } = JSON.parse(text) as { settings: Readonly<Record<string, unknown>>; inputs: InputSettings; seen: PretrainedEncoder["seen"]; history: TrainingHistory; measures: Parts["measures"]; unseen: boolean; columns: string[] };
  const channels = settings["channels"] as number[];
  const generator = new Generator({ channels, inputChannels: inputs.channels, outputChannels: 1, skips: settings["skips"] === true, pictureChannels: settings["firstPicture"] === true ? 1 : 0, dropout: settings["dropout"] as number, seed: settings["seed"] as number });
  generator.parameters.load(parameters);
  const [rows, , size] = samples.shape as [number, number, number];
  const area = size * size;
  const sheet = { size, columns, rows: Array.from({ length: rows }, (_, r) => columns.map((__, c) => samples.data.slice((r * columns.length + c) * area, (r * columns.length + c + 1) * area))) };
  return new Reconstruction({ generator, encoder: await encoderOf(generator), inputs, seen, settings, run: history, measures, unseen, samples: sheet });
}

/** The encoder's part of a generator's weights. */
export async function encoderOf({ parameters }: Generator): Promise<ParameterState> {
  return new Map([...(await parameters.state())].filter(([name]) => /^(e\d+|bottleneck)\./.test(name)));
}
