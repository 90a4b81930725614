// The entry of tensor-kernels.wasm, which works on the memory of tfjs-backend-wasm: it must have no data of its own.
export { addPositions, cropImages, packPanels, packTransposed, padImages, productOfColumns, productOfRows } from "./product";
export { adamStep, columnSums, copy, fill, gelu, geluGradient, leakyRelu, leakyReluGradient } from "./elementwise";
export { lstmBackward, lstmForward } from "./lstm";
export { permute } from "./permute";
export { batchNormSums, columnMoments, combineColumns, copyColumns, layerNormGradient, layerNormRows, scaleColumns, softmaxGradient, softmaxRows } from "./rows";
export { addInputTiles, filterOfTiles, filterTiles, inputTiles, outputOfTiles, outputTiles } from "./winograd";
