export * from "./facelike.js";
export type { IntensityFrame, LightFrame } from "./light.js";
export { movingEdges, type MovingEdgesOptions } from "./moving-edges.js";
export { EventSimulator, type PixelOptions } from "./simulator.js";
export { EventStream, simulateEvents, type LightFrames, type SimulateOptions, type SimulateProgress } from "./stream.js";
export type { EsimOptions } from "./esim.js";
export type { Threshold } from "./thresholds.js";
export type { V2eOptions, V2ePreset } from "./v2e.js";
