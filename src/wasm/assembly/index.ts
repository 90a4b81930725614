// The entry of kernels.wasm: every hot loop is exported here, one file an idea.
export { countPolarity } from "./count";
export { decodeDat } from "./decode-dat";
export { decodeEvt3 } from "./decode-evt3";
export { heapBase } from "./heap-base";
