/** Every layer, loss and optimiser equals PyTorch's (float64), and so does an adversarial training of five steps. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type * as TensorFlow from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import { batchNormalise, conv2d, convTranspose2d, engines, gelu, layerNormalise, normalise, selectEngine } from "../../src/engine/index.js";
import {
  Adam, attend, binaryCrossEntropies, binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, Discriminator, Generator, gradientsOf,
  joinHeads, linear, lstm, meanAbsoluteError, meanSquaredError, ParameterSet, patches, selfAttention, shifted, splitHeads, type Shift,
} from "../../src/models/index.js";
import { readSafetensors } from "../golden/safetensors.js";

const goldens = "../shared/data/goldens/torch_layers_golden";

interface Part {
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly layout?: string;
  readonly tolerance_abs: number;
  readonly compare?: boolean;
}
interface Case {
  readonly id: string;
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Part>>;
  readonly outputs: Readonly<Record<string, Part>>;
}
type Tf = typeof TensorFlow;
type Inputs = Readonly<Record<string, Tensor>>;
/** What a case computes, by the names of the golden file; tensors here are channels-last where those are NCHW. */
type Compute = (tf: Tf, inputs: Inputs, params: Case["params"]) => Record<string, Tensor>;

const dot = (tf: Tf, a: Tensor, b: Tensor): Tensor => tf.sum(tf.mul(a, b));

/** y, and the gradients of Σ y·dy with respect to the inputs named, as d<name>. */
function withGradients(tf: Tf, inputs: Inputs, names: readonly string[], forward: (inputs: Inputs) => Tensor): Record<string, Tensor> {
  const run = (...chosen: Tensor[]): Tensor => forward({ ...inputs, ...Object.fromEntries(names.map((name, i) => [name, chosen[i]!])) });
  const gradients = tf.grads(run)(names.map((name) => inputs[name]!), inputs["dy"]);
  return { y: forward(inputs), ...Object.fromEntries(names.map((name, i) => [`d${name}`, gradients[i]!])) };
}

/** A parameter set with the inputs named, for the layers that take their parameters by name. */
function parametersOf(inputs: Inputs, names: Readonly<Record<string, string>>): ParameterSet {
  const parameters = new ParameterSet(0);
  for (const [input, name] of Object.entries(names)) parameters.add(name, inputs[input]!.shape, () => inputs[input]!.dataSync<"float32">().slice());
  return parameters;
}

/** The same for layers with parameters: gradients with respect to x and to the parameters. */
function layerGradients(tf: Tf, inputs: Inputs, names: Readonly<Record<string, string>>, forward: (parameters: ParameterSet, x: Tensor) => Tensor): Record<string, Tensor> {
  const parameters = parametersOf(inputs, names);
  const x = tf.variable(inputs["x"]!);
  const all = new Map([...parameters.trainable(), ["x", x]]);
  const { gradients } = gradientsOf(() => dot(tf, forward(parameters, x), inputs["dy"]!) as TensorFlow.Scalar, all);
  const result: Record<string, Tensor> = { dx: gradients.get("x")! };
  for (const [input, name] of Object.entries(names)) result[`d${input}`] = gradients.get(name)!;
  parameters.dispose();
  x.dispose();
  return result;
}

const attentionNames = { ln_gamma: "a.norm.weight", ln_beta: "a.norm.bias", w_qkv: "a.to_qkv.weight", w_out: "a.to_out.0.weight", b_out: "a.to_out.0.bias" };

function attentionBlock(tf: Tf, inputs: Inputs, { heads }: Case["params"]): Record<string, Tensor> {
  const names = { ...attentionNames, ...("temperature" in inputs && { temperature: "a.temperature" }) };
  const parameters = parametersOf(inputs, names);
  const { y, attention } = selfAttention(parameters, "a", inputs["x"] as Tensor3D, heads as number);
  parameters.dispose();
  return { y, attention, ...layerGradients(tf, inputs, names, (set, x) => selfAttention(set, "a", x as Tensor3D, heads as number).y) };
}

