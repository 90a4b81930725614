/**
 * Learning to draw a face from its events: evTransFER's pretraining (arXiv:2508.03609).
 * @module
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { ClipSet } from "../data/index.js";
import { core, currentEngine } from "../engine/index.js";
import { checkOptions, OptionError } from "../errors.js";
import { Adam, Discriminator, Generator, generatorChannels, type NetworkSize } from "../models/index.js";
import { uniforms } from "../models/random.js";
import { drawMove, fillAugment, type AugmentOptions } from "./augment.js";
import { fillInputs, readWindows, type InputOptions, type InputSettings, type ReadingOptions } from "./inputs.js";
import { train, type TrainOptions } from "./loop.js";
import { pix2pixStep, type PixelDistance } from "./pix2pix-step.js";
import { meanPicture, measurePictures, spread } from "./pictures.js";
import { encoderOf, Reconstruction } from "./reconstructed.js";
import { meanNames, pairsOf, type Pairs, type Target } from "./pairs.js";
import type { PictureSheet, TrainingTask } from "./task.js";

export interface ReconstructionOptions extends Pick<TrainOptions, "seed" | "epochs" | "steps" | "epochSteps" | "checkpoints" | "logs" | "patience" | "logEvery" | "show" | "signal" | "onProgress"> {
  /** "tutorial" for 64 × 64 pixels and a laptop (the default), "full" as published, for 256 × 256. */
  readonly size?: NetworkSize;
  /** Channels of the encoder, the bottleneck last; instead of those of the size. */
  readonly channels?: readonly number[];
  /** With a discriminator, as published. Default true; without it the L1 term alone. */
  readonly adversarial?: boolean;
  /** Encoder features beside the decoder's. Default true. */
  readonly skips?: boolean;
  /** Share dropped in the decoder. Default 0.5. */
  readonly dropout?: number;
  /**
   * What is drawn: the picture at the end of the window ("end", the default), or how it differs from the first of the clip
   * ("change") or from that at the start of the windows seen ("motion").
   */
  readonly target?: Target;
  /**
   * Shows the decoder the first picture of the clip. Then what the encoder says of the events need not tell who it is, how
   * the head is turned and where the light comes from, but what has moved since: the events up to the end of the window
   * should go back to the first picture (`inputs.stack`). Takes the place of `skips`. Default false.
   */
  readonly firstPicture?: boolean;
  /** "normalised" (the default): mean and contrast of a clip are not in its events. "raw" as published. */
  readonly pictures?: "normalised" | "raw";
  readonly inputs?: InputOptions;
  /** More clips to learn from, with or without labels; `weight` as in {@link TrainingTask.sources}. */
  readonly also?: readonly { readonly clips: ClipSet; readonly weight?: number }[];
  /** Measured after each epoch; the best one is kept. */
  readonly validation?: ClipSet;
  /** Default 8, at full size 32. */
  readonly batch?: number;
  /** Default 2e-4. */
  readonly learningRate?: number;
  /** Of pixels: mean absolute ("l1", the default, as published) or mean squared difference ("l2"), which small changes do not vanish in. */
  readonly distance?: PixelDistance;
  /** How much it counts beside the adversarial term. Default 100. */
  readonly distanceWeight?: number;
  /** Longest gradient. Default: not limited. */
  readonly clip?: number;
  /** Default: flips. */
  readonly augment?: AugmentOptions | false;
  /** How clips are read; `onError: "skip"` passes over those that cannot be. */
  readonly reading?: Omit<ReadingOptions, "signal">;
}

const fields = ["seed", "epochs", "steps", "epochSteps", "checkpoints", "logs", "patience", "logEvery", "show", "signal", "onProgress", "size", "channels", "adversarial", "skips", "dropout", "target", "firstPicture", "pictures", "inputs", "also", "validation", "batch", "learningRate", "distance", "distanceWeight", "clip", "augment", "reading"];

/** Windows that validation looks at, spread over its clips. */
const validated = 96;
const shown = 6;

/**
 * Trains a generator to draw the grey picture of a face from its events, one sample a window.
 *
 * ```ts
 * const pretrained = await adversarialReconstruction(split.train, { adversarial: false, epochs: 20, validation: split.validation, seed: 7 });
 * ```
 * @returns what was learned; `encoder` goes to {@link transfer}. Dispose of it when it is no longer needed.
 * @throws DataError for clips that cannot be read or have no pictures; what {@link train} throws; OptionError
 */
