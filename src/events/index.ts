export type { ArrowEvents, ArrowEventTypes, ArrowLike } from "./arrow.js";
export type { Polarity } from "./polarity.js";
export type { Region } from "./region.js";
export * from "./schema.js";
export type { Summary } from "./summary.js";
export * from "./table.js";
export { disorder, type Disorder } from "./time-words.js";
export * from "./time.js";
