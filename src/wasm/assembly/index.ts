// The entry of kernels.wasm: every hot loop is exported here, one file an idea.
export { countBytes, countCells, markTiles, numberCells, orCells, setBytes, sumSigns, sumSignsSaturating } from "./cell-writes";
export { cellOffsets } from "./cells";
export { decodeAedat4 } from "./decode-aedat4";
export { decodeDat } from "./decode-dat";
export { decodeEs } from "./decode-es";
export { decodeEvt2 } from "./decode-evt2";
export { decodeEvt3 } from "./decode-evt3";
export { decodeNmnist } from "./decode-nmnist";
export { addOffsets, boxFilter, drawTriangles, projectVertices, raiseVertices, vertexNormals } from "./head";
export { decodeRecords } from "./decode-records";
export { decodeRows } from "./decode-rows";
export { decodeEcf, encodeEcf } from "./ecf";
export { heapBase } from "./heap-base";
export { decayExponential, decayLinear, meanDecay, means, pushFour, pushMany, recencyCells, surfaceValues, toreValues } from "./recency";
export { supported } from "./supported";
export { esimBegin, esimEmit, esimStep } from "./simulate-esim";
export { v2eBegin, v2eEmit, v2eStep } from "./simulate-v2e";
export { voxelShares } from "./voxel";
