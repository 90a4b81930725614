/**
 * Layers: functions of tensors that take their parameters from a {@link ParameterSet} by name.
 *
 * For each kind, `add…` declares its parameters, under PyTorch's names and with the first values given, and a function
 * of the same noun applies it.
 * @module
 */
import { addBias, batchNormalise, conv2d, convTranspose2d, core, layerNormalise, normalise } from "../engine/index.js";
import { OptionError } from "../errors.js";
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { constant, uniform, type Initialiser } from "./initialise.js";
import type { ParameterSet } from "./parameters.js";
import { mask } from "./random.js";

/** How a network is run. */
export interface Pass {
  /** Batch norm by the statistics of the batch, which also move the running ones, and dropout. Default false. */
  readonly training?: boolean;
  /** Decides what dropout drops; give each step another. Needed in training by networks with dropout. */
  readonly seed?: number;
}

/** First values of a layer; without them those of PyTorch. */
export interface FirstValues {
  readonly weight?: Initialiser;
  readonly bias?: Initialiser;
}

/** `name`.weight [outputs, inputs] and `name`.bias [outputs]. */
export function addLinear(parameters: ParameterSet, name: string, inputs: number, outputs: number, first: FirstValues = {}): void {
  const usual = uniform(1 / Math.sqrt(inputs));
  parameters.add(`${name}.weight`, [outputs, inputs], first.weight ?? usual);
  parameters.add(`${name}.bias`, [outputs], first.bias ?? usual);
}

/** `x` [..., inputs] → [..., outputs]: x·Wᵀ + b, without b where none was declared. */
export function linear<T extends Tensor>(parameters: ParameterSet, name: string, x: T): T {
  const tf = core();
  const weight: Tensor2D = parameters.get<Tensor2D>(`${name}.weight`);
  const [outputs, inputs] = weight.shape;
  const rows = tf.matMul(tf.reshape(x, [-1, inputs]) as Tensor2D, weight, false, true);
  const biased = parameters.has(`${name}.bias`) ? addBias(rows, parameters.get(`${name}.bias`)) : rows;
  return tf.reshape(biased, [...x.shape.slice(0, -1), outputs]) as Tensor as T;
}

export interface ConvolutionShape {
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width of the filter. */
  readonly kernel: number;
}

/** `name`.weight, [kernel, kernel, inputs, outputs] in memory, and `name`.bias [outputs]. */
export function addConvolution(parameters: ParameterSet, name: string, { inputs, outputs, kernel }: ConvolutionShape, first: FirstValues = {}): void {
  const usual = uniform(1 / Math.sqrt(inputs * kernel * kernel));
  parameters.add(`${name}.weight`, [kernel, kernel, inputs, outputs], first.weight ?? usual, { layout: "filter" });
  parameters.add(`${name}.bias`, [outputs], first.bias ?? usual);
}

/** `x` [B, H, W, C]; default stride 2 and padding 1. */
export function convolution(parameters: ParameterSet, name: string, x: Tensor4D, { stride = 2, padding = 1 } = {}): Tensor4D {
  return addBias(conv2d(x, parameters.get<Tensor4D>(`${name}.weight`), { stride, padding }), parameters.get(`${name}.bias`));
}

/** `name`.weight, [kernel, kernel, outputs, inputs] in memory, and `name`.bias [outputs]. */
export function addTransposedConvolution(parameters: ParameterSet, name: string, { inputs, outputs, kernel }: ConvolutionShape, first: FirstValues = {}): void {
  const usual = uniform(1 / Math.sqrt(outputs * kernel * kernel));
  parameters.add(`${name}.weight`, [kernel, kernel, outputs, inputs], first.weight ?? usual, { layout: "filter" });
  parameters.add(`${name}.bias`, [outputs], first.bias ?? usual);
}

/** `x` [B, H, W, C]; default stride 2 and padding 1. */
export function transposedConvolution(parameters: ParameterSet, name: string, x: Tensor4D, { stride = 2, padding = 1 } = {}): Tensor4D {
  return addBias(convTranspose2d(x, parameters.get<Tensor4D>(`${name}.weight`), { stride, padding }), parameters.get(`${name}.bias`));
}

/** `name`.weight, .bias, .running_mean and .running_var, all [channels]. */
export function addBatchNorm(parameters: ParameterSet, name: string, channels: number, first: FirstValues = {}): void {
  parameters.add(`${name}.weight`, [channels], first.weight ?? constant(1));
  parameters.add(`${name}.bias`, [channels], first.bias ?? constant(0));
  parameters.add(`${name}.running_mean`, [channels], constant(0), { kind: "statistic" });
  parameters.add(`${name}.running_var`, [channels], constant(1), { kind: "statistic" });
}

const epsilon = 1e-5;
const momentum = 0.1;

/**
 * `x` [..., channels]. In training by the statistics of the batch, and the running ones move a tenth of the way to them
 * (the variance as PyTorch's, divided by n − 1). Otherwise, and where the parameters are frozen, by the running ones.
 */
export function batchNorm<T extends Tensor>(parameters: ParameterSet, name: string, x: T, { training = false }: Pass): T {
  const weight = parameters.get<Tensor1D>(`${name}.weight`);
  const bias = parameters.get<Tensor1D>(`${name}.bias`);
  const runningMean = parameters.get<Tensor1D>(`${name}.running_mean`);
  const runningVariance = parameters.get<Tensor1D>(`${name}.running_var`);
  if (!training || parameters.isFrozen(`${name}.running_mean`)) return normalise(x, runningMean, runningVariance, weight, bias, epsilon);
  const rows = x.size / weight.size;
  if (rows < 2) throw new OptionError({ where: name, expected: "more than one value a channel in training", received: `shape [${x.shape.join(", ")}]`, next: "Use a larger batch" });
  const { y, running } = batchNormalise(x, weight, bias, { mean: runningMean, variance: runningVariance }, epsilon, momentum);
  runningMean.assign(running.mean);
  runningVariance.assign(running.variance);
  running.mean.dispose();
  running.variance.dispose();
  return y;
}

/** `name`.weight and `name`.bias [features]. */
export function addLayerNorm(parameters: ParameterSet, name: string, features: number): void {
  parameters.add(`${name}.weight`, [features], constant(1));
  parameters.add(`${name}.bias`, [features], constant(0));
}

/** `x` [..., features]. */
export function layerNorm<T extends Tensor>(parameters: ParameterSet, name: string, x: T): T {
  return layerNormalise(x, parameters.get(`${name}.weight`), parameters.get(`${name}.bias`), epsilon);
}

/** Zeroes a share `rate` of the values in training and scales the others, so that the mean stays; `name` and seed decide which. */
export function dropout<T extends Tensor>(name: string, x: T, rate: number, { training = false, seed }: Pass): T {
  if (!training || rate === 0) return x;
  if (!(rate > 0 && rate < 1)) throw new OptionError({ where: `dropout ${name}`, expected: "a rate of at least 0 and below 1", received: String(rate) });
  if (seed === undefined) throw new OptionError({ where: `dropout ${name}`, expected: "a seed in training", received: "none", next: "Give the pass a seed that changes from step to step" });
  const tf = core();
  return tf.mul(x, tf.tensor(mask(x.size, rate, 1 / (1 - rate), seed, name), x.shape)) as T;
}
