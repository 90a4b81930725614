/**
 * The pix2pix pair (Isola et al., arXiv:1611.07004) in the form of evTransFER's reconstruction: a U-Net generator with a
 * bottleneck of 1 × 1 and a PatchGAN discriminator, with the names of the authors' PyTorch modules.
 * @module
 */
import { core, leakyRelu, relu } from "../engine/index.js";
import { checkOptions, OptionError } from "../errors.js";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { constant, normal } from "./initialise.js";
import { addBatchNorm, addConvolution, addTransposedConvolution, batchNorm, convolution, dropout, transposedConvolution, type Pass } from "./layers.js";
import { ParameterSet } from "./parameters.js";

/** "full" is the published size, for 256 × 256 pixels; "tutorial" is for 64 × 64 and a laptop. */
export type NetworkSize = "full" | "tutorial";

/** Channels of the generator's encoder, the bottleneck last. */
export const generatorChannels = { full: [64, 128, 256, 512, 512, 512, 512, 512], tutorial: [16, 32, 64, 64, 64] } as const;
const discriminatorChannels = { full: [64, 128, 256, 512, 512], tutorial: [16, 32, 64, 64] } as const;

// N(0, 0.02) for convolutions and N(1, 0.02) for the scale of batch norms, as published.
const convolutionFirst = { weight: normal(0, 0.02), bias: constant(0) };
const normFirst = { weight: normal(1, 0.02), bias: constant(0) };

export interface GeneratorOptions {
  readonly size?: NetworkSize;
  /** Channels of the encoder, each halving the image, the bottleneck last; instead of a size. */
  readonly channels?: readonly number[];
  /** Default 3. */
  readonly inputChannels?: number;
  /** Default 3. */
  readonly outputChannels?: number;
  /** Encoder features beside the decoder's at each size. Default true; without them all passes through the bottleneck. */
  readonly skips?: boolean;
  /**
   * Channels of a picture that the decoder is given as well: a second encoder of the same form, below `picture.`, takes it,
   * and its features stand beside the decoder's instead of those of the first. Default 0, none.
   */
  readonly pictureChannels?: number;
  /** Share dropped in the first `dropoutBlocks` blocks of the decoder. Default 0.5. */
  readonly dropout?: number;
  /** Default 3, or all blocks where there are fewer. */
  readonly dropoutBlocks?: number;
  readonly seed: number;
}

export class Generator {
  readonly parameters: ParameterSet;
  /** Of the encoder, the bottleneck last. */
  readonly channels: readonly number[];
  readonly #skips: boolean;
  readonly #pictured: boolean;
  readonly #dropout: number;
  readonly #dropoutBlocks: number;

  constructor(options: GeneratorOptions) {
    checkOptions("Generator", options, ["size", "channels", "inputChannels", "outputChannels", "skips", "pictureChannels", "dropout", "dropoutBlocks", "seed"]);
    const { size = "full", channels = generatorChannels[size], inputChannels = 3, outputChannels = 3, pictureChannels = 0, seed } = options;
    const skips = pictureChannels > 0 || (options.skips ?? true);
    if (!channels || channels.length < 2) throw new OptionError({ where: "Generator channels", expected: "at least one block and a bottleneck", received: JSON.stringify(channels) });
    this.channels = channels;
    this.#skips = skips;
    this.#pictured = pictureChannels > 0;
    this.#dropout = options.dropout ?? 0.5;
    this.#dropoutBlocks = options.dropoutBlocks ?? 3;
    this.parameters = new ParameterSet(seed);
    addEncoder(this.parameters, "", inputChannels, channels);
    if (this.#pictured) addEncoder(this.parameters, "picture.", pictureChannels, channels);
    let inputs = (this.#pictured ? 2 : 1) * channels.at(-1)!;
    this.#blocks().forEach((encoder, i) => {
      const outputs = channels[encoder]!;
      addTransposedConvolution(this.parameters, `d${i + 1}.deconv`, { inputs, outputs, kernel: 4 }, convolutionFirst);
      addBatchNorm(this.parameters, `d${i + 1}.bn`, outputs, normFirst);
      inputs = skips ? 2 * outputs : outputs;
    });
    addTransposedConvolution(this.parameters, "out_conv", { inputs, outputs: outputChannels, kernel: 4 }, convolutionFirst);
  }

