/**
 * A step of pix2pix (Isola et al., arXiv:1611.07004) in the order of evTransFER's published loop.
 * @module
 */
import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import { core } from "../engine/index.js";
import { binaryCrossEntropy, meanAbsoluteError, meanSquaredError, type Adam, type Discriminator, type Generator } from "../models/index.js";
import { descend, type DescendOptions } from "./descend.js";
import type { Measures } from "./task.js";

/** Mean absolute ("l1") or mean squared ("l2") difference of pixels. */
export type PixelDistance = "l1" | "l2";

export interface Pix2pix {
  readonly generator: Generator;
  readonly generatorAdam: Adam;
  /** Left out: the generator learns from the distance of pixels alone. */
  readonly adversary?: { readonly discriminator: Discriminator; readonly adam: Adam } | undefined;
  readonly distance: PixelDistance;
  /** How much it counts beside the adversarial term; 100 as published. */
  readonly weight: number;
}

/**
 * First the discriminator: half of the cross-entropy of the real pair and of one that the generator drew; then the
 * generator draws again, and learns from deceiving it and from the distance of pixels. `input`, `target` and `picture`,
 * which only the generator is given: [B, H, W, C]. The terms are `discriminator`, `adversarial` and `l1` or `l2`, the last
 * without its weight.
 */
export function pix2pixStep({ generator, generatorAdam, adversary, distance, weight }: Pix2pix, { input, target, picture }: { readonly input: Tensor4D; readonly target: Tensor4D; readonly picture?: Tensor4D | undefined }, seed: number, options: DescendOptions = {}): Measures {
  const tf = core();
  const first = { training: true, seed };
  const second = { training: true, seed: ~seed };
  let judged: Measures = {};
  if (adversary) {
    const { discriminator, adam } = adversary;
    const fake = tf.tidy(() => generator.forward(input, first, picture));
    judged = descend([{ optimiser: adam, parameters: discriminator.parameters.trainable() }], () => {
      const real = binaryCrossEntropy(discriminator.forward(input, target, first), 1);
      return { discriminator: tf.mul<Scalar>(0.5, tf.add(real, binaryCrossEntropy(discriminator.forward(input, fake, first), 0))) };
    }, options);
    fake.dispose();
  }
  const { [distance]: pixels, ...drawn } = descend([{ optimiser: generatorAdam, parameters: generator.parameters.trainable() }], () => {
    const again = generator.forward(input, second, picture);
    const far = tf.mul<Scalar>(weight, (distance === "l1" ? meanAbsoluteError : meanSquaredError)(again, target));
    return adversary ? { adversarial: binaryCrossEntropy(adversary.discriminator.forward(input, again, second), 1), [distance]: far } : { [distance]: far };
  }, options);
  return { [distance]: pixels! / weight, ...drawn, ...(judged["discriminator"] !== undefined && { discriminator: judged["discriminator"] }) };
}
