/**
 * Gradients, and Adam (Kingma and Ba, arXiv:1412.6980) and AdamW (Loshchilov and Hutter, arXiv:1711.05101) as PyTorch
 * computes them: epsilon is added after the bias correction.
 * @module
 */
import { adamMoments, adamStep, core, type AdamMoments } from "../engine/index.js";
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

interface Trained {
  readonly weight: Variable;
  readonly moments: AdamMoments;
}

export class Adam {
  /** May be changed between steps. */
  learningRate: number;
  #steps = 0;
  readonly #trained = new Map<string, Trained>();
  readonly #options: Required<Omit<AdamOptions, "learningRate">>;

  /** Trains `parameters` (see `ParameterSet.trainable`). */
  constructor(parameters: ReadonlyMap<string, Variable>, options: AdamOptions) {
    checkOptions("Adam", options, ["learningRate", "betas", "epsilon", "weightDecay"]);
    const { learningRate, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 } = options;
    if (!(learningRate >= 0)) throw new OptionError({ where: "Adam learningRate", expected: "a number of at least 0", received: String(learningRate) });
    this.learningRate = learningRate;
    this.#options = { betas, epsilon, weightDecay };
    for (const [name, weight] of parameters) this.#trained.set(name, { weight, moments: adamMoments(weight.shape, betas) });
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
    adamStep([...gradients].map(([name, gradient]) => ({ gradient, ...this.#find(name) })), coefficients);
  }

  /** The running means of a parameter's gradient and of its square; they stay the optimiser's own, and hold until its next step. */
  moments(name: string): { readonly mean: Tensor; readonly square: Tensor } {
    return this.#find(name).moments;
  }

  /** What a resumed run needs: the number of steps and, for each parameter, `name`.mean and `name`.square in the layout of memory. */
  async state(): Promise<{ readonly steps: number; readonly moments: Map<string, StoredParameter> }> {
    const moments = new Map<string, StoredParameter>();
    for (const [name, { moments: { mean, square } }] of this.#trained) {
      moments.set(`${name}.mean`, { data: Float32Array.from(await mean.data<"float32">()), shape: mean.shape });
      moments.set(`${name}.square`, { data: Float32Array.from(await square.data<"float32">()), shape: square.shape });
    }
    return { steps: this.#steps, moments };
  }

  /** Goes on from {@link state}. @throws FormatError when it is that of other parameters. */
  load({ steps, moments }: { readonly steps: number; readonly moments: ParameterState }): void {
    const stored = (name: string, shape: readonly number[]): StoredParameter => {
      const found = moments.get(name);
      if (found?.shape.join() === shape.join()) return found;
      throw new FormatError({ where: `state of Adam, "${name}"`, expected: `shape [${shape.join(", ")}]`, received: found ? `[${found.shape.join(", ")}]` : "nothing" });
    };
    const tf = core();
    const all = [...this.#trained].map(([name, { weight, moments: own }]) => ({ own, parts: [stored(`${name}.mean`, weight.shape), stored(`${name}.square`, weight.shape)] as const }));
    for (const { own, parts } of all) {
      tf.tidy(() => {
        const [mean, square] = parts.map(({ data, shape }) => tf.tensor(data, [...shape])) as [Tensor, Tensor];
        own.assign(mean, square);
      });
    }
    this.#steps = steps;
  }

  dispose(): void {
    for (const { moments } of this.#trained.values()) moments.dispose();
    this.#trained.clear();
  }

  #find(name: string): Trained {
    const found = this.#trained.get(name);
    if (found !== undefined) return found;
    throw new OptionError({ where: "Adam", expected: "one of its parameters", received: `"${name}"` });
  }
}