function adam(tf: Tf, inputs: Inputs, params: Case["params"]): Record<string, Tensor> {
  const parameters = parametersOf(inputs, { w0: "w" });
  const w = parameters.get("w");
  const optimiser = new Adam(parameters.trainable(), {
    learningRate: params["lr"] as number, betas: params["betas"] as [number, number], epsilon: params["eps"] as number, weightDecay: params["weight_decay"] as number,
  });
  const steps: Tensor[] = [];
  const losses: Tensor[] = [];
  for (let step = 0; step < (params["steps"] as number); step++) {
    const { loss, gradients } = gradientsOf(() => tf.mul(0.5, dot(tf, inputs["a"]!, tf.square(tf.sub(w, inputs["c"]!)))) as TensorFlow.Scalar, parameters.trainable());
    optimiser.step(gradients);
    losses.push(loss);
    steps.push(tf.clone(w));
  }
  const moments = optimiser.moments("w");
  const result = { w: tf.stack(steps), loss: tf.stack(losses), m: tf.clone(moments.mean), v: tf.clone(moments.square) };
  optimiser.dispose();
  parameters.dispose();
  return result;
}

const operations: Readonly<Record<string, Compute>> = {
  conv2d: (tf, inputs, { stride, padding }) =>
    convolutionCase(tf, inputs, (x, w) => conv2d(x, w, { stride: stride as number, padding: padding as number })),
  conv_transpose2d: (tf, inputs, { stride, padding }) =>
    convolutionCase(tf, inputs, (x, w) => convTranspose2d(x, w, { stride: stride as number, padding: padding as number })),
  batch_norm2d: batchNormCase,
  instance_norm2d: (tf, inputs) =>
    withGradients(tf, inputs, ["x", "gamma", "beta"], ({ x, gamma, beta }) => {
      const { mean, variance } = tf.moments(x!, [1, 2], true);
      return normalise(x!, mean, variance, gamma!, beta!, 1e-5);
    }),
  leaky_relu: (tf, inputs) => withGradients(tf, inputs, ["x"], ({ x }) => tf.leakyRelu(x!, 0.2)),
  gelu: (tf, inputs) => withGradients(tf, inputs, ["x"], ({ x }) => gelu(x!)),
  layer_norm: (tf, inputs) => withGradients(tf, inputs, ["x", "gamma", "beta"], ({ x, gamma, beta }) => layerNormalise(x!, gamma!, beta!)),
  lstm: lstmCase,
  multi_head_attention_block: attentionBlock,
  locality_self_attention_block: attentionBlock,
  multi_head_attention: (tf, inputs, { heads }) => {
    const names = { in_proj_weight: "in.weight", in_proj_bias: "in.bias", out_weight: "out.weight", out_bias: "out.bias" };
    const parameters = parametersOf(inputs, names);
    const run = (set: ParameterSet, x: Tensor) => {
      const [q, k, v] = splitHeads(linear(set, "in", x as Tensor3D), heads as number);
      const { y, attention } = attend(q, k, v, q.shape[3] ** -0.5);
      return { y: linear(set, "out", joinHeads(y)), attention };
    };
    const forward = run(parameters, inputs["x"]!);
    parameters.dispose();
    return { ...forward, ...layerGradients(tf, inputs, names, (set, x) => run(set, x).y) };
  },
  shifted_patch_tokenization: (tf, inputs, { patch, shifts_right_down: shifts }) => {
    const run = (x: Tensor) => patches(shifted(x as Tensor4D, shifts as Shift[]), patch as number);
    const { y, ...gradients } = withGradients(tf, inputs, ["x", "ln_gamma", "ln_beta", "w", "b"], ({ x, ln_gamma, ln_beta, w, b }) => {
      const tokens = layerNormalise(run(x!), ln_gamma!, ln_beta!);
      return tf.add(tf.reshape(tf.matMul(tf.reshape(tokens, [-1, w!.shape[1]!]) as Tensor2D, w as Tensor2D, false, true), [...tokens.shape.slice(0, 2), w!.shape[0]!]), b!);
    });
    return { shifted: shifted(inputs["x"] as Tensor4D, shifts as Shift[]), patches: run(inputs["x"]!), y: y!, ...gradients };
  },
  binary_cross_entropy: (tf, { p, t }, { reduction }) =>
    reduction === "none" ? { loss: binaryCrossEntropies(p!, t!) } : { loss: binaryCrossEntropy(p!, t!), dp: tf.grad((x) => binaryCrossEntropy(x, t!))(p!) },
  binary_cross_entropy_with_logits: (tf, { z, t }) => ({ loss: binaryCrossEntropyWithLogits(z!, t!), dz: tf.grad((x) => binaryCrossEntropyWithLogits(x, t!))(z!) }),
  l1_loss: (tf, { a, b }) => ({ loss: meanAbsoluteError(a!, b!), da: tf.grad((x) => meanAbsoluteError(x, b!))(a!) }),
  mse_loss: (tf, { a, b }) => ({ loss: meanSquaredError(a!, b!), da: tf.grad((x) => meanSquaredError(x, b!))(a!) }),
  cross_entropy: (tf, { z, t }) => {
    const labels = tf.cast(t as Tensor1D, "int32");
    return { loss: crossEntropy(z as Tensor2D, labels), dz: tf.grad((x) => crossEntropy(x as Tensor2D, labels))(z!) };
  },
  adam,
  adamw: adam,
  pix2pix_training: pix2pixCase,
};

