/** Convolutions and their gradients on the wasm engine equal PyTorch's, computed in float64. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { selectEngine } from "../../src/engine/index.js";
import { readSafetensors } from "../golden/safetensors.js";

const goldens = "../shared/data/goldens/torch_layers_golden";

interface Part {
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly tolerance_abs: number;
}
interface Case {
  readonly id: string;
  readonly op: string;
  readonly params: { readonly stride: number; readonly padding: number; readonly dilation?: number; readonly groups?: number };
  readonly inputs: Readonly<Record<string, Part>>;
  readonly outputs: Readonly<Record<string, Part>>;
}

describe("convolutions on the wasm engine equal PyTorch's", () => {
  if (!existsSync(`${goldens}.json`)) {
    it.skip("skipped: no goldens in ../shared");
    return;
  }
  const { cases } = JSON.parse(readFileSync(`${goldens}.json`, "utf8")) as { cases: Case[] };
  const tensors = readSafetensors(`${goldens}.safetensors`);
  const values = (part: Part): Float32Array => tensors.get(part.tensor)!.data as Float32Array;
  const chosen = cases.filter(({ op, params }) => (op === "conv2d" || op === "conv_transpose2d") && (params.dilation ?? 1) === 1 && (params.groups ?? 1) === 1);
  it("has cases of both kinds", () => assert.equal(new Set(chosen.map(({ op }) => op)).size, 2));

  for (const { id, op, params, inputs, outputs } of chosen) {
    it(id, async () => {
      const { tf } = await selectEngine("wasm");
      const named = (part: Part): Tensor => tf.tensor(values(part), [...part.shape]);
      const results = tf.tidy(() => {
        // NCHW to NHWC; OIHW and IOHW to what tfjs takes: [height, width, in, out], or of the transpose [.., out, in].
        const x = tf.transpose(named(inputs["x"]!) as Tensor4D, [0, 2, 3, 1]);
        const w = tf.transpose(named(inputs["weight"]!) as Tensor4D, [2, 3, 1, 0]);
        const dy = tf.transpose(named(inputs["dy"]!) as Tensor4D, [0, 2, 3, 1]);
        const bias = named(inputs["bias"]!);
        const { stride, padding } = params;
        const [batch, height, width, channels] = dy.shape;
        const forward = (a: Tensor, b: Tensor): Tensor =>
          op === "conv2d"
            ? tf.conv2d(a as Tensor4D, b as Tensor4D, stride, padding)
            : tf.conv2dTranspose(a as Tensor4D, b as Tensor4D, [batch, height, width, channels], stride, padding);
        const [dx, dweight] = tf.grads(forward)([x, w], dy) as [Tensor4D, Tensor4D];
        return {
          y: tf.transpose(tf.add(forward(x, w), bias), [0, 3, 1, 2]),
          dx: tf.transpose(dx, [0, 3, 1, 2]),
          dweight: tf.transpose(dweight, [3, 2, 0, 1]),
        };
      });
      for (const [name, tensor] of Object.entries(results)) {
        const part = outputs[name]!;
        const expected = values(part);
        const actual = tensor.dataSync<"float32">();
        assert.equal(actual.length, expected.length);
        const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
        assert.ok(worst <= part.tolerance_abs, `${name}: ${worst} exceeds ${part.tolerance_abs}`);
      }
      tf.dispose(results);
    });
  }
});
