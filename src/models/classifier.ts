/**
 * evTransFER's classifier (arXiv:2508.03609): the generator's encoder, an LSTM over frames or none, and a head.
 * @module
 */
import { core, relu } from "../engine/index.js";
import { checkOptions, OptionError } from "../errors.js";
import type { Rank, Tensor, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import { constant } from "./initialise.js";
import { addLinear, dropout, linear, type Pass } from "./layers.js";
import { ParameterSet, type ParameterState } from "./parameters.js";
import { addEncoder, encode, generatorChannels, type NetworkSize } from "./pix2pix.js";
import { addLstm, lstm } from "./recurrent.js";

export interface ClassifierOptions {
  readonly size?: NetworkSize;
  /** Channels of the encoder, the bottleneck last; instead of a size. */
  readonly channels?: readonly number[];
  /** Default 3. */
  readonly inputChannels?: number;
  /** Height and width of a frame; by default the one that leaves 1 × 1 at the bottleneck. */
  readonly imageSize?: number;
  /** LSTM over the frames of a sequence; false judges frames one by one. Default 3 layers of 512 units. */
  readonly recurrent?: false | { readonly layers?: number; readonly units?: number };
  /** Which block of the encoder the features are of, from 1; the bottleneck when left out. */
  readonly layer?: number;
  /** Features minus `features.mean`, times `features.scale`: statistics that are yours to set. Default false. */
  readonly standardise?: boolean;
  /** Units of the head's hidden layer. Default 256. */
  readonly hidden?: number;
  /** Default 0.5. */
  readonly dropout?: number;
  readonly classes: number;
  readonly seed: number;
}

/** Names as in the authors' code: encoder.encoder_unet.e1.conv.weight, lstm.weight_ih_l0, classifier.0.weight, classifier.3.weight. */
export class Classifier {
  readonly parameters: ParameterSet;
  readonly recurrent: boolean;
  readonly #depth: number;
  readonly #layer: number;
  readonly #dropout: number;
  readonly #features: number;

  static readonly encoderPrefix = "encoder.encoder_unet.";

  constructor(options: ClassifierOptions) {
    checkOptions("Classifier", options, ["size", "channels", "inputChannels", "imageSize", "recurrent", "layer", "standardise", "hidden", "dropout", "classes", "seed"]);
    const { size = "full", channels = generatorChannels[size], inputChannels = 3, recurrent = {}, hidden = 256, classes, seed } = options;
    const smallest = 2 ** channels.length;
    const imageSize = options.imageSize ?? smallest;
    if (imageSize % smallest !== 0) throw new OptionError({ where: "Classifier imageSize", expected: `a multiple of ${smallest}`, received: String(imageSize) });
    this.#depth = channels.length;
    this.#layer = options.layer ?? channels.length;
    if (!(Number.isInteger(this.#layer) && this.#layer >= 1 && this.#layer <= channels.length)) throw new OptionError({ where: "Classifier layer", expected: `a whole number from 1 to ${channels.length}`, received: String(options.layer) });
    this.#dropout = options.dropout ?? 0.5;
    this.#features = channels[this.#layer - 1]! * (imageSize / 2 ** this.#layer) ** 2;
    this.recurrent = recurrent !== false;
    this.parameters = new ParameterSet(seed);
    addEncoder(this.parameters, Classifier.encoderPrefix, inputChannels, channels);
    let width = this.#features;
    if (options.standardise === true) {
      this.parameters.add("features.mean", [width], constant(0), { kind: "statistic" });
      this.parameters.add("features.scale", [width], constant(1), { kind: "statistic" });
    }
    if (recurrent !== false) {
      const { layers = 3, units = 512 } = recurrent;
      addLstm(this.parameters, "lstm", { inputs: width, units, layers });
      width = units;
    }
    addLinear(this.parameters, "classifier.0", width, hidden);
    addLinear(this.parameters, "classifier.3", hidden, classes);
  }

  /** Starts from the encoder of a generator's weights. */
  loadEncoder(generator: ParameterState): void {
    this.parameters.load(generator, { to: Classifier.encoderPrefix });
  }

  /** `frames` [B, T, H, W, C], or [B, H, W, C] without an LSTM → logits [B, classes]. */
  forward(frames: Tensor, pass: Pass = {}): Tensor2D {
    return this.head(this.features(frames, pass), pass);
  }

  /** The features of each frame, [B, T, features] or [B, features]: constant while the encoder is frozen, so worth keeping. */
  features(frames: Tensor, pass: Pass = {}): Tensor2D | Tensor3D {
    const expected = this.recurrent ? 5 : 4;
    if (frames.rank !== expected) {
      throw new OptionError({ where: "Classifier", expected: this.recurrent ? "frames [B, T, H, W, C]" : "frames [B, H, W, C]", received: `[${frames.shape.join(", ")}]` });
    }
    const tf = core();
    const images: Tensor4D = tf.reshape(frames, [-1, ...frames.shape.slice(-3)] as [number, number, number, number]);
    const block = encode(this.parameters, Classifier.encoderPrefix, this.#depth, images, pass, this.#layer).at(-1)!;
    // PyTorch flattens channels first; the order matters once the block is larger than 1 × 1.
    return tf.reshape<Rank>(tf.transpose(block, [0, 3, 1, 2]), [...frames.shape.slice(0, -3), this.#features]) as Tensor2D | Tensor3D;
  }

  /** Logits [B, classes] from {@link features}. */
  head(features: Tensor2D | Tensor3D, pass: Pass = {}): Tensor2D {
    const tf = core();
    let x = features as Tensor2D;
    if (this.parameters.has("features.mean")) x = tf.mul(tf.sub(x, this.parameters.get("features.mean")), this.parameters.get("features.scale"));
    if (this.recurrent) {
      const { last } = lstm(this.parameters, "lstm", tf.transpose(x as Tensor as Tensor3D, [1, 0, 2]));
      x = last.hidden.at(-1)!;
    }
    const hidden = relu(linear(this.parameters, "classifier.0", x));
    return linear(this.parameters, "classifier.3", dropout("classifier.2", hidden, this.#dropout, pass));
  }

  dispose(): void {
    this.parameters.dispose();
  }
}