function convolutionCase(tf: Tf, inputs: Inputs, forward: (x: Tensor4D, w: Tensor4D) => Tensor4D): Record<string, Tensor> {
  return withGradients(tf, inputs, ["x", "weight", "bias"], ({ x, weight, bias }) => tf.add(forward(x as Tensor4D, weight as Tensor4D), bias!));
}

function batchNormCase(tf: Tf, inputs: Inputs): Record<string, Tensor> {
  const { x1, x2, gamma, beta, dy } = inputs as Record<"x1" | "x2" | "gamma" | "beta" | "dy", Tensor>;
  const before = { mean: tf.zerosLike(gamma) as Tensor1D, variance: tf.onesLike(gamma) as Tensor1D };
  const first = batchNormalise(x1, gamma, beta, before);
  const second = batchNormalise(x2, gamma, beta, first.running);
  const { mean, variance } = second.running;
  const train = withGradients(tf, { x1, gamma, beta, dy }, ["x1", "gamma", "beta"], (all) => batchNormalise(all["x1"]!, all["gamma"]!, all["beta"]!, before).y);
  const evaluated = withGradients(tf, { x1, gamma, beta, dy }, ["x1", "gamma", "beta"], (all) => normalise(all["x1"]!, mean, variance, all["gamma"]!, all["beta"]!, 1e-5));
  return {
    y1: first.y, y2: second.y, running_mean_1: first.running.mean, running_var_1: first.running.variance, running_mean_2: mean, running_var_2: variance,
    dx1: train["dx1"]!, dgamma: train["dgamma"]!, dbeta: train["dbeta"]!,
    y1_eval: evaluated["y"]!, dx1_eval: evaluated["dx1"]!, dgamma_eval: evaluated["dgamma"]!, dbeta_eval: evaluated["dbeta"]!,
  };
}

