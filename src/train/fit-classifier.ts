/**
 * One fit of a classifier: a split, a seed, and what it says of clips it has not seen.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import type { ClipSet } from "../data/index.js";
import { core, currentEngine, type StoredTensor } from "../engine/index.js";
import { DataError } from "../errors.js";
import type { EpochPredictions, Fitted, FitTask, Predictions } from "../evaluate/index.js";
import { Adam, Classifier, crossEntropy } from "../models/index.js";
import { uniforms } from "../models/random.js";
import { drawMove, still } from "./augment.js";
import { below } from "./checkpoint.js";
import { descend, type Group } from "./descend.js";
import { featuresOf, setStandard, type Features } from "./features.js";
import { readWindows, type InputSettings, type ReadingOptions } from "./inputs.js";
import { train } from "./loop.js";
import { stepsPerEpoch } from "./order.js";
import type { PretrainedEncoder } from "./reconstructed.js";
import { predictionsOf, sequenceMeasures, sequencesOf, shiftedStart, writeSequence, type Sequence } from "./sequences.js";
import type { WindowStore } from "../data/index.js";
import type { TrainingTask } from "./task.js";
import type { TransferPlan } from "./transfer.js";

export interface FitOptions {
  readonly checkpoints: string | undefined;
  readonly reading: Omit<ReadingOptions, "signal" | "onProgress">;
  readonly show: boolean;
}

/** Clips of one side of the split, ready to be looked at. */
interface Side {
  readonly store: WindowStore;
  readonly sequences: readonly Sequence[];
  /** Of a frozen encoder. */
  features?: Features;
}

const prefix = Classifier.encoderPrefix;

/** How many sequences are judged at a time. */
const together = 32;

