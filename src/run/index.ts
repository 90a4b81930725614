/** Runs notebooks with parameters, without Python. */
export * from "./notebook.js";
export type { RunOptions, RunProgress } from "./options.js";
export { injectParameters, notebookParameters, type Injection } from "./inject.js";
export { coerce, parseParameters, type Parameters, type ParameterValue } from "./parameters.js";
export type { DeclaredParameter } from "./translate.js";
