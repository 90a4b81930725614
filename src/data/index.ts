export * from "./make/index.js";