function lstmCase(tf: Tf, inputs: Inputs, { layers }: Case["params"]): Record<string, Tensor> {
  const names = Object.fromEntries(Object.keys(inputs).filter((name) => /^(weight|bias)_/.test(name)).map((name) => [name, `l.${name}`]));
  const count = layers as number;
  const run = (parameters: ParameterSet, x: Tensor, h0: Tensor, c0: Tensor) => {
    const { y, last } = lstm(parameters, "l", tf.transpose(x as Tensor3D, [1, 0, 2]), { hidden: tf.unstack(h0) as Tensor2D[], cell: tf.unstack(c0) as Tensor2D[] });
    return { y: tf.transpose(y, [1, 0, 2]), hn: tf.stack([...last.hidden]), cn: tf.stack([...last.cell]) };
  };
  const parameters = parametersOf(inputs, names);
  assert.equal(parameters.names().length, 4 * count);
  const [x, h0, c0] = ["x", "h0", "c0"].map((name) => tf.variable(inputs[name]!));
  const forward = run(parameters, x!, h0!, c0!);
  const { gradients } = gradientsOf(
    () => {
      const { y, hn, cn } = run(parameters, x!, h0!, c0!);
      return tf.addN([dot(tf, y, inputs["dy"]!), dot(tf, hn, inputs["dhn"]!), dot(tf, cn, inputs["dcn"]!)]) as TensorFlow.Scalar;
    },
    new Map([...parameters.trainable(), ["x", x!], ["h0", h0!], ["c0", c0!]]),
  );
  const result: Record<string, Tensor> = { ...forward, dx: gradients.get("x")!, dh0: gradients.get("h0")!, dc0: gradients.get("c0")! };
  for (const [input, name] of Object.entries(names)) result[`d${input}`] = gradients.get(name)!;
  parameters.dispose();
  tf.dispose([x!, h0!, c0!]);
  return result;
}

/** The names of the golden file, which leave out what the authors' modules add. */
const ownName = (name: string): string => name.replace(/^g\.bottleneck\./, "g.bottleneck.0.").replace(/^g\.out\./, "g.out_conv.");

function pix2pixCase(tf: Tf, inputs: Inputs, params: Case["params"]): Record<string, Tensor> {
  const { input, target } = inputs as Record<"input" | "target", Tensor4D>;
  const generator = new Generator({ channels: [8, 16, 16, 16], dropout: 0, seed: 1 });
  const discriminator = new Discriminator({ channels: [8, 16, 16], seed: 2 });
  const { lr, betas } = params["adam"] as { readonly lr: number; readonly betas: [number, number] };
  const nets = { g: generator, d: discriminator } as const;
  for (const [name, tensor] of Object.entries(inputs)) {
    if (/^[gd]\./.test(name)) nets[name[0] as "g" | "d"].parameters.get(ownName(name).slice(2)).assign(tensor);
  }
  const [adamG, adamD] = [generator, discriminator].map(({ parameters }) => new Adam(parameters.trainable(), { learningRate: lr, betas }));
  const result: Record<string, Tensor> = {};
  const losses: Record<string, Tensor[]> = { loss_D: [], loss_D_real: [], loss_D_fake: [], loss_G_bce: [], loss_L1: [] };
  const train = { training: true };
  const golden = (net: string, name: string): string => Object.keys(inputs).find((one) => ownName(one) === `${net}.${name}`)!;
  for (let step = 0; step < (params["steps"] as number); step++) {
    const fake = generator.forward(input, train);
    const kept: Tensor[] = [];
    const d = gradientsOf(() => {
      const real = discriminator.forward(input, target, train);
      const judged = discriminator.forward(input, fake, train);
      if (step === 0) kept.push(tf.keep(tf.clone(real)), tf.keep(tf.clone(judged)));
      const [lossReal, lossFake] = [binaryCrossEntropy(real, 1), binaryCrossEntropy(judged, 0)];
      losses["loss_D_real"]!.push(tf.keep(tf.clone(lossReal)));
      losses["loss_D_fake"]!.push(tf.keep(tf.clone(lossFake)));
      return tf.mul(0.5, tf.add(lossReal, lossFake)) as TensorFlow.Scalar;
    }, discriminator.parameters.trainable());
    losses["loss_D"]!.push(d.loss);
    adamD!.step(d.gradients);
    const g = gradientsOf(() => {
      const again = generator.forward(input, train);
      const bce = binaryCrossEntropy(discriminator.forward(input, again, train), 1);
      const l1 = meanAbsoluteError(again, target);
      losses["loss_G_bce"]!.push(tf.keep(tf.clone(bce)));
      losses["loss_L1"]!.push(tf.keep(tf.clone(l1)));
      return tf.add(bce, tf.mul(100, l1)) as TensorFlow.Scalar;
    }, generator.parameters.trainable());
    adamG!.step(g.gradients);
    if (step > 0) continue;
    Object.assign(result, { fake_step1: fake, pred_real_step1: kept[0], pred_fake_step1: kept[1] });
    for (const [name, gradient] of d.gradients) result[`grad_step1.${golden("d", name)}`] = gradient;
    for (const [name, gradient] of g.gradients) result[`grad_step1.${golden("g", name)}`] = gradient;
  }
  for (const [name, values] of Object.entries(losses)) {
    result[name] = tf.stack(values);
    tf.dispose(values);
  }
  for (const [net, { parameters }] of Object.entries(nets)) {
    for (const name of parameters.names()) result[`final.${golden(net, name)}`] = tf.clone(parameters.get(name));
  }
  result["eval_output"] = generator.forward(input);
  for (const one of [generator, discriminator, adamG!, adamD!]) one.dispose();
  return result;
}

