/**
 * The parameters of a network: names to variables.
 *
 * Names and, in files, shapes are those of the PyTorch modules that the network follows, so that weights go both ways.
 * In memory a convolution's filter has the layout of tfjs.
 * @module
 */
import { core, type StoredTensor } from "../engine/index.js";
import { FormatError, OptionError } from "../errors.js";
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Initialiser } from "./initialise.js";
import { fromTorch, toTorch, torchShape, type Layout } from "./torch-layout.js";

/** A parameter outside any engine, in PyTorch's layout. */
export type StoredParameter = StoredTensor<Float32Array>;
export type ParameterState = ReadonlyMap<string, StoredParameter>;

export interface ParameterOptions {
  /** A "filter" is [height, width, in, out] in memory and [out, in, height, width] in a file. Default "plain". */
  readonly layout?: Layout;
  /** A statistic follows the data and is never trained. Default "weight". */
  readonly kind?: "weight" | "statistic";
}

interface Entry extends Required<ParameterOptions> {
  readonly variable: Variable;
}

export class ParameterSet {
  readonly #entries = new Map<string, Entry>();
  readonly #frozen = new Set<string>();
  readonly #seed: number;

  /** The seed decides all first values. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Adds a parameter; `shape` is that in memory. */
  add(name: string, shape: readonly number[], initialise: Initialiser, { layout = "plain", kind = "weight" }: ParameterOptions = {}): void {
    if (this.#entries.has(name)) throw new OptionError({ where: "ParameterSet", expected: "names that differ", received: `"${name}" twice` });
    const tf = core();
    const length = shape.reduce((product, size) => product * size, 1);
    const values = tf.tensor(initialise(length, this.#seed, name), [...shape]);
    const variable = tf.variable(values, kind === "weight");
    values.dispose();
    this.#entries.set(name, { variable, layout, kind });
  }

  /** The variable of that name. @throws OptionError naming the nearest ones. */
  get<T extends Tensor = Tensor>(name: string): Variable & T {
    return this.#entry(name).variable as Variable & T;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  names(prefix = ""): string[] {
    return [...this.#entries.keys()].filter((name) => name.startsWith(prefix));
  }

  /** Number of trained values, as `sum(p.numel() for p in parameters())` counts them. */
  get count(): number {
    return [...this.#entries.values()].reduce((sum, { variable, kind }) => sum + (kind === "weight" ? variable.size : 0), 0);
  }

  /**
   * Keeps every parameter whose name starts with `prefix` as it is: not trained, and a batch norm in there uses its
   * running statistics and leaves them alone, in training too.
   */
  freeze(prefix = ""): void {
    this.#frozen.add(prefix);
  }

  unfreeze(prefix = ""): void {
    this.#frozen.delete(prefix);
  }

  isFrozen(name: string): boolean {
    for (const prefix of this.#frozen) if (name.startsWith(prefix)) return true;
    return false;
  }

  /** What an optimiser may change: weights that are not frozen. */
  trainable(prefix = ""): Map<string, Variable> {
    const chosen = [...this.#entries].filter(([name, { kind }]) => kind === "weight" && name.startsWith(prefix) && !this.isFrozen(name));
    return new Map(chosen.map(([name, { variable }]) => [name, variable]));
  }

  /** A copy of all values, in PyTorch's layout. */
  async state(): Promise<Map<string, StoredParameter>> {
    const state = new Map<string, StoredParameter>();
    for (const [name, { variable, layout }] of this.#entries) {
      const data = Float32Array.from(await variable.data<"float32">());
      state.set(name, { data: toTorch(data, variable.shape, layout), shape: torchShape(variable.shape, layout) });
    }
    return state;
  }

  /**
   * Takes the values of `state`, whose names start with `from` there and with `to` here.
   * @throws FormatError when a parameter below `to` is missing there or has another shape; nothing is changed then.
   */
  load(state: ParameterState, { from = "", to = "" }: { readonly from?: string; readonly to?: string } = {}): void {
    const tf = core();
    const chosen = [...this.#entries].filter(([name]) => name.startsWith(to)).map(([name, entry]) => {
      const there = from + name.slice(to.length);
      const found = state.get(there);
      const shape = torchShape(entry.variable.shape, entry.layout);
      if (found === undefined) throw new FormatError({ where: "weights", expected: `a tensor "${there}"`, received: `only ${nearest(there, [...state.keys()])}` });
      if (found.shape.join() !== shape.join()) {
        throw new FormatError({ where: `weights, "${there}"`, expected: `shape [${shape.join(", ")}]`, received: `[${found.shape.join(", ")}]` });
      }
      return [entry, found] as const;
    });
    for (const [{ variable, layout }, { data }] of chosen) {
      const values = tf.tensor(fromTorch(data, variable.shape, layout), variable.shape);
      variable.assign(values);
      values.dispose();
    }
  }

  dispose(): void {
    for (const { variable } of this.#entries.values()) variable.dispose();
    this.#entries.clear();
  }

  #entry(name: string): Entry {
    const found = this.#entries.get(name);
    if (found !== undefined) return found;
    throw new OptionError({ where: "ParameterSet", expected: `one of ${nearest(name, [...this.#entries.keys()])}`, received: `"${name}"` });
  }
}

/** A few names that share the longest beginning with `name`. */
function nearest(name: string, names: readonly string[]): string {
  const shared = (other: string): number => {
    let length = 0;
    while (length < name.length && name[length] === other[length]) length++;
    return length;
  };
  const shown = [...names].sort((a, b) => shared(b) - shared(a)).slice(0, 4);
  return `${shown.join(", ")}${names.length > 4 ? ` and ${names.length - 4} more` : ""}`;
}
