export { adamMoments, adamStep, type AdamCoefficients, type AdamMoments, type AdamUpdate } from "./adam.js";
export { addBias } from "./bias.js";
export { conv2d, convTranspose2d, type ConvolutionOptions } from "./convolution.js";
export { gelu } from "./gelu.js";
export { lstmLayer, type LstmResult, type LstmWeights } from "./lstm.js";
export { batchNormalise, layerNormalise, normalise, type BatchNormalised, type RunningMoments } from "./normalise.js";
export { leakyRelu, relu } from "./relu.js";
export { softmaxScaled } from "./softmax.js";
