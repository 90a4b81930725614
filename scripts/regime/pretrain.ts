/**
 * Pretraining without labels: an encoder of events and a decoder that draws, together.
 * @module
 */
import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import { core, leakyRelu, relu } from "../../src/engine/index.js";
import {
  Adam, addBatchNorm, addConvolution, addEncoder, addTransposedConvolution, batchNorm, binaryCrossEntropy, constant, convolution, Discriminator, encode, Generator, gradientsOf,
  meanAbsoluteError, meanSquaredError, normal, ParameterSet, transposedConvolution, type ParameterState, type Pass,
} from "../../src/models/index.js";
import { uniforms } from "../../src/models/random.js";
import { batchOf, endless, take } from "./batches.js";
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
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  readonly seconds: number;
  /** Of clips that were not trained on: mean square error over that of the mean target. */
  readonly unexplained: number;
  draw(events: Tensor4D, pictures: Tensor4D): Tensor4D;
}

export async function pretrain(clips: ClipArrays, held: ClipArrays, settings: PretrainSettings, say: (text: string) => void = () => undefined): Promise<Pretrained> {
  const tf = core();
  const started = performance.now();
  const { target, loss: kind, adversarial, channels, steps, batch, learningRate, seed } = settings;
  const given = target.endsWith("-given");
  const outputChannels = target.startsWith("changes") ? 3 : 1;
  const inputChannels = clips.channels;
  const generator = given ? new GivenGenerator({ channels, inputChannels, outputChannels, seed }) : new Generator({ channels, inputChannels, outputChannels, skips: settings.skips, dropout: 0, seed });
  const first = (pictures: Tensor4D): Tensor4D => tf.sub(tf.mul(2, tf.slice(pictures, [0, 0, 0, 0], [-1, -1, -1, 1])), 1);
  const forward = (events: Tensor4D, pictures: Tensor4D, pass: Pass): Tensor4D => (generator instanceof GivenGenerator ? generator.forward(events, first(pictures), pass) : generator.forward(events, pass));
  const distance = kind === "l1" ? meanAbsoluteError : meanSquaredError;
  const adam = { learningRate, betas: adversarial ? ([0.5, 0.999] as const) : ([0.9, 0.999] as const) };
  const optimiser = new Adam(generator.parameters.trainable(), adam);
  const discriminator = adversarial ? new Discriminator({ channels: [16, 32, 64, 64], inputChannels: inputChannels + outputChannels, seed: seed + 1 }) : undefined;
  const judge = discriminator && new Adam(discriminator.parameters.trainable(), adam);
  const order = endless(clips.count, seed);
  const draw = uniforms(seed, "augment");
  const losses: { step: number; loss: number }[] = [];
  let sum = 0;
  for (let step = 1; step <= steps; step++) {
    // Straight, then down to a tenth over the last third.
    optimiser.learningRate = learningRate * Math.min(1, 0.1 + 2.7 * (1 - step / steps));
    const { inputs, pictures, labels } = batchOf(clips, take(batch, order), draw);
    const wanted = tf.tidy(() => targetOf(pictures, target));
    if (discriminator !== undefined) {
      const drawn = tf.tidy(() => forward(inputs, pictures, { training: true, seed: step }));
      const d = gradientsOf(
        () => tf.mul(0.5, tf.add(binaryCrossEntropy(discriminator.forward(inputs, wanted, { training: true }), 1), binaryCrossEntropy(discriminator.forward(inputs, drawn, { training: true }), 0))),
        discriminator.parameters.trainable(),
      );
      judge!.step(d.gradients);
      tf.dispose([drawn, d.loss, ...d.gradients.values()]);
    }
    const { loss, gradients } = gradientsOf(() => {
      const drawn = forward(inputs, pictures, { training: true, seed: step });
      const plain = distance(drawn, wanted);
      return discriminator === undefined ? plain : (tf.add(tf.mul(100, plain), binaryCrossEntropy(discriminator.forward(inputs, drawn, { training: true }), 1)) as Scalar);
    }, generator.parameters.trainable());
    optimiser.step(gradients);
    sum += (await loss.data())[0]!;
    tf.dispose([loss, ...gradients.values(), inputs, pictures, labels, wanted]);
    if (step % 100 === 0) {
      losses.push({ step, loss: sum / 100 });
      say(`step ${step} loss ${(sum / 100).toFixed(5)} ${((performance.now() - started) / step).toFixed(0)} ms/step`);
      sum = 0;
    }
  }
  const state = await generator.parameters.state();
  const encoder = new Map([...state].filter(([name]) => /^(e\d|bottleneck)/.test(name)));
  const draw2 = (events: Tensor4D, pictures: Tensor4D): Tensor4D => tf.tidy(() => forward(events, pictures, {}));
  return { encoder, losses, seconds: (performance.now() - started) / 1000, unexplained: await unexplained(held, target, draw2), draw: draw2 };
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
