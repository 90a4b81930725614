/**
 * Attention (Vaswani et al., arXiv:1706.03762) and its locality variant for small data sets (Lee et al., arXiv:2112.13492).
 * @module
 */
import { core, softmaxScaled } from "../engine/index.js";
import type { Tensor, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import { uniform } from "./initialise.js";
import { addLayerNorm, addLinear, layerNorm, linear } from "./layers.js";
import { constant } from "./initialise.js";
import type { ParameterSet } from "./parameters.js";

export interface AttentionShape {
  /** Length of a token. */
  readonly features: number;
  readonly heads: number;
  readonly featuresPerHead: number;
  /** Logits scaled by a learned temperature and no token attending to itself. Default false. */
  readonly local?: boolean;
}

/** Softmax(q·kᵀ·scale)·v for `queries`, `keys` and `values` [B, heads, N, d]; with `local` the diagonal is left out. */
export function attend(queries: Tensor4D, keys: Tensor4D, values: Tensor4D, scale: number | Tensor, local = false): { readonly y: Tensor4D; readonly attention: Tensor4D } {
  const tf = core();
  // A learned scale is applied to the queries, which are fewer than the logits.
  const learned = typeof scale !== "number";
  const logits = tf.matMul(learned ? tf.mul(queries, scale) : queries, keys, false, true) as Tensor4D;
  const attention = softmaxScaled(logits, learned ? 1 : scale, local);
  return { y: tf.matMul(attention, values) as Tensor4D, attention };
}

/** [B, N, 3·heads·d], chunks q, k, v and head-major in each → three of [B, heads, N, d]. */
export function splitHeads(projected: Tensor3D, heads: number): [Tensor4D, Tensor4D, Tensor4D] {
  const tf = core();
  const [batch, tokens, width] = projected.shape;
  const features = width / 3 / heads;
  const turned = tf.transpose(tf.reshape(projected, [batch, tokens, 3, heads, features]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(turned) as [Tensor4D, Tensor4D, Tensor4D];
  return [q, k, v];
}

/** [B, heads, N, d] → [B, N, heads·d]. */
export function joinHeads(x: Tensor4D): Tensor3D {
  const [batch, heads, tokens, features] = x.shape;
  const tf = core();
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, tokens, heads * features]);
}

/** The parameters of `ViT` code in PyTorch: `name`.norm, .to_qkv without bias, .to_out.0, and .temperature if local. */
export function addSelfAttention(parameters: ParameterSet, name: string, { features, heads, featuresPerHead, local = false }: AttentionShape): void {
  const inner = heads * featuresPerHead;
  // exp(temperature) is the scale; it starts at 1/√d.
  if (local) parameters.add(`${name}.temperature`, [], constant(-Math.log(featuresPerHead) / 2));
  addLayerNorm(parameters, `${name}.norm`, features);
  parameters.add(`${name}.to_qkv.weight`, [3 * inner, features], uniform(1 / Math.sqrt(features)));
  addLinear(parameters, `${name}.to_out.0`, inner, features);
}

/** Self-attention of the tokens `x` [B, N, features] after a layer norm; the residual is the caller's. */
export function selfAttention(parameters: ParameterSet, name: string, x: Tensor3D, heads: number): { readonly y: Tensor3D; readonly attention: Tensor4D } {
  const tf = core();
  const projected = linear(parameters, `${name}.to_qkv`, layerNorm(parameters, `${name}.norm`, x));
  const [q, k, v] = splitHeads(projected, heads);
  const local = parameters.has(`${name}.temperature`);
  const scale = local ? tf.exp(parameters.get(`${name}.temperature`)) : q.shape[3] ** -0.5;
  const { y, attention } = attend(q, k, v, scale, local);
  return { y: linear(parameters, `${name}.to_out.0`, joinHeads(y)), attention };
}