export async function fitClassifier(plan: TransferPlan, encoder: PretrainedEncoder | undefined, { split, classes, seed, signal, onProgress }: FitTask, { checkpoints, reading, show }: FitOptions): Promise<Fitted> {
  const { name: engine } = await currentEngine();
  const began = performance.now();
  const frames = plan.recurrent === false ? 1 : plan.recurrent.frames;
  const open = async (clips: ClipSet, what: string): Promise<Side> => {
    const store = await readWindows(clips, plan.inputs, "none", { ...reading, ...(signal && { signal }), onProgress: ({ done, total }) => onProgress?.({ done, total, what: `windows to ${what} on` }) });
    const sequences = sequencesOf(store, classes, frames);
    if (sequences.length === 0) throw new DataError({ where: `split ${split.name}`, expected: `clips to ${what} on, with a label among ${classes.join(", ")}`, received: "none" });
    return { store, sequences };
  };
  const sides = { train: await open(split.train, "train"), test: await open(split.test, "test"), ...(split.validation && split.validation.length > 0 && { validation: await open(split.validation, "validate") }) };
  const inputs: InputSettings = { ...plan.inputs, scale: encoder?.inputs.scale ?? sides.train.store.scale, channels: sides.train.store.shape[2] * plan.inputs.stack };

  const { recurrent } = plan;
  const network = new Classifier({
    channels: plan.channels, inputChannels: inputs.channels, imageSize: inputs.size, layer: plan.layer, standardise: plan.standardise, hidden: plan.hidden, dropout: plan.dropout, classes: classes.length, seed,
    recurrent: recurrent === false ? false : { layers: recurrent.layers, units: recurrent.units },
  });
  if (encoder) network.loadEncoder(encoder.parameters);
  const frozen = plan.mode === "linear";
  const kept = frozen && !plan.parity;
  if (kept) {
    network.parameters.freeze(prefix);
    for (const side of Object.values(sides)) side.features = await featuresOf(network, side.store, inputs, { flipped: plan.augment.flip && side === sides.train, ...(signal && { signal }) });
  }
  if (plan.standardise) await setStandard(network, sides.train.features ?? (await featuresOf(network, sides.train.store, inputs, { flipped: false, most: 64, ...(signal && { signal }) })));

  const groups = groupsOf(network, plan);
  const sources = [{ length: sides.train.sequences.length }];
  const perEpoch = stepsPerEpoch(sources, plan.batch);
  const epochs = plan.epochs ?? Math.ceil(plan.steps! / perEpoch);
  const judge = (epoch: number): boolean => epoch === epochs || Math.floor((epoch * plan.judged) / epochs) > Math.floor(((epoch - 1) * plan.judged) / epochs);
  const judgements = new Map<number, { readonly test: Float32Array; readonly validation?: Float32Array }>();
  const image = inputs.size ** 2 * inputs.channels;

  type Batch = { readonly x: Float32Array; readonly labels: number[]; readonly shape: number[] };
  const assemble = async (side: Side, chosen: readonly Sequence[], draw: (() => number) | undefined): Promise<Batch> => {
    const { features } = side;
    const width = features?.width ?? image;
    const x = new Float32Array(chosen.length * frames * width);
    for (const [i, sequence] of chosen.entries()) {
      const move = draw ? drawMove(plan.augment, draw) : still;
      const start = draw ? shiftedStart(sequence, side.store, frames, draw()) : sequence.start;
      if (features) features.write(x, i * frames * width, sequence.clip, start, frames, move.flip);
      else await writeSequence(x, i * frames * image, side.store, sequence.clip, start, frames, inputs, move);
    }
    const one = features ? [width] : [inputs.size, inputs.size, inputs.channels];
    return { x, labels: chosen.map(({ label }) => label), shape: [chosen.length, ...(network.recurrent ? [frames] : []), ...one] };
  };
  const logits = (x: Tensor, pass: { training?: boolean; seed?: number }): Tensor2D => (kept ? network.head(x as Tensor2D, pass) : network.forward(x, pass));

  const probabilities = async (side: Side): Promise<Float32Array> => {
    const tf = core();
    const all = new Float32Array(side.sequences.length * classes.length);
    for (let from = 0; from < side.sequences.length; from += together) {
      const { x, shape } = await assemble(side, side.sequences.slice(from, from + together), undefined);
      const result = tf.tidy(() => tf.softmax(logits(tf.tensor(x, shape), {})));
      all.set(await result.data<"float32">(), from * classes.length);
      result.dispose();
    }
    return all;
  };
  const say = (side: Side, values: Float32Array): Predictions => predictionsOf(side.store, side.sequences, classes, values);

  const task: TrainingTask<Batch> = {
    networks: { classifier: network.parameters },
    optimisers: Object.fromEntries(groups.map(({ name, optimiser }) => [name, optimiser])),
    sources,
    batch: (samples, { seed: stepSeed }) => assemble(sides.train, samples.map(({ index }) => sides.train.sequences[index]!), uniforms(stepSeed, "augment")),
    step({ x, labels, shape }, { step, seed: stepSeed }) {
      const tf = core();
      const frame = tf.tensor(x, shape);
      const truth: Tensor1D = tf.tensor1d(labels, "int32");
      const chosen = groups.filter(({ name, optimiser, rate }) => {
        optimiser.learningRate = name === "encoder" && step < plan.warmUp ? (rate * step) / plan.warmUp : rate;
        return optimiser.learningRate > 0;
      });
      const losses = descend(chosen, () => ({ loss: crossEntropy(logits(frame, { training: true, seed: stepSeed }), truth) }), plan.clip === null ? {} : { clip: plan.clip });
      tf.dispose([frame, truth]);
      return losses;
    },
    async validate(epoch) {
      onProgress?.({ done: epoch, total: epochs, what: "epoch" });
      if (!judge(epoch)) return undefined;
      const test = await probabilities(sides.test);
      const validation = sides.validation && (await probabilities(sides.validation));
      judgements.set(epoch, { test, ...(validation && { validation }) });
      return validation ? sequenceMeasures(say(sides.validation!, validation)) : undefined;
    },
    kept: {
      state: () => new Map([...judgements].flatMap(([epoch, { test, validation }]): [string, StoredTensor][] => [[`test/${epoch}`, { data: test, shape: [test.length] }], ...(validation ? [[`validation/${epoch}`, { data: validation, shape: [validation.length] }] as [string, StoredTensor]] : [])])),
      load(state) {
        const validation = below(state, "validation/");
        for (const [epoch, { data }] of below(state, "test/")) judgements.set(Number(epoch), { test: data as Float32Array, ...(validation.has(epoch) && { validation: validation.get(epoch)!.data as Float32Array }) });
      },
    },
  };
  try {
    const clipIds = createHash("sha256").update(Object.values(sides).flatMap(({ store }) => store.clips.map(({ id }) => id)).join("\n")).digest("hex").slice(0, 16);
    const settings = { ...plan, classes, split: split.name, clips: clipIds, engine };
    const place = createHash("sha256").update(JSON.stringify([settings, seed])).digest("hex").slice(0, 12);
    const run = await train(task, {
      seed, batch: plan.batch, ...(plan.steps === null ? { epochs } : { steps: plan.steps }), settings, show, title: plan.name,
      ...(checkpoints !== undefined && { checkpoints: join(checkpoints, `${plan.name.replace(/\W+/g, "-")}-${place}`) }),
      ...(sides.validation && { monitor: { measure: "accuracy", better: "higher" } as const }),
      ...(plan.patience !== null && sides.validation && { patience: plan.patience }),
      ...(signal && { signal }),
    });
    const chosen = run.best?.epoch ?? Math.max(...judgements.keys());
    const said = (epoch: number): EpochPredictions => ({ epoch, test: say(sides.test, judgements.get(epoch)!.test), ...(sides.validation && { validation: say(sides.validation, judgements.get(epoch)!.validation!) }) });
    const { epoch: _, ...best } = said(chosen);
    return {
      ...best,
      epochs: [...judgements.keys()].sort((a, b) => a - b).map(said),
      record: { epoch: chosen, steps: run.steps, seconds: (performance.now() - began) / 1000, engine, sequences: sides.train.sequences.length, losses: run.epochs.map(({ epoch, losses, validation }) => ({ epoch, ...losses, ...(validation && { validation }) })) },
    };
  } finally {
    for (const { optimiser } of groups) optimiser.dispose();
    network.dispose();
  }
}

/** What is trained, at which rate. */
function groupsOf({ parameters }: Classifier, { mode, learningRates }: TransferPlan): (Group & { readonly name: string; readonly rate: number })[] {
  const all = parameters.trainable();
  const part = (name: string, rate: number, wanted: (parameter: string) => boolean): Group & { readonly name: string; readonly rate: number } => {
    const own = new Map([...all].filter(([parameter]) => wanted(parameter)));
    return { name, rate, parameters: own, optimiser: new Adam(own, { learningRate: rate }) };
  };
  const head = part("head", learningRates.head, (name) => !name.startsWith(prefix));
  return mode === "linear" ? [head] : [part("encoder", learningRates.encoder, (name) => name.startsWith(prefix)), head];
}