export async function adversarialReconstruction(clips: ClipSet, options: ReconstructionOptions): Promise<Reconstruction> {
  checkOptions("adversarialReconstruction", options, fields);
  const { size = "tutorial", adversarial = true, dropout = 0.5, target = "end", firstPicture: given = false, skips = !given, pictures = "normalised", also = [], validation, batch = size === "full" ? 32 : 8, learningRate = 2e-4, distance = "l1", distanceWeight: weight = 100, seed, signal } = options;
  const channels = options.channels ?? generatorChannels[size];
  if (!["end", "change", "motion"].includes(target)) throw new OptionError({ where: "adversarialReconstruction: target", expected: "end, change or motion", received: String(target) });
  if (!["l1", "l2"].includes(distance)) throw new OptionError({ where: "adversarialReconstruction: distance", expected: "l1 or l2", received: String(distance) });
  if (given && skips) throw new OptionError({ where: "adversarialReconstruction: skips", expected: "false beside firstPicture, whose features take their place", received: "true" });
  const { name: engine } = await currentEngine();
  const filled = fillInputs(options.inputs ?? {}, size === "full" ? 256 : 64);
  const augment = fillAugment(options.augment);
  const reading = { ...options.reading, ...(signal && { signal }) };
  const sources: Pairs[] = [];
  for (const set of [clips, ...also.map((more) => more.clips)]) sources.push(await pairsOf(await readWindows(set, filled, pictures, reading), target));
  const [own] = sources as [Pairs, ...Pairs[]];
  const inputs: InputSettings = { ...filled, scale: own.store.scale, channels: own.store.shape[2] * filled.stack };
  const judged = validation && (await pairsOf(await readWindows(validation, filled, pictures, reading), target));

  const settings = { size, channels, adversarial, skips, dropout, target, firstPicture: given, pictures, inputs, batch, learningRate, distance, distanceWeight: weight, clip: options.clip ?? null, augment, seed, engine };
  const generator = new Generator({ channels, inputChannels: inputs.channels, outputChannels: 1, skips, pictureChannels: given ? 1 : 0, dropout, seed });
  const adam = (of: Generator | Discriminator): Adam => new Adam(of.parameters.trainable(), { learningRate, betas: [0.5, 0.999] });
  const generatorAdam = adam(generator);
  const discriminator = adversarial ? new Discriminator({ size, inputChannels: inputs.channels + 1, seed: seed + 1 }) : undefined;
  const adversary = discriminator && { discriminator, adam: adam(discriminator) };
  const tf = core();

  const drawer = { generator, given };
  const mean = await meanPicture(own);
  const look = judged ?? own;
  const examples = spread(look, shown);
  const sheet = async (): Promise<PictureSheet> => {
    const drawn = await look.draw(drawer, examples, inputs);
    const rows = await Promise.all(examples.map(async (at, i) => [...(given ? [await look.first(at)] : []), await look.events(at, inputs), drawn[i]!, await look.picture(at), mean]));
    return { size: inputs.size, columns: [...(given ? ["first picture"] : []), "events", "drawn", "true", meanNames[target]], rows };
  };

  const task: TrainingTask<{ readonly x: Float32Array; readonly y: Float32Array; readonly first: Float32Array | undefined; readonly count: number }> = {
    networks: { generator: generator.parameters, ...(discriminator && { discriminator: discriminator.parameters }) },
    optimisers: { generator: generatorAdam, ...(adversary && { discriminator: adversary.adam }) },
    sources: sources.map(({ length }, i) => ({ length, ...(i > 0 && also[i - 1]!.weight !== undefined && { weight: also[i - 1]!.weight! }) })),
    async batch(samples, { seed: stepSeed }) {
      const area = inputs.size ** 2;
      const [x, y] = [new Float32Array(samples.length * area * inputs.channels), new Float32Array(samples.length * area)];
      const first = given ? new Float32Array(y.length) : undefined;
      const draw = uniforms(stepSeed, "augment");
      for (const [i, { source, index }] of samples.entries()) {
        const move = drawMove(augment, draw);
        await sources[source]!.write(index, { x, y, first, place: i }, inputs, move);
      }
      return { x, y, first, count: samples.length };
    },
    step({ x, y, first, count }, { seed: stepSeed }) {
      const image = (values: Float32Array, depth: number): Tensor4D => tf.tensor4d(values, [count, inputs.size, inputs.size, depth]);
      const tensors = { input: image(x, inputs.channels), target: image(y, 1), ...(first && { picture: image(first, 1) }) };
      const losses = pix2pixStep({ generator, generatorAdam, adversary, distance, weight }, tensors, stepSeed, { clip: options.clip });
      tf.dispose(tensors);
      return losses;
    },
    ...(judged && {
      validate: async () => {
        const { mae, mse, psnr } = await measurePictures(judged, drawer, spread(judged, validated), inputs);
        return { [distance]: distance === "l1" ? mae : mse, psnr };
      },
    }),
    pictures: sheet,
  };
  const { epochs, steps, epochSteps, checkpoints, logs, patience, logEvery, show, onProgress } = options;
  const shared = { epochs, steps, epochSteps, checkpoints, logs, patience, logEvery, show, signal, onProgress };
  try {
    const run = await train(task, {
      seed,
      batch,
      settings,
      title: adversarial ? "adversarial reconstruction" : "reconstruction",
      ...(judged && { monitor: { measure: "psnr", better: "higher" } as const }),
      ...(Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== undefined)) as Partial<TrainOptions>),
    });
    if (run.best) generator.parameters.load(new Map([...run.best.weights].filter(([name]) => name.startsWith("generator/")).map(([name, value]) => [name.slice("generator/".length), value as { data: Float32Array; shape: readonly number[] }])));
    const at = spread(look, validated);
    const measures = { generator: await measurePictures(look, drawer, at, inputs), meanFace: await measurePictures(look, mean, at, inputs) };
    const { root } = clips.at(0);
    const met = [clips, ...also.map((more) => more.clips)].flatMap((set) => [...set]).filter((clip) => clip.root === root);
    const seen = { root, subjects: [...new Set(met.map(({ subject }) => subject))].sort() };
    return new Reconstruction({ generator, inputs, seen, settings, run: { steps: run.steps, epochs: run.epochs, points: run.points, bestEpoch: run.best?.epoch ?? null, seconds: run.seconds }, measures, unseen: judged !== undefined, samples: await sheet(), encoder: await encoderOf(generator) });
  } catch (error) {
    generator.dispose();
    throw error;
  } finally {
    generatorAdam.dispose();
    adversary?.adam.dispose();
    discriminator?.dispose();
  }
}
