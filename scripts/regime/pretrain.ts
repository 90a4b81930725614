/**
 * Pretraining without labels: an encoder of events and a decoder that draws, together.
 * @module
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { core, leakyRelu, relu } from "../../src/engine/index.js";
import {
  Adam, addBatchNorm, addConvolution, addEncoder, addTransposedConvolution, batchNorm, binaryCrossEntropy, constant, convolution, Discriminator, encode, Generator,
  meanAbsoluteError, meanSquaredError, normal, ParameterSet, transposedConvolution, type ParameterState, type Pass,
} from "../../src/models/index.js";
import { uniforms } from "../../src/models/random.js";
import { descend, train, type TrainingRun, type TrainOptions } from "../../src/train/index.js";
import { batchOf, type Batch } from "./batches.js";
import type { ClipArrays } from "./clips.js";

/**
 * What is drawn. "grey": the last picture. "change": the last less the first. "changes": the three later pictures less
 * the first. "…-given": the same by a decoder that sees the first picture, so that the code need not say who it is.
 */
export type Target = "grey" | "change" | "changes" | "change-given" | "changes-given";

export interface PretrainSettings {
  readonly target: Target;
  readonly loss: "l1" | "l2";
  /** With a PatchGAN beside 100 times the loss. */
  readonly adversarial: boolean;
  /** Features of the encoder beside those of the decoder; not for "given". */
  readonly skips: boolean;
  readonly channels: readonly number[];
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** Change of a picture is small against its range. */
const gain = 4;

/** The part of the pictures that is drawn, about −1 to 1. */
export function targetOf(pictures: Tensor4D, target: Target): Tensor4D {
  const tf = core();
  const at = (k: number, n = 1): Tensor4D => tf.slice(pictures, [0, 0, 0, k], [-1, -1, -1, n]);
  if (target === "grey") {
    // Each picture to mean 0 and deviation a half: skin tone and exposure are not in the events.
    const last = at(3);
    const { mean, variance } = tf.moments(last, [1, 2, 3], true);
    return tf.clipByValue(tf.div(tf.sub(last, mean), tf.mul(2, tf.sqrt(variance))), -1, 1) as Tensor4D;
  }
  const later = target.startsWith("changes") ? at(1, 3) : at(3);
  return tf.clipByValue(tf.mul(tf.sub(later, at(0)), gain), -1, 1) as Tensor4D;
}

/** Draws what events did to a picture: a U-Net over the picture with the code of the events at its bottom. */
class GivenGenerator {
  readonly parameters: ParameterSet;
  readonly #channels: readonly number[];

  constructor({ channels, inputChannels, outputChannels, seed }: { channels: readonly number[]; inputChannels: number; outputChannels: number; seed: number }) {
    const first = { weight: normal(0, 0.02), bias: constant(0) };
    this.#channels = channels;
    this.parameters = new ParameterSet(seed);
    addEncoder(this.parameters, "", inputChannels, channels);
    channels.forEach((outputs, i) => {
      addConvolution(this.parameters, `p${i + 1}.conv`, { inputs: i === 0 ? 1 : channels[i - 1]!, outputs, kernel: 4 }, first);
      if (i > 0) addBatchNorm(this.parameters, `p${i + 1}.bn`, outputs);
    });
    for (let i = channels.length - 1; i >= 0; i--) {
      const outputs = i === 0 ? outputChannels : channels[i - 1]!;
      addTransposedConvolution(this.parameters, `d${i + 1}.deconv`, { inputs: 2 * channels[i]!, outputs, kernel: 4 }, first);
      if (i > 0) addBatchNorm(this.parameters, `d${i + 1}.bn`, outputs);
    }
  }

