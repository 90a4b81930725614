/** Training holds as much memory after two hundred steps as after fifty. */
import assert from "node:assert/strict";
import type { Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import { engines, selectEngine } from "../../src/engine/index.js";
import { Adam, addLinear, addLstm, binaryCrossEntropy, crossEntropy, Generator, gradientsOf, linear, lstm, meanAbsoluteError, ParameterSet } from "../../src/models/index.js";

/** V8 takes room for young objects ahead, three times 32 MB from Node 22 on, and its pages count as they are first used. */
function touchHeap(): void {
  let kept: object[] = [];
  for (let i = 0; i < 3e7; i++) {
    if (kept.push({ i }) === 5e5) kept = [];
  }
}

describe("memory in training", () => {
  for (const { name, available, missing } of engines()) {
    if (name === "tfjs-node-gpu") continue;
    it(`is the same after 200 steps on ${name}`, async function () {
      if (!available) {
        console.log(`      skipped: ${missing}`);
        this.skip();
      }
      const { tf } = await selectEngine(name);
      const empty = tf.memory().numTensors;
      const generator = new Generator({ channels: [4, 8, 8], seed: 1 });
      const recurrent = new ParameterSet(1);
      addLstm(recurrent, "lstm", { inputs: 8, units: 8, layers: 1 });
      addLinear(recurrent, "head", 8, 3);
      const optimisers = [generator.parameters, recurrent].map((parameters) => new Adam(parameters.trainable(), { learningRate: 1e-3, weightDecay: 1e-3 })) as [Adam, Adam];
      const images = tf.randomUniform([2, 8, 8, 3], 0, 1, "float32", 1) as Tensor4D;
      const sequences = tf.randomUniform([4, 2, 8], 0, 1, "float32", 1) as Tensor3D;
      const labels = tf.tensor1d([0, 2], "int32");
      const step = (seed: number): void => {
        const painted = gradientsOf(() => {
          const y = generator.forward(images, { training: true, seed });
          return tf.add(meanAbsoluteError(y, images), binaryCrossEntropy(tf.sigmoid(y), 1));
        }, generator.parameters.trainable());
        const judged = gradientsOf(() => crossEntropy(linear(recurrent, "head", lstm(recurrent, "lstm", sequences).last.hidden.at(-1)!) as Tensor2D, labels), recurrent.trainable());
        [painted, judged].forEach(({ loss, gradients }, i) => {
          optimisers[i]!.step(gradients);
          tf.dispose([loss, ...gradients.values()]);
        });
      };
      for (let i = 0; i < 50; i++) step(i);
      touchHeap();
      const { numTensors, numBytes, numDataBuffers } = tf.memory();
      const rss = process.memoryUsage.rss();
      for (let i = 50; i < 200; i++) step(i);
      const after = tf.memory();
      assert.deepEqual([after.numTensors, after.numBytes, after.numDataBuffers], [numTensors, numBytes, numDataBuffers]);
      assert.ok(process.memoryUsage.rss() - rss < 64 << 20, "150 steps keep less than 64 MiB more");
      for (const one of [generator, recurrent, ...optimisers]) one.dispose();
      tf.dispose([images, sequences, labels]);
      assert.equal(tf.memory().numTensors, empty);
    }).timeout(240_000);
  }

  after(() => selectEngine("wasm"));
});
