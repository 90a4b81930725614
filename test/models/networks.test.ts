import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scalar, Tensor2D, Tensor4D, Tensor5D } from "@tensorflow/tfjs-core";
import { core, selectEngine } from "../../src/engine/index.js";
import { isEvtlabError } from "../../src/errors.js";
import {
  Adam, batchNorm, Classifier, crossEntropy, Discriminator, dropout, Generator, gradientsOf, loadWeights, ParameterSet, saveWeights, VideoTransformer, addBatchNorm,
} from "../../src/models/index.js";
import { readSafetensors } from "../golden/safetensors.js";

const shapes = "../shared/data/goldens/torch_pix2pix_full_shapes.json";
const video = "../shared/data/goldens/facemorphic_vit_small";

const image = (size: number, seed = 1, batch = 2): Tensor4D => core().randomUniform([batch, size, size, 3], -1, 1, "float32", seed);

describe("networks", () => {
  before(() => selectEngine("wasm"));

  it("of pix2pix have the layers, sizes and parameters of the authors' at full size", function () {
    if (!existsSync(shapes)) return this.skip();
    interface Layer {
      readonly name: string;
      readonly parameters: Readonly<Record<string, number>>;
      readonly running_stats: number;
    }
    const golden = JSON.parse(readFileSync(shapes, "utf8")) as Record<"generator" | "discriminator", Layer[]> &
      Record<"generator_parameters" | "discriminator_parameters" | "encoder_parameters", number>;
    for (const [kind, network] of [["generator", new Generator({ seed: 1 })], ["discriminator", new Discriminator({ seed: 1 })]] as const) {
      const { parameters } = network;
      assert.equal(parameters.count, golden[`${kind}_parameters`]);
      for (const { name, parameters: expected, running_stats: statistics } of golden[kind]) {
        const number = name.replace("conv", "");
        const convolution = { bottleneck: "bottleneck.0", out: "out_conv" }[name] ?? (kind === "discriminator" ? name : name.startsWith("e") ? `${name}.conv` : `${name}.deconv`);
        const norm = kind === "discriminator" ? `bn${number}` : `${name}.bn`;
        for (const [part, count] of Object.entries(expected)) {
          const own = part.replace(/^Conv.*\./, `${convolution}.`).replace(/^BatchNorm2d\./, `${norm}.`);
          assert.equal(parameters.get(own).size, count, own);
        }
        const names = [`${norm}.running_mean`, `${norm}.running_var`].filter((one) => parameters.has(one));
        assert.equal(names.reduce((sum, one) => sum + parameters.get(one).size, 0), statistics, name);
      }
      if (kind === "generator") {
        const encoder = parameters.names().filter((name) => /^(e\d|bottleneck)/.test(name) && !name.includes("running"));
        assert.equal(encoder.reduce((sum, name) => sum + parameters.get(name).size, 0), golden.encoder_parameters);
      }
      network.dispose();
    }
  }).timeout(240_000);

  it("of tutorial size paint, judge and classify at any batch, and say so when a size does not fit", () => {
    const tf = core();
    const before = tf.memory().numTensors;
    const generator = new Generator({ size: "tutorial", seed: 1 });
    const discriminator = new Discriminator({ size: "tutorial", seed: 1 });
    const classifier = new Classifier({ size: "tutorial", recurrent: { layers: 2, units: 16 }, classes: 7, seed: 1 });
    const frames = new Classifier({ size: "tutorial", imageSize: 64, recurrent: false, classes: 7, seed: 1 });
    tf.tidy(() => {
      const x = image(64);
      const y = generator.forward(x);
      assert.deepEqual(y.shape, [2, 64, 64, 3]);
      assert.deepEqual(discriminator.forward(x, y).shape, [2, 6, 6, 1]);
      assert.deepEqual(frames.forward(x).shape, [2, 7]);
      assert.deepEqual(classifier.forward(tf.zeros([2, 3, 32, 32, 3])).shape, [2, 7]);
      assert.throws(() => generator.forward(image(48)), /multiples of 32 pixels, got 48 × 48/);
      assert.throws(() => classifier.forward(x), /frames \[B, T, H, W, C\]/);
    });
    for (const network of [generator, discriminator, classifier, frames]) network.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("start from the same values for the same seed, and from others for another", async () => {
    const values = async (seed: number): Promise<Float32Array> => {
      const generator = new Generator({ size: "tutorial", seed });
      const { data } = (await generator.parameters.state()).get("e2.conv.weight")!;
      generator.dispose();
      return data;
    };
    assert.deepEqual(await values(3), await values(3));
    assert.notDeepEqual(await values(3), await values(4));
    const data = await values(5);
    const deviation = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
    assert.ok(Math.abs(deviation - 0.02) < 0.001, `deviation ${deviation}`);
  });

  it("keep a frozen encoder as it is, its running statistics too, while the rest learns", async () => {
    const tf = core();
    const classifier = new Classifier({ channels: [4, 8, 8], recurrent: false, classes: 3, hidden: 8, seed: 1 });
    const { parameters } = classifier;
    parameters.freeze(Classifier.encoderPrefix);
    const first = await parameters.state();
    const optimiser = new Adam(parameters.trainable(), { learningRate: 0.01 });
    const x = image(8, 2, 4);
    const labels = tf.tensor1d([0, 1, 2, 0], "int32");
    for (let seed = 0; seed < 3; seed++) {
      const { loss, gradients } = gradientsOf(() => crossEntropy(classifier.forward(x, { training: true, seed }), labels), parameters.trainable());
      optimiser.step(gradients);
      tf.dispose([loss, ...gradients.values()]);
    }
    for (const [name, { data }] of await parameters.state()) {
      const same = data.every((value, i) => value === first.get(name)!.data[i]);
      assert.equal(same, name.startsWith(Classifier.encoderPrefix), name);
    }
    optimiser.dispose();
    classifier.dispose();
    tf.dispose([x, labels]);
  });

  it("leave memory as it was after 200 steps of an adversarial pair", () => {
    const tf = core();
    const generator = new Generator({ channels: [4, 4, 4], seed: 1 });
    const discriminator = new Discriminator({ channels: [4, 4], seed: 1 });
    const adams = [generator, discriminator].map(({ parameters }) => new Adam(parameters.trainable(), { learningRate: 1e-3 }));
    const x = image(16);
    const backend = tf.backend() as unknown as { numDataIds(): number };
    const step = (seed: number): void => {
      const pass = { training: true, seed };
      const judged = gradientsOf(() => tf.mean(discriminator.forward(x, generator.forward(x, pass), pass)) as Scalar, discriminator.parameters.trainable());
      const painted = gradientsOf(() => tf.mean(discriminator.forward(x, generator.forward(x, pass), pass)) as Scalar, generator.parameters.trainable());
      adams[1]!.step(judged.gradients);
      adams[0]!.step(painted.gradients);
      tf.dispose([judged.loss, painted.loss, ...judged.gradients.values(), ...painted.gradients.values()]);
    };
    step(0);
    const before = { tensors: tf.memory().numTensors, data: backend.numDataIds() };
    for (let i = 1; i <= 200; i++) step(i);
    assert.deepEqual({ tensors: tf.memory().numTensors, data: backend.numDataIds() }, before);
    for (const one of [generator, discriminator, ...adams]) one.dispose();
    x.dispose();
  });

  it("of video give the reference's logits with its weights", async function () {
    if (!existsSync(`${video}.safetensors`)) return this.skip();
    const tf = core();
    const golden = JSON.parse(readFileSync(`${video}_golden.json`, "utf8")) as { cases: { name: string; model: string; shape: number[]; logits_f64: number[] }[] };
    const { logits_f64: expected, shape } = golden.cases.find(({ name, model }) => name === "sine_T2" && model === "event")!;
    const { parameters: weights } = await loadWeights(`${video}.safetensors`);
    const network = new VideoTransformer({ classes: 24, seed: 1 });
    network.parameters.load(weights, { from: "event." });
    const values = Float32Array.from({ length: 2 * 224 * 224 }, (_, i) => 0.5 + 0.5 * Math.sin(0.01 * i));
    assert.deepEqual(shape, [1, 2, 1, 224, 224]);
    const logits = tf.tidy(() => network.forward(tf.tensor5d(values, [1, 2, 224, 224, 1]) as Tensor5D).dataSync());
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - logits[i]!)), 0);
    assert.ok(worst < 1e-4, `differs by ${worst}`);
    network.dispose();
  });
});

