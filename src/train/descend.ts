/**
 * One step down the gradient.
 * @module
 */
import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import { core } from "../engine/index.js";
import { gradientsOf, type Adam } from "../models/index.js";
import type { Measures } from "./task.js";

/** Parameters with the optimiser that moves them. */
export interface Group {
  readonly optimiser: Adam;
  readonly parameters: ReadonlyMap<string, Variable>;
}

export interface DescendOptions {
  /** Longest gradient, as the root of the sum of all squares; longer ones are scaled down to it. */
  readonly clip?: number | undefined;
}

/**
 * Moves the parameters down the gradient of the sum of the terms of a loss, and returns the terms; also `gradient`, its
 * length, where it is clipped. Where one of these numbers is not finite, nothing is moved.
 */
export function descend(groups: readonly Group[], terms: () => Readonly<Record<string, Scalar>>, { clip }: DescendOptions = {}): Measures {
  const tf = core();
  const kept: [string, Scalar][] = [];
  const all = new Map(groups.flatMap(({ parameters }, group) => [...parameters].map(([name, variable]) => [`${group} ${name}`, variable] as const)));
  const { loss, gradients } = gradientsOf(() => {
    const parts = Object.entries(terms());
    kept.push(...parts.map(([name, value]): [string, Scalar] => [name, tf.keep(tf.clone(value))]));
    return parts.map(([, value]) => value).reduce((sum, value) => tf.add<Scalar>(sum, value));
  }, all);
  const measures: Record<string, number> = Object.fromEntries(kept.map(([name, value]) => [name, value.dataSync()[0]!]));
  let scale = 1;
  if (clip !== undefined) {
    measures["gradient"] = lengthOf([...gradients.values()]);
    scale = Math.min(1, clip / measures["gradient"]);
  }
  if (Object.values(measures).every(Number.isFinite)) {
    groups.forEach(({ optimiser, parameters }, group) => {
      const own = [...parameters.keys()].flatMap((name): [string, Tensor][] => {
        const gradient = gradients.get(`${group} ${name}`);
        return gradient ? [[name, gradient]] : [];
      });
      const scaled = scale === 1 ? own : own.map(([name, gradient]): [string, Tensor] => [name, tf.mul(gradient, scale)]);
      optimiser.step(new Map(scaled));
      if (scale !== 1) tf.dispose(scaled.map(([, gradient]) => gradient));
    });
  }
  tf.dispose([loss, ...gradients.values(), ...kept.map(([, value]) => value)]);
  return measures;
}

function lengthOf(gradients: readonly Tensor[]): number {
  const tf = core();
  const squares = tf.tidy(() => gradients.map((gradient) => tf.sum(tf.square(gradient))).reduce((sum, value) => tf.add(sum, value)));
  const [sum] = squares.dataSync();
  squares.dispose();
  return Math.sqrt(sum!);
}
