export * from "./errors.js";
export * from "./events/index.js";
