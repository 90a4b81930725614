/**
 * A classifier of clips, from scratch or from a pretrained encoder.
 * @module
 */
import { core } from "../../src/engine/index.js";
import { Adam, Classifier, crossEntropy, gradientsOf, type ParameterState } from "../../src/models/index.js";
import { uniforms } from "../../src/models/random.js";
import { batchOf, endless, take } from "./batches.js";
import { classes, type ClipArrays } from "./clips.js";

export interface ClassifySettings {
  readonly channels: readonly number[];
  readonly hidden: number;
  readonly dropout: number;
  /** Learning rate of the encoder; 0 freezes it, batch norm included. */
  readonly encoderRate: number;
  readonly headRate: number;
  /** Steps at first in which only the head learns. */
  readonly warmup: number;
  readonly steps: number;
  readonly batch: number;
  readonly weightDecay: number;
  readonly seed: number;
}

/** Of each judged clip, `classes` numbers, after each of some numbers of steps. */
export interface Judgement {
  readonly step: number;
  readonly probabilities: readonly Float32Array[];
}

/** Trains on the clips of these numbers; judges each set of `judged` after every `every` steps. */
export async function classify(clips: ClipArrays, rows: readonly number[], judged: readonly ClipArrays[], encoder: ParameterState | undefined, settings: ClassifySettings, every: number): Promise<{ judgements: Judgement[]; seconds: number }> {
  const tf = core();
  const started = performance.now();
  const { channels, hidden, dropout, encoderRate, headRate, warmup, steps, batch, weightDecay, seed } = settings;
  const network = new Classifier({ channels, inputChannels: clips.channels, imageSize: 48, recurrent: false, hidden, dropout, classes, seed });
  if (encoder !== undefined) network.loadEncoder(encoder);
  const prefix = Classifier.encoderPrefix;
  const { parameters } = network;
  const head = new Adam(new Map([...parameters.trainable()].filter(([name]) => !name.startsWith(prefix))), { learningRate: headRate, weightDecay });
  const body = new Adam(parameters.trainable(prefix), { learningRate: encoderRate, weightDecay });
  const order = endless(rows.length, seed);
  const draw = uniforms(seed, "augment");
  const judgements: Judgement[] = [];
  if (warmup > 0 || encoderRate === 0) parameters.freeze(prefix);
  for (let step = 1; step <= steps; step++) {
    if (step === warmup + 1 && encoderRate > 0) parameters.unfreeze(prefix);
    // Cosine to a twentieth.
    const share = 0.05 + 0.475 * (1 + Math.cos((Math.PI * step) / steps));
    head.learningRate = headRate * share;
    body.learningRate = encoderRate * share;
    const { inputs, pictures, labels } = batchOf(clips, Int32Array.from(take(batch, order), (i) => rows[i]!), draw);
    const { loss, gradients } = gradientsOf(() => crossEntropy(network.forward(inputs, { training: true, seed: seed * 100_003 + step }), labels), parameters.trainable());
    head.step(new Map([...gradients].filter(([name]) => !name.startsWith(prefix))));
    if (!parameters.isFrozen(prefix)) body.step(new Map([...gradients].filter(([name]) => name.startsWith(prefix))));
    tf.dispose([loss, ...gradients.values(), inputs, pictures, labels]);
    if (step % every === 0 || step === steps) judgements.push({ step, probabilities: await Promise.all(judged.map((set) => judge(network, set))) });
  }
  head.dispose();
  body.dispose();
  network.dispose();
  return { judgements, seconds: (performance.now() - started) / 1000 };
}

async function judge(network: Classifier, clips: ClipArrays): Promise<Float32Array> {
  const tf = core();
  const all = new Float32Array(clips.count * classes);
  for (let from = 0; from < clips.count; from += 70) {
    const { inputs, pictures, labels } = batchOf(clips, Int32Array.from({ length: Math.min(70, clips.count - from) }, (_, i) => from + i));
    const probabilities = tf.tidy(() => tf.softmax(network.forward(inputs)));
    all.set(await probabilities.data(), from * classes);
    tf.dispose([inputs, pictures, labels, probabilities]);
  }
  return all;
}
