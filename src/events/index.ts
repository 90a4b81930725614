export * from "./schema.js";
export * from "./table.js";
export * from "./time.js";
