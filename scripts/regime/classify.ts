/**
 * A classifier of clips, from scratch or from a pretrained encoder.
 * @module
 */
import type { Variable } from "@tensorflow/tfjs-core";
import { core } from "../../src/engine/index.js";
import { Adam, Classifier, crossEntropy, type ParameterState } from "../../src/models/index.js";
import { uniforms } from "../../src/models/random.js";
import { descend, train } from "../../src/train/index.js";
import { batchOf, type Batch } from "./batches.js";
import { classes, size, type ClipArrays } from "./clips.js";

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
  /** Features of the encoder as it starts shifted and scaled to mean 0 and deviation 1 over training clips. Default false. */
  readonly standardise?: boolean;
  readonly seed: number;
}

/** Trains on the clips of these numbers, and judges sets of clips at the end: `classes` probabilities a clip. */
export async function classify(clips: ClipArrays, rows: readonly number[], judged: readonly ClipArrays[], encoder: ParameterState | undefined, settings: ClassifySettings): Promise<Float32Array[]> {
  const tf = core();
  const { channels, hidden, dropout, encoderRate, headRate, warmup, steps, batch, weightDecay, standardise = false, seed } = settings;
  const network = new Classifier({ channels, inputChannels: clips.channels, imageSize: size, recurrent: false, standardise, hidden, dropout, classes, seed });
  if (encoder !== undefined) network.loadEncoder(encoder);
  if (standardise) setStandard(network, clips, rows);
  const { parameters } = network;
  const of = (body: boolean): Map<string, Variable> => new Map([...parameters.trainable()].filter(([name]) => name.startsWith(Classifier.encoderPrefix) === body));
  const head = { parameters: of(false), optimiser: new Adam(of(false), { learningRate: headRate, weightDecay }) };
  const body = { parameters: of(true), optimiser: new Adam(of(true), { learningRate: encoderRate, weightDecay }) };
  await train<Batch>(
    {
      networks: { classifier: parameters },
      optimisers: { head: head.optimiser, body: body.optimiser },
      sources: [{ length: rows.length }],
      batch: (samples, { seed: ofStep }) => Promise.resolve(batchOf(clips, samples.map(({ index }) => rows[index]!), uniforms(ofStep, "augment"))),
      step({ inputs, pictures, labels }, { step, seed: ofStep }) {
        const frozen = encoderRate === 0 || step < warmup;
        if (frozen) parameters.freeze(Classifier.encoderPrefix);
        else parameters.unfreeze(Classifier.encoderPrefix);
        // A half cosine, down to a twentieth.
        const share = 0.05 + 0.475 * (1 + Math.cos((Math.PI * Math.min(step + 1, steps)) / steps));
        head.optimiser.learningRate = headRate * share;
        body.optimiser.learningRate = encoderRate * share;
        const measures = descend(frozen ? [head] : [head, body], () => ({ loss: crossEntropy(network.forward(inputs, { training: true, seed: ofStep }), labels) }));
        tf.dispose([inputs, pictures, labels]);
        return measures;
      },
    },
    { seed, batch, steps, show: false },
  );
  const probabilities: Float32Array[] = [];
  for (const set of judged) probabilities.push(await judge(network, set));
  for (const { optimiser } of [head, body]) optimiser.dispose();
  network.dispose();
  return probabilities;
}

/** From at most 140 of the clips. */
function setStandard(network: Classifier, clips: ClipArrays, rows: readonly number[]): void {
  const tf = core();
  const step = Math.ceil(rows.length / 140);
  const { inputs, pictures, labels } = batchOf(clips, rows.filter((_, i) => i % step === 0));
  tf.tidy(() => {
    const { mean, variance } = tf.moments(network.features(inputs), 0);
    network.parameters.get("features.mean").assign(mean);
    network.parameters.get("features.scale").assign(tf.rsqrt(tf.add(variance, 1e-8)));
  });
  tf.dispose([inputs, pictures, labels]);
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
