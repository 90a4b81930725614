/**
 * The step of Adam for all parameters at once, and the running means that it keeps.
 * @module
 */
import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import { core } from "../core.js";
import { hasKernel, runKernel } from "../kernel.js";

export interface AdamCoefficients {
  readonly beta1: number;
  readonly beta2: number;
  /** Learning rate over the bias correction of the mean, 1 − beta1^step. */
  readonly rate: number;
  /** One over the bias correction of the square, 1 − beta2^step. */
  readonly squareScale: number;
  readonly epsilon: number;
  /** What is left of a weight before the step: 1 − rate · decay. */
  readonly shrink: number;
}

/** The running means of a parameter's gradient and of its square, both zero at first. */
export interface AdamMoments {
  /** Both stay the optimiser's own, and hold until its next step. */
  readonly mean: Tensor;
  readonly square: Tensor;
  assign(mean: Tensor, square: Tensor): void;
  dispose(): void;
}

export interface AdamUpdate {
  readonly weight: Variable;
  readonly gradient: Tensor;
  readonly moments: AdamMoments;
}

/** For a parameter of `shape` on the engine in use; `betas` are those of all its steps. */
export function adamMoments(shape: number[], betas: readonly [number, number]): AdamMoments {
  return hasKernel("AdamVariable") ? new HeldMoments(shape, betas) : new PlainMoments(shape);
}

/** One step of Adam: moves the weights and the moments. */
export function adamStep(updates: readonly AdamUpdate[], coefficients: AdamCoefficients): void {
  const tf = core();
  tf.tidy(() => {
    const scalars = new Map<number, Scalar>();
    const scalar = (value: number): Scalar => {
      if (!scalars.has(value)) scalars.set(value, tf.scalar(value));
      return scalars.get(value)!;
    };
    for (const { weight, gradient, moments } of updates) weight.assign((moments as PlainMoments | HeldMoments).step(weight, gradient, coefficients, scalar));
  });
}

class PlainMoments implements AdamMoments {
  readonly mean: Variable;
  readonly square: Variable;

  constructor(shape: number[]) {
    const tf = core();
    [this.mean, this.square] = tf.tidy(() => [tf.variable(tf.zeros(shape), false), tf.variable(tf.zeros(shape), false)]);
  }

  step(weight: Variable, gradient: Tensor, coefficients: AdamCoefficients): Tensor {
    const tf = core();
    const { mean, square } = this;
    if (hasKernel("AdamStep")) {
      const [moved, newMean, newSquare] = runKernel<Tensor[]>("AdamStep", { weight, gradient, mean, square }, { ...coefficients }) as [Tensor, Tensor, Tensor];
      this.assign(newMean, newSquare);
      return moved;
    }
    const { beta1, beta2, rate, squareScale, epsilon, shrink } = coefficients;
    mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
    square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const change = tf.div(tf.mul(mean, rate), tf.add(tf.sqrt(tf.mul(square, squareScale)), epsilon));
    return tf.sub(shrink === 1 ? weight : tf.mul(weight, shrink), change);
  }

  assign(mean: Tensor, square: Tensor): void {
    this.mean.assign(mean);
    this.square.assign(square);
  }

  dispose(): void {
    this.mean.dispose();
    this.square.dispose();
  }
}

/**
 * Moments in variables of TensorFlow, which its own step of Adam moves. A handle names a variable, and frees it when it goes.
 *
 * TensorFlow takes 1 − beta from a beta of 32 bits, 1.3e-5 off for 0.999, so what it holds is off by that factor.
 */
class HeldMoments implements AdamMoments {
  readonly #handles: readonly [weight: Tensor, mean: Tensor, square: Tensor];
  readonly #factors: readonly [mean: number, square: number];
  #read: readonly [mean: Tensor, square: Tensor] | undefined;

  constructor(shape: number[], betas: readonly [number, number]) {
    const tf = core();
    const handle = (): Tensor => tf.keep(runKernel<Tensor>("AdamVariable", {}, { shape }));
    const factor = (beta: number): number => (beta === 1 ? 1 : (1 - Math.fround(beta)) / (1 - beta));
    this.#handles = [handle(), handle(), handle()];
    this.#factors = [factor(betas[0]), factor(betas[1])];
    tf.tidy(() => this.assign(tf.zeros(shape), tf.zeros(shape)));
  }

  get mean(): Tensor {
    return this.#values()[0];
  }

  get square(): Tensor {
    return this.#values()[1];
  }

  step(weight: Variable, gradient: Tensor, { beta1, beta2, rate, squareScale, epsilon, shrink }: AdamCoefficients, scalar: (value: number) => Scalar): Tensor {
    this.#forget();
    const [held, mean, square] = this.#handles;
    const [meanFactor, squareFactor] = this.#factors;
    // TensorFlow's epsilon is added before the square is scaled.
    const scale = Math.sqrt(squareScale / squareFactor);
    const settings = { rate: scalar(rate / meanFactor / scale), epsilon: scalar(epsilon / scale), beta1: scalar(beta1), beta2: scalar(beta2), zero: scalar(0), loss: scalar(1 - shrink) };
    return runKernel<Tensor>("AdamVariableStep", { weight, gradient, held, mean, square, ...settings });
  }

  assign(mean: Tensor, square: Tensor): void {
    this.#forget();
    const tf = core();
    tf.tidy(() => {
      [mean, square].forEach((value, i) => runKernel("AdamVariableAssign", { held: this.#handles[i + 1]!, value: tf.mul(value, this.#factors[i]!) }));
    });
  }

  dispose(): void {
    this.#forget();
    core().dispose([...this.#handles]);
  }

  #values(): readonly [Tensor, Tensor] {
    const tf = core();
    const read = (i: 0 | 1): Tensor => tf.keep(tf.tidy(() => tf.div(runKernel<Tensor>("AdamVariableRead", { held: this.#handles[i + 1]! }), this.#factors[i])));
    return (this.#read ??= [read(0), read(1)]);
  }

  #forget(): void {
    if (this.#read) core().dispose([...this.#read]);
    this.#read = undefined;
  }
}
