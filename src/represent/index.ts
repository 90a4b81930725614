export type * from "./representation.js";
