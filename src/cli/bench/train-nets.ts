/** The four networks of `evtlab bench train`, each as a function that takes one training step. */
import type { Scalar, Tensor, Tensor1D, Tensor3D, Tensor4D, Tensor5D } from "@tensorflow/tfjs-core";
import { core, relu } from "../../engine/index.js";
import {
  Adam, addConvolution, addLinear, addLstm, addTransposedConvolution, binaryCrossEntropy, convolution, crossEntropy, Discriminator, Generator,
  gradientsOf, linear, lstm, meanAbsoluteError, meanSquaredError, ParameterSet, transposedConvolution, VideoTransformer,
} from "../../models/index.js";

export const trainNets = ["AE", "P2P", "LSTM", "ViT"] as const;
export type TrainNet = (typeof trainNets)[number];

/** One step; the loss is waited for, as PyTorch's `loss.item()` does. */
export type TrainStep = (seed: number) => number;

/** What is trained on: the same for PyTorch, whose script stands in `train-torch.ts`. */
export const trainNetDescriptions: Readonly<Record<TrainNet, string>> = {
  AE: "convolutional autoencoder 64 x 64 x 5, 32-64-128, batch 8, mean squared error, Adam",
  P2P: "pix2pix at tutorial size, 64 x 64 x 3, batch 8: discriminator step, second generator pass, generator step",
  LSTM: "3 x 128 units over 16 steps of 256 values, batch 16, cross-entropy, Adam",
  ViT: "shifted patches, 4 spatial and 4 temporal blocks, 10 frames of 224 x 224, batch 1, cross-entropy, Adam",
};

export function trainStep(net: TrainNet): TrainStep {
  return { AE: autoencoder, P2P: adversarial, LSTM: recurrent, ViT: video }[net]();
}

const random = (shape: number[]): Tensor => core().randomUniform(shape, 0, 1, "float32", 1);

/** Gradients, Adam, and the loss. */
function descend(optimiser: Adam, parameters: ParameterSet, loss: () => Scalar): number {
  const tf = core();
  const { loss: value, gradients } = gradientsOf(loss, parameters.trainable());
  optimiser.step(gradients);
  const [number] = value.dataSync();
  tf.dispose([value, ...gradients.values()]);
  return number!;
}

function autoencoder(): TrainStep {
  const parameters = new ParameterSet(1);
  const channels = [5, 32, 64, 128];
  for (let i = 0; i < 3; i++) {
    addConvolution(parameters, `e${i}`, { inputs: channels[i]!, outputs: channels[i + 1]!, kernel: 4 });
    addTransposedConvolution(parameters, `d${i}`, { inputs: channels[i + 1]!, outputs: channels[i]!, kernel: 4 });
  }
  const adam = new Adam(parameters.trainable(), { learningRate: 1e-3 });
  const images = random([8, 64, 64, 5]) as Tensor4D;
  return () =>
    descend(adam, parameters, () => {
      let x = images;
      for (let i = 0; i < 3; i++) x = relu(convolution(parameters, `e${i}`, x));
      for (let i = 2; i >= 0; i--) {
        x = transposedConvolution(parameters, `d${i}`, x);
        if (i > 0) x = relu(x);
      }
      return meanSquaredError(x, images);
    });
}

function adversarial(): TrainStep {
  const tf = core();
  const generator = new Generator({ size: "tutorial", seed: 1 });
  const discriminator = new Discriminator({ size: "tutorial", seed: 1 });
  const options = { learningRate: 2e-4, betas: [0.5, 0.999] } as const;
  const adamG = new Adam(generator.parameters.trainable(), options);
  const adamD = new Adam(discriminator.parameters.trainable(), options);
  const input = random([8, 64, 64, 3]) as Tensor4D;
  const target = random([8, 64, 64, 3]) as Tensor4D;
  return (seed) => {
    const first = { training: true, seed: 2 * seed };
    const second = { training: true, seed: 2 * seed + 1 };
    const fake = tf.tidy(() => generator.forward(input, first));
    descend(adamD, discriminator.parameters, () => {
      const real = binaryCrossEntropy(discriminator.forward(input, target, first), 1);
      return tf.mul<Scalar>(0.5, tf.add(real, binaryCrossEntropy(discriminator.forward(input, fake, first), 0)));
    });
    fake.dispose();
    return descend(adamG, generator.parameters, () => {
      const again = generator.forward(input, second);
      const deceived = binaryCrossEntropy(discriminator.forward(input, again, second), 1);
      return tf.add<Scalar>(deceived, tf.mul(100, meanAbsoluteError(again, target)));
    });
  };
}

function recurrent(): TrainStep {
  const parameters = new ParameterSet(1);
  addLstm(parameters, "lstm", { inputs: 256, units: 128, layers: 3 });
  addLinear(parameters, "head", 128, 7);
  const adam = new Adam(parameters.trainable(), { learningRate: 1e-3 });
  const sequences = random([16, 16, 256]) as Tensor3D;
  const labels = core().tensor1d(Array.from({ length: 16 }, (_, i) => i % 7), "int32");
  return () => descend(adam, parameters, () => crossEntropy(linear(parameters, "head", lstm(parameters, "lstm", sequences).last.hidden.at(-1)!), labels));
}

function video(): TrainStep {
  const network = new VideoTransformer({ classes: 24, dropout: 0, seed: 1 });
  const adam = new Adam(network.parameters.trainable(), { learningRate: 1e-4, weightDecay: 1e-3 });
  const clips = random([1, 10, 224, 224, 1]) as Tensor5D;
  const labels: Tensor1D = core().tensor1d([3], "int32");
  return () => descend(adam, network.parameters, () => crossEntropy(network.forward(clips, { training: true }), labels));
}