/** From the layout of the golden file to ours, and back. */
const permutations: Readonly<Record<string, readonly [number[], number[]]>> = {
  NCHW: [[0, 2, 3, 1], [0, 3, 1, 2]],
  OIHW: [[2, 3, 1, 0], [3, 2, 0, 1]],
  IOHW: [[2, 3, 1, 0], [3, 2, 0, 1]],
};
function permutation({ shape, layout = "" }: Part, op: string, name: string): readonly [number[], number[]] | undefined {
  if (op === "pix2pix_training") return shape.length !== 4 ? undefined : name.endsWith("weight") ? permutations["OIHW"] : permutations["NCHW"];
  // dx, dx1 and the like say nothing of their layout, but have that of the images.
  return permutations[layout.split(",")[0]!] ?? (shape.length === 4 && /2d$|tokenization$/.test(op) ? permutations["NCHW"] : undefined);
}

describe("layers, losses and optimisers equal PyTorch's", () => {
  if (!existsSync(`${goldens}.json`)) {
    it.skip("skipped: no goldens in ../shared");
    return;
  }
  const { cases } = JSON.parse(readFileSync(`${goldens}.json`, "utf8")) as { cases: Case[] };
  const tensors = readSafetensors(`${goldens}.safetensors`);
  const values = (part: Part): Float32Array => tensors.get(part.tensor)!.data as Float32Array;

  it("has cases for every operation here, and no others", () => assert.deepEqual([...new Set(cases.map(({ op }) => op))].sort(), Object.keys(operations).sort()));

  for (const { name: engine, available, missing } of engines()) {
    if (engine === "tfjs-node-gpu") continue;
    describe(`on ${engine}`, () => {
      if (!available) {
        it.skip(`skipped: ${missing}`);
        return;
      }
      for (const { id, op, params, inputs, outputs } of cases) {
        it(id, async () => {
          const { tf } = await selectEngine(engine);
          const before = tf.memory().numTensors;
          tf.tidy(() => {
            const named = Object.fromEntries(
              Object.entries(inputs).map(([name, part]) => {
                const order = permutation(part, op, name);
                const tensor = tf.tensor(values(part), [...part.shape]);
                return [name, order ? tf.transpose(tensor, order[0]) : tensor];
              }),
            );
            const results = operations[op]!(tf, named, params);
            for (const [name, part] of Object.entries(outputs)) {
              if (part.compare === false) continue;
              assert.ok(results[name], `${name} is computed`);
              const order = permutation(part, op, name);
              const actual = (order ? tf.transpose(results[name], order[1]) : results[name]).dataSync<"float32">();
              const expected = values(part);
              assert.equal(actual.length, expected.length, name);
              const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
              assert.ok(worst <= part.tolerance_abs, `${name}: ${worst} exceeds ${part.tolerance_abs}`);
            }
            tf.dispose(results);
          });
          assert.equal(tf.memory().numTensors, before, "no tensor is left behind");
        }).timeout(240_000);
      }
    });
  }
});
