/**
 * A step of pix2pix (Isola et al., arXiv:1611.07004) in the order of evTransFER's published loop.
 * @module
 */
import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import { core } from "../engine/index.js";
import { binaryCrossEntropy, meanAbsoluteError, type Adam, type Discriminator, type Generator } from "../models/index.js";
import { descend, type DescendOptions } from "./descend.js";
import type { Measures } from "./task.js";

export interface Pix2pix {
  readonly generator: Generator;
  readonly generatorAdam: Adam;
  /** Left out: the generator learns from the L1 term alone. */
  readonly adversary?: { readonly discriminator: Discriminator; readonly adam: Adam } | undefined;
  /** How much the L1 term counts beside the adversarial one; 100 as published. */
  readonly l1Weight: number;
}

/**
 * First the discriminator: half of the cross-entropy of the real pair and of one that the generator drew; then the
 * generator draws again, and learns from deceiving it and from L1. `input` and `target`: [B, H, W, C]. The terms are
 * `discriminator`, `adversarial` and `l1`, the last without its weight.
 */
export function pix2pixStep({ generator, generatorAdam, adversary, l1Weight }: Pix2pix, input: Tensor4D, target: Tensor4D, seed: number, options: DescendOptions = {}): Measures {
  const tf = core();
  const first = { training: true, seed };
  const second = { training: true, seed: ~seed };
  let judged: Measures = {};
  if (adversary) {
    const { discriminator, adam } = adversary;
    const fake = tf.tidy(() => generator.forward(input, first));
    judged = descend([{ optimiser: adam, parameters: discriminator.parameters.trainable() }], () => {
      const real = binaryCrossEntropy(discriminator.forward(input, target, first), 1);
      return { discriminator: tf.mul<Scalar>(0.5, tf.add(real, binaryCrossEntropy(discriminator.forward(input, fake, first), 0))) };
    }, options);
    fake.dispose();
  }
  const { l1, ...drawn } = descend([{ optimiser: generatorAdam, parameters: generator.parameters.trainable() }], () => {
    const again = generator.forward(input, second);
    const distance = tf.mul<Scalar>(l1Weight, meanAbsoluteError(again, target));
    return adversary ? { adversarial: binaryCrossEntropy(adversary.discriminator.forward(input, again, second), 1), l1: distance } : { l1: distance };
  }, options);
  return { l1: l1! / l1Weight, ...drawn, ...(judged["discriminator"] !== undefined && { discriminator: judged["discriminator"] }) };
}
