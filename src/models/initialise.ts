/**
 * First values of parameters.
 * @module
 */
import { uniforms } from "./random.js";

/** Fills a parameter of `length` values; `name` keeps the streams of one seed apart. */
export type Initialiser = (length: number, seed: number, name: string) => Float32Array;

export const constant =
  (value: number): Initialiser =>
  (length) =>
    new Float32Array(length).fill(value);

export const normal =
  (mean: number, deviation: number): Initialiser =>
  (length, seed, name) => {
    const draw = uniforms(seed, name);
    // Box and Muller: two numbers at a time.
    const values = new Float32Array(length);
    for (let i = 0; i < length; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log(1 - draw()));
      const angle = 2 * Math.PI * draw();
      values[i] = mean + radius * Math.cos(angle);
      if (i + 1 < length) values[i + 1] = mean + radius * Math.sin(angle);
    }
    return values;
  };

/** Between −bound and bound. With bound = 1/√(inputs) this is how PyTorch starts linear and LSTM layers. */
export const uniform =
  (bound: number): Initialiser =>
  (length, seed, name) => {
    const draw = uniforms(seed, name);
    return Float32Array.from({ length }, () => (2 * draw() - 1) * bound);
  };
