export * from "./file.js";
export * from "./follow.js";
export * from "./memory.js";
export * from "./open.js";
export type * from "./source.js";
export * from "./stream.js";
export * from "./url.js";
export * from "./window.js";
