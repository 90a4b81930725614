// The entry of kernels.wasm: every hot loop is exported here, one file an idea.
export { countPolarity } from "./count";
