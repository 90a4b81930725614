export type * from "./representation.js";
export * from "./build.js";
export * from "./grid.js";
export type { Span } from "./span.js";
export * from "./count.js";
export { voxelGrid, type VoxelConvention, type VoxelOptions } from "./voxel.js";
export { timeSurface, type ExponentialSurfaceOptions, type LinearSurfaceOptions, type TimeSurfaceOptions } from "./surface.js";
export { temporalBinary, type TemporalBinaryOptions } from "./binary.js";
export * from "./registry.js";