  /**
   * `x` [B, H, W, inputChannels], and `picture` [B, H, W, pictureChannels] where there are any → values in −1 to 1,
   * [B, H, W, outputChannels]. H and W: multiples of 2 to the number of channels.
   */
  forward(x: Tensor4D, pass: Pass = {}, picture?: Tensor4D): Tensor4D {
    if ((picture !== undefined) !== this.#pictured) throw new OptionError({ where: "Generator", expected: this.#pictured ? "a picture beside the input" : "no picture", received: this.#pictured ? "none" : "one" });
    const tf = core();
    const depth = this.channels.length;
    const code = encode(this.parameters, "", depth, x, pass);
    const features = picture ? encode(this.parameters, "picture.", depth, picture, pass) : code;
    let y = picture ? tf.concat([code.at(-1)!, features.at(-1)!], 3) : code.at(-1)!;
    this.#blocks().forEach((encoder, i) => {
      const name = `d${i + 1}`;
      y = batchNorm(this.parameters, `${name}.bn`, transposedConvolution(this.parameters, `${name}.deconv`, y), pass);
      if (i < this.#dropoutBlocks) y = dropout(name, y, this.#dropout, pass);
      // ReLU after the concatenation: it meets the skip as well.
      y = relu(this.#skips ? tf.concat([y, features[encoder]!], 3) : y);
    });
    return tf.tanh(transposedConvolution(this.parameters, "out_conv", y));
  }

  /** Blocks of the encoder in the order in which the decoder meets them. */
  #blocks(): number[] {
    return this.channels.slice(0, -1).map((_, i) => this.channels.length - 2 - i);
  }

  dispose(): void {
    this.parameters.dispose();
  }
}

/** The encoder's parameters below `prefix`: e1.conv, e2.conv, e2.bn, … and bottleneck.0. */
export function addEncoder(parameters: ParameterSet, prefix: string, inputChannels: number, channels: readonly number[]): void {
  channels.forEach((outputs, i) => {
    const inputs = i === 0 ? inputChannels : channels[i - 1]!;
    const last = i === channels.length - 1;
    addConvolution(parameters, last ? `${prefix}bottleneck.0` : `${prefix}e${i + 1}.conv`, { inputs, outputs, kernel: 4 }, convolutionFirst);
    if (i > 0 && !last) addBatchNorm(parameters, `${prefix}e${i + 1}.bn`, outputs, normFirst);
  });
}

/** Output of each of the `depth` blocks, the bottleneck last, or of the first `blocks` of them. */
export function encode(parameters: ParameterSet, prefix: string, depth: number, x: Tensor4D, pass: Pass, blocks: number = depth): Tensor4D[] {
  const factor = 2 ** depth;
  if (x.shape[1] % factor !== 0 || x.shape[2] % factor !== 0) {
    throw new OptionError({ where: "encoder", expected: `an image of multiples of ${factor} pixels`, received: `${x.shape[2]} × ${x.shape[1]}` });
  }
  const features: Tensor4D[] = [];
  for (let i = 0; i < blocks; i++) {
    const last = i === depth - 1;
    const name = `${prefix}${last ? "bottleneck.0" : `e${i + 1}.conv`}`;
    x = convolution(parameters, name, x);
    if (i > 0 && !last) x = batchNorm(parameters, `${prefix}e${i + 1}.bn`, x, pass);
    x = last ? relu(x) : leakyRelu(x, 0.2);
    features.push(x);
  }
  return features;
}

export interface DiscriminatorOptions {
  readonly size?: NetworkSize;
  /** Channels of the hidden layers, the last with stride 1, the others with 2; instead of a size. */
  readonly channels?: readonly number[];
  /** Of input and judged image together. Default 6. */
  readonly inputChannels?: number;
  readonly seed: number;
}

/** A PatchGAN: says of each patch how likely it is to be real. At full size a value sees 142 pixels, and 256 × 256 gives 14 × 14. */
export class Discriminator {
  readonly parameters: ParameterSet;
  readonly #layers: number;

  constructor(options: DiscriminatorOptions) {
    checkOptions("Discriminator", options, ["size", "channels", "inputChannels", "seed"]);
    const { size = "full", channels = discriminatorChannels[size], inputChannels = 6, seed } = options;
    if (!channels || channels.length < 2) throw new OptionError({ where: "Discriminator channels", expected: "at least two hidden layers", received: JSON.stringify(channels) });
    this.#layers = channels.length + 1;
    this.parameters = new ParameterSet(seed);
    [...channels, 1].forEach((outputs, i) => {
      addConvolution(this.parameters, `conv${i + 1}`, { inputs: i === 0 ? inputChannels : channels[i - 1]!, outputs, kernel: 4 }, convolutionFirst);
      if (i > 0 && i < channels.length) addBatchNorm(this.parameters, `bn${i + 1}`, outputs, normFirst);
    });
  }

  /** Probabilities [B, h, w, 1] that `image` belongs to `input`, both [B, H, W, C]. */
  forward(input: Tensor4D, image: Tensor4D, pass: Pass = {}): Tensor4D {
    const tf = core();
    let x = tf.concat([input, image], 3);
    for (let layer = 1; layer <= this.#layers; layer++) {
      x = convolution(this.parameters, `conv${layer}`, x, { stride: layer <= this.#layers - 2 ? 2 : 1 });
      if (layer === this.#layers) break;
      if (layer > 1) x = batchNorm(this.parameters, `bn${layer}`, x, pass);
      x = leakyRelu(x, 0.2);
    }
    return tf.sigmoid(x);
  }

  dispose(): void {
    this.parameters.dispose();
  }
}
