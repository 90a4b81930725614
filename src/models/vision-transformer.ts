/**
 * The video transformer of the FACEMORPHIC reference: shifted patches, locality self-attention within each frame, plain
 * self-attention over the frames. Its output does not depend on the order of frames: it has no temporal positions.
 * @module
 */
import { core, gelu } from "../engine/index.js";
import { checkOptions } from "../errors.js";
import type { Tensor, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from "@tensorflow/tfjs-core";
import { addSelfAttention, selfAttention } from "./attention.js";
import { normal } from "./initialise.js";
import { addLayerNorm, addLinear, dropout, layerNorm, linear, type Pass } from "./layers.js";
import { ParameterSet } from "./parameters.js";
import { cardinalShifts, patches, shifted } from "./patches.js";

export interface VideoTransformerOptions {
  readonly classes: number;
  /** Default 1. */
  readonly inputChannels?: number;
  /** Height and width of a frame. Default 224. */
  readonly imageSize?: number;
  /** Default 16. */
  readonly patch?: number;
  /** Length of a token. Default 64. */
  readonly features?: number;
  /** Blocks within a frame, and over frames. Default [4, 4]. */
  readonly depth?: readonly [spatial: number, temporal: number];
  /** Default 4. */
  readonly heads?: number;
  /** Default 64. */
  readonly featuresPerHead?: number;
  /** Units of the hidden layer between attentions. Default 32. */
  readonly hidden?: number;
  /** Default 0.1. */
  readonly dropout?: number;
  readonly seed: number;
}

export class VideoTransformer {
  readonly parameters: ParameterSet;
  readonly #patch: number;
  readonly #heads: number;
  readonly #depth: readonly [number, number];
  readonly #dropout: number;

  constructor(options: VideoTransformerOptions) {
    checkOptions("VideoTransformer", options, ["classes", "inputChannels", "imageSize", "patch", "features", "depth", "heads", "featuresPerHead", "hidden", "dropout", "seed"]);
    const { classes, inputChannels = 1, imageSize = 224, patch = 16, features = 64, depth = [4, 4], heads = 4, featuresPerHead = 64, hidden = 32, seed } = options;
    this.#patch = patch;
    this.#heads = heads;
    this.#depth = depth;
    this.#dropout = options.dropout ?? 0.1;
    const parameters = new ParameterSet(seed);
    const length = (1 + cardinalShifts.length) * inputChannels * patch * patch;
    parameters.add("pos_embedding", [1, (imageSize / patch) ** 2 + 1, features], normal(0, 1));
    parameters.add("cls_token", [1, 1, features], normal(0, 1));
    parameters.add("temporal_cls_token", [1, 1, features], normal(0, 1));
    addLayerNorm(parameters, "to_patch_embedding.to_patch_tokens.1", length);
    addLinear(parameters, "to_patch_embedding.to_patch_tokens.2", length, features);
    for (const [stage, name] of (["spatial_transformer", "temporal_transformer"] as const).entries()) {
      for (let i = 0; i < depth[stage]!; i++) {
        addSelfAttention(parameters, `${name}.layers.${i}.0`, { features, heads, featuresPerHead, local: stage === 0 });
        addLayerNorm(parameters, `${name}.layers.${i}.1.net.0`, features);
        addLinear(parameters, `${name}.layers.${i}.1.net.1`, features, hidden);
        addLinear(parameters, `${name}.layers.${i}.1.net.4`, hidden, features);
      }
    }
    addLayerNorm(parameters, "temporal_transformer.norm", features);
    addLayerNorm(parameters, "mlp_head.0", features);
    addLinear(parameters, "mlp_head.1", features, classes);
    this.parameters = parameters;
  }

  /** `clips` [B, T, H, W, C] → logits [B, classes]. */
  forward(clips: Tensor5D, pass: Pass = {}): Tensor2D {
    return linear(this.parameters, "mlp_head.1", layerNorm(this.parameters, "mlp_head.0", this.features(clips, pass)));
  }

  /** One vector a clip, [B, features]. */
  features(clips: Tensor5D, pass: Pass = {}): Tensor2D {
    const tf = core();
    const { parameters } = this;
    const [batch, frames, height, width, channels] = clips.shape;
    const images: Tensor4D = tf.reshape(clips, [batch * frames, height, width, channels]);
    const cut = layerNorm(parameters, "to_patch_embedding.to_patch_tokens.1", patches(shifted(images, cardinalShifts), this.#patch));
    let tokens = this.#withClass("cls_token", linear(parameters, "to_patch_embedding.to_patch_tokens.2", cut));
    tokens = dropout("pos", tf.add(tokens, parameters.get("pos_embedding")), this.#dropout, pass);
    tokens = this.#blocks("spatial_transformer", this.#depth[0], tokens, pass);
    let clip: Tensor3D = tf.reshape(this.#first(tokens), [batch, frames, -1]);
    clip = this.#blocks("temporal_transformer", this.#depth[1], this.#withClass("temporal_cls_token", clip), pass);
    return this.#first(layerNorm(parameters, "temporal_transformer.norm", clip));
  }

  #blocks(stage: string, depth: number, x: Tensor3D, pass: Pass): Tensor3D {
    const tf = core();
    for (let i = 0; i < depth; i++) {
      const name = `${stage}.layers.${i}`;
      const attended = selfAttention(this.parameters, `${name}.0`, x, this.#heads).y;
      x = tf.add(x, dropout(`${name}.0`, attended, this.#dropout, pass));
      const hidden = gelu(linear(this.parameters, `${name}.1.net.1`, layerNorm(this.parameters, `${name}.1.net.0`, x)));
      const mixed = linear(this.parameters, `${name}.1.net.4`, dropout(`${name}.1.net.3`, hidden, this.#dropout, pass));
      x = tf.add(x, dropout(`${name}.1.net.5`, mixed, this.#dropout, pass));
    }
    return x;
  }

  #withClass(name: string, tokens: Tensor3D): Tensor3D {
    const tf = core();
    return tf.concat([tf.tile(this.parameters.get<Tensor3D>(name), [tokens.shape[0], 1, 1]), tokens], 1);
  }

  #first(tokens: Tensor): Tensor2D {
    const tf = core();
    const [batch, , features] = tokens.shape as [number, number, number];
    return tf.reshape(tf.slice(tokens, [0, 0, 0], [batch, 1, features]), [batch, features]);
  }

  dispose(): void {
    this.parameters.dispose();
  }
}
