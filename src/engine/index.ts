export { core, type Core } from "./core.js";
export type { DataType, Engine, EngineName, EngineStatus } from "./engine.js";
export { engineNames } from "./engine.js";
export { currentEngine, engines, selectEngine, tensorFrom } from "./select.js";
export { installNative, type InstallOptions } from "./install.js";
export { enginePlace, type NativeName } from "./native.js";
export * from "./operations/index.js";
export { packSafetensors, unpackSafetensors, type StoredTensor, type StoredTensors, type TensorValues } from "./safetensors.js";