  forward(events: Tensor4D, picture: Tensor4D, pass: Pass): Tensor4D {
    const tf = core();
    const depth = this.#channels.length;
    const code = encode(this.parameters, "", depth, events, pass).at(-1)!;
    const seen: Tensor4D[] = [];
    let x = picture;
    for (let i = 0; i < depth; i++) {
      x = convolution(this.parameters, `p${i + 1}.conv`, x);
      if (i > 0) x = batchNorm(this.parameters, `p${i + 1}.bn`, x, pass);
      seen.push((x = leakyRelu(x, 0.2)));
    }
    let y = code;
    for (let i = depth - 1; i >= 0; i--) {
      y = transposedConvolution(this.parameters, `d${i + 1}.deconv`, tf.concat([y, seen[i]!], 3));
      if (i > 0) y = relu(batchNorm(this.parameters, `d${i + 1}.bn`, y, pass));
    }
    return y;
  }
}

export interface Pretrained {
  /** Of the encoder alone, by the names of `src/models`. */
  readonly encoder: ParameterState;
  readonly points: TrainingRun["points"];
  readonly seconds: number;
  /** Of clips that were not trained on: square error as a part of that of the mean target. */
  readonly unexplained: number;
  draw(events: Tensor4D, pictures: Tensor4D): Tensor4D;
}

/** Pretrains on the clips; `held` are clips of other people. */
export async function pretrain(clips: ClipArrays, held: ClipArrays, settings: PretrainSettings, onProgress?: TrainOptions["onProgress"]): Promise<Pretrained> {
  const tf = core();
  const { target, loss: kind, adversarial, channels, steps, batch, learningRate, seed } = settings;
  const outputChannels = target.startsWith("changes") ? 3 : 1;
  const inputChannels = clips.channels;
  const generator = target.endsWith("-given")
    ? new GivenGenerator({ channels, inputChannels, outputChannels, seed })
    : new Generator({ channels, inputChannels, outputChannels, skips: settings.skips, dropout: 0, seed });
  const forward = (events: Tensor4D, pictures: Tensor4D, pass: Pass): Tensor4D =>
    generator instanceof GivenGenerator ? generator.forward(events, tf.sub(tf.mul(2, tf.slice(pictures, [0, 0, 0, 0], [-1, -1, -1, 1])), 1), pass) : generator.forward(events, pass);
  const distance = kind === "l1" ? meanAbsoluteError : meanSquaredError;
  const adam = { learningRate, betas: adversarial ? ([0.5, 0.999] as const) : ([0.9, 0.999] as const) };
  const drawing = { parameters: generator.parameters.trainable(), optimiser: new Adam(generator.parameters.trainable(), adam) };
  const critic = adversarial ? new Discriminator({ channels: [16, 32, 64, 64], inputChannels: inputChannels + outputChannels, seed: seed + 1 }) : undefined;
  const judging = critic && { parameters: critic.parameters.trainable(), optimiser: new Adam(critic.parameters.trainable(), adam) };
  const run = await train<Batch>(
    {
      networks: { generator: generator.parameters, ...(critic && { critic: critic.parameters }) },
      optimisers: { drawing: drawing.optimiser, ...(judging && { judging: judging.optimiser }) },
      sources: [{ length: clips.count }],
      batch: (samples, { seed: ofStep }) => Promise.resolve(batchOf(clips, samples.map(({ index }) => index), uniforms(ofStep, "augment"))),
      step({ inputs, pictures, labels }, { step, seed: ofStep }) {
        // As given, then down to a tenth over the last third.
        drawing.optimiser.learningRate = learningRate * Math.min(1, 0.1 + 2.7 * (1 - Math.min(step + 1, steps) / steps));
        const pass = { training: true, seed: ofStep };
        const wanted = tf.tidy(() => targetOf(pictures, target));
        let measures = {};
        if (critic && judging) {
          const drawn = tf.tidy(() => forward(inputs, pictures, pass));
          measures = descend([judging], () => ({
            real: tf.mul(0.5, binaryCrossEntropy(critic.forward(inputs, wanted, pass), 1)),
            drawn: tf.mul(0.5, binaryCrossEntropy(critic.forward(inputs, drawn, pass), 0)),
          }));
          drawn.dispose();
        }
        measures = {
          ...measures,
          ...descend([drawing], () => {
            const drawn = forward(inputs, pictures, pass);
            const plain = distance(drawn, wanted);
            return critic ? { plain: tf.mul(100, plain), fooled: binaryCrossEntropy(critic.forward(inputs, drawn, pass), 1) } : { plain };
          }),
        };
        tf.dispose([inputs, pictures, labels, wanted]);
        return measures;
      },
    },
    { seed, batch, steps, show: false, logEvery: 100, ...(onProgress && { onProgress }) },
  );
  const state = await generator.parameters.state();
  const draw = (events: Tensor4D, pictures: Tensor4D): Tensor4D => tf.tidy(() => forward(events, pictures, {}));
  return {
    encoder: new Map([...state].filter(([name]) => /^(e\d|bottleneck)/.test(name))),
    points: run.points,
    seconds: run.seconds,
    unexplained: await unexplained(held, target, draw),
    draw,
  };
}

async function unexplained(held: ClipArrays, target: Target, draw: (events: Tensor4D, pictures: Tensor4D) => Tensor4D): Promise<number> {
  const tf = core();
  let [wrong, all] = [0, 0];
  for (let from = 0; from < held.count; from += 35) {
    const { inputs, pictures, labels } = batchOf(held, Int32Array.from({ length: Math.min(35, held.count - from) }, (_, i) => from + i));
    const [a, b] = tf.tidy(() => {
      const wanted = targetOf(pictures, target);
      return [tf.sum(tf.squaredDifference(draw(inputs, pictures), wanted)), tf.sum(tf.squaredDifference(wanted, tf.mean(wanted, 0, true)))] as const;
    });
    wrong += (await a.data())[0]!;
    all += (await b.data())[0]!;
    tf.dispose([inputs, pictures, labels, a, b]);
  }
  return wrong / all;
}
