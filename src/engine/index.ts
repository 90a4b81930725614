export type { DataType, Engine, EngineName, EngineStatus } from "./engine.js";
export { engineNames } from "./engine.js";
export { currentEngine, engines, selectEngine, tensorFrom } from "./select.js";
export { installNative, type InstallOptions } from "./install.js";
export { enginePlace, type NativeName } from "./native.js";
