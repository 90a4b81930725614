/** A training that takes milliseconds: two layers with dropout and batch norm learn the product of two numbers. */
import type { Scalar, Tensor2D } from "@tensorflow/tfjs-core";
import type * as Train from "../../src/train/index.js";
import type * as Models from "../../src/models/index.js";
import type * as Engine from "../../src/engine/index.js";

export interface Library {
  readonly train: typeof Train;
  readonly models: typeof Models;
  readonly engine: typeof Engine;
}

export interface TinyBatch {
  readonly x: number[][];
  readonly y: number[];
}

/** `spoil` makes a batch NaN at that step; `slow` waits so many milliseconds a batch. */
export function tiny({ train, models, engine }: Library, { rate = 0.01, spoil = -1, slow = 0, clip }: { rate?: number; spoil?: number; slow?: number; clip?: number } = {}) {
  const { addBatchNorm, addLinear, Adam, batchNorm, dropout, linear, meanSquaredError, ParameterSet } = models;
  const parameters = new ParameterSet(5);
  addLinear(parameters, "a", 2, 16);
  addBatchNorm(parameters, "norm", 16);
  addLinear(parameters, "b", 16, 1);
  const optimiser = new Adam(parameters.trainable(), { learningRate: rate });
  const value = (index: number, salt: number): number => Math.sin(index * 12.9898 + salt * 78.233);
  const task: Train.TrainingTask<TinyBatch> = {
    networks: { net: parameters },
    optimisers: { net: optimiser },
    sources: [{ length: 40 }, { length: 10, weight: 40 }],
    async batch(samples, { step }) {
      if (slow > 0) await new Promise((resolve) => setTimeout(resolve, slow));
      const x = samples.map(({ source, index }) => [value(index, source), value(index, source + 2)]);
      return { x, y: x.map(([a, b]) => (step === spoil ? NaN : a! * b!)) };
    },
    step({ x, y }, { seed }) {
      const tf = engine.core();
      const inputs = tf.tensor2d(x);
      const targets = tf.tensor2d(y, [y.length, 1]);
      const pass = { training: true, seed };
      const losses = train.descend([{ optimiser, parameters: parameters.trainable() }], () => {
        const hidden = dropout("drop", tf.tanh(batchNorm(parameters, "norm", linear(parameters, "a", inputs as Tensor2D), pass)), 0.2, pass);
        return { square: meanSquaredError(linear(parameters, "b", hidden), targets) as Scalar };
      }, clip === undefined ? {} : { clip });
      tf.dispose([inputs, targets]);
      return losses;
    },
    validate: (epoch) => ({ score: [0.3, 0.5, 0.4, 0.5, 0.2, 0.1, 0.1, 0.1][epoch - 1] ?? 0 }),
    pictures: () => ({ size: 2, columns: ["one"], rows: [[Float32Array.of(-1, 0, 0.5, 1)]] }),
  };
  return { task, parameters, optimiser };
}