describe("weights", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "evtlab-weights-"));
    await selectEngine("wasm");
  });
  after(() => rm(folder, { recursive: true }));

  it("go to a file in PyTorch's shapes and come back to the bit", async () => {
    const one = new Generator({ channels: [3, 4, 5], inputChannels: 2, seed: 1 });
    const other = new Generator({ channels: [3, 4, 5], inputChannels: 2, seed: 2 });
    const path = join(folder, "generator.safetensors");
    await saveWeights(path, await one.parameters.state(), { seed: "1" });
    assert.deepEqual(readSafetensors(path).get("e2.conv.weight")!.shape, [4, 3, 4, 4]);
    const { parameters, metadata } = await loadWeights(path);
    assert.equal(metadata["seed"], "1");
    other.parameters.load(parameters);
    assert.deepEqual(await other.parameters.state(), await one.parameters.state());
    assert.deepEqual(await readdir(folder), ["generator.safetensors"]);

    const classifier = new Classifier({ channels: [3, 4, 5], inputChannels: 2, recurrent: false, classes: 2, seed: 3 });
    classifier.loadEncoder(parameters);
    assert.deepEqual((await classifier.parameters.state()).get("encoder.encoder_unet.e2.conv.weight"), parameters.get("e2.conv.weight"));
    for (const network of [one, other, classifier]) network.dispose();
  });

  it("of another network, and files that are none, are refused with a sentence", async () => {
    const generator = new Generator({ channels: [3, 4, 5], seed: 1 });
    const wider = new Generator({ channels: [3, 8, 5], seed: 1 });
    const before = await generator.parameters.state();
    assert.throws(() => generator.parameters.load(new Map()), (error) => isEvtlabError(error, "FormatError"));
    const state = await wider.parameters.state();
    assert.throws(() => generator.parameters.load(state), /"e2.conv.weight": expected shape \[4, 3, 4, 4\], got \[8, 3, 4, 4\]/);
    assert.deepEqual(await generator.parameters.state(), before);
    const good = join(folder, "good.safetensors");
    await saveWeights(good, before);
    const bytes = readFileSync(good);
    for (const [name, damaged] of [["short", bytes.subarray(0, 5)], ["cut", bytes.subarray(0, bytes.length - 9)], ["text", Buffer.from("not a tensor in sight, none at all")]] as const) {
      const path = join(folder, name);
      await writeFile(path, damaged);
      await assert.rejects(loadWeights(path), (error) => isEvtlabError(error, "FormatError"), name);
    }
    await assert.rejects(loadWeights(join(folder, "none")), (error) => isEvtlabError(error, "SourceError"));
    await assert.rejects(saveWeights(join(folder, "no", "folder"), before), (error) => isEvtlabError(error, "SourceError"));
    generator.dispose();
    wider.dispose();
  });
});

describe("layers", () => {
  before(() => selectEngine("wasm"));

  it("drop by their seed, and keep the mean", () => {
    const tf = core();
    tf.tidy(() => {
      const ones = tf.ones([100, 100]) as Tensor2D;
      const [one, same, other] = [1, 1, 2].map((seed) => dropout("d", ones, 0.25, { training: true, seed }).dataSync());
      assert.deepEqual(one, same);
      assert.notDeepEqual(one, other);
      const zeros = one!.filter((value) => value === 0).length;
      assert.ok(Math.abs(zeros - 2500) < 150, `${zeros} dropped`);
      assert.ok(one!.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6));
      assert.equal(dropout("d", ones, 0.25, {}), ones);
      assert.throws(() => dropout("d", ones, 0.25, { training: true }), /a seed in training/);
    });
  });

  it("of one value a channel cannot be normalised by their batch", () => {
    const parameters = new ParameterSet(1);
    addBatchNorm(parameters, "bn", 3);
    const x = core().zeros<Tensor4D["rankType"]>([1, 1, 1, 3]);
    assert.throws(() => batchNorm(parameters, "bn", x, { training: true }), /more than one value a channel/);
    x.dispose();
    parameters.dispose();
  });
});
