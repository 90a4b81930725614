/**
 * Gradients, and Adam (Kingma and Ba, arXiv:1412.6980) and AdamW (Loshchilov and Hutter, arXiv:1711.05101) as PyTorch
 * computes them: epsilon is added after the bias correction.
 * @module
 */
import { adamStep, core } from "../engine/index.js";
import { checkOptions, FormatError, OptionError } from "../errors.js";
import type { NamedTensorMap, Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import type { ParameterState, StoredParameter } from "./parameters.js";

export type Gradients = ReadonlyMap<string, Tensor>;

/** The loss and its gradient with respect to each parameter that has one. The caller disposes of all. */
export function gradientsOf(loss: () => Scalar, parameters: ReadonlyMap<string, Variable>): { readonly loss: Scalar; readonly gradients: Map<string, Tensor> } {
  const tf = core();
  const { value, grads } = tf.variableGrads(loss, [...parameters.values()]);
  const gradients = new Map<string, Tensor>();
  for (const [name, variable] of parameters) {
    const gradient = (grads as Partial<NamedTensorMap>)[variable.name];
    if (gradient) gradients.set(name, gradient);
  }
  return { loss: value, gradients };
}

export interface AdamOptions {
  readonly learningRate: number;
  /** Decay of the mean of gradients and of their squares. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled, as in AdamW: each step shrinks a weight by learningRate · weightDecay. Default 0. */
  readonly weightDecay?: number;
}

interface Moments {
  readonly variable: Variable;
  readonly mean: Variable;
  readonly square: Variable;
}

export class Adam {
  /** May be changed between steps. */
  learningRate: number;
  #steps = 0;
  readonly #moments = new Map<string, Moments>();
  readonly #options: Required<Omit<AdamOptions, "learningRate">>;

  /** Trains `parameters` (see `ParameterSet.trainable`). */
  constructor(parameters: ReadonlyMap<string, Variable>, options: AdamOptions) {
    checkOptions("Adam", options, ["learningRate", "betas", "epsilon", "weightDecay"]);
    const { learningRate, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 } = options;
    if (!(learningRate >= 0)) throw new OptionError({ where: "Adam learningRate", expected: "a number of at least 0", received: String(learningRate) });
    const tf = core();
    this.learningRate = learningRate;
    this.#options = { betas, epsilon, weightDecay };
    for (const [name, variable] of parameters) {
      const zeros = (): Variable => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false));
      this.#moments.set(name, { variable, mean: zeros(), square: zeros() });
    }
  }

  /** Steps taken. */
  get steps(): number {
    return this.#steps;
  }

  /** Moves each parameter that has a gradient. */
  step(gradients: Gradients): void {
    const { betas: [beta1, beta2], epsilon, weightDecay } = this.#options;
    this.#steps++;
    const meanScale = 1 / (1 - beta1 ** this.#steps);
    const squareScale = 1 / (1 - beta2 ** this.#steps);
    const coefficients = { beta1, beta2, rate: this.learningRate * meanScale, squareScale, epsilon, shrink: 1 - this.learningRate * weightDecay };
    for (const [name, gradient] of gradients) {
      const { variable, mean, square } = this.#moment(name);
      adamStep(variable, gradient, mean, square, coefficients);
    }
  }

  /** The running means of a parameter's gradient and of its square; they stay the optimiser's own. */
  moments(name: string): { readonly mean: Tensor; readonly square: Tensor } {
    return this.#moment(name);
  }

  /** What a resumed run needs: the number of steps and, for each parameter, `name`.mean and `name`.square in the layout of memory. */
  async state(): Promise<{ readonly steps: number; readonly moments: Map<string, StoredParameter> }> {
    const moments = new Map<string, StoredParameter>();
    for (const [name, { mean, square }] of this.#moments) {
      moments.set(`${name}.mean`, { data: Float32Array.from(await mean.data<"float32">()), shape: mean.shape });
      moments.set(`${name}.square`, { data: Float32Array.from(await square.data<"float32">()), shape: square.shape });
    }
    return { steps: this.#steps, moments };
  }

  /** Goes on from {@link state}. @throws FormatError when it is that of other parameters. */
  load({ steps, moments }: { readonly steps: number; readonly moments: ParameterState }): void {
    const tf = core();
    for (const [name, { mean, square }] of this.#moments) {
      for (const [part, variable] of [["mean", mean], ["square", square]] as const) {
        const stored = moments.get(`${name}.${part}`);
        if (stored?.shape.join() !== variable.shape.join()) {
          throw new FormatError({ where: `state of Adam, "${name}"`, expected: `shape [${variable.shape.join(", ")}]`, received: stored ? `[${stored.shape.join(", ")}]` : "nothing" });
        }
        const values = tf.tensor(stored.data, variable.shape);
        variable.assign(values);
        values.dispose();
      }
    }
    this.#steps = steps;
  }

  dispose(): void {
    core().dispose([...this.#moments.values()].flatMap(({ mean, square }) => [mean, square]));
    this.#moments.clear();
  }

  #moment(name: string): Moments {
    const found = this.#moments.get(name);
    if (found !== undefined) return found;
    throw new OptionError({ where: "Adam", expected: "one of its parameters", received: `"${name}"` });
  }
}
