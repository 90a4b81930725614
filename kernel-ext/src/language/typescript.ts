/**
 * The compiler, loaded as CommonJS: scanning its nine megabytes for ES exports would cost more than loading it.
 * @module
 */
import { createRequire } from "node:module";
import type typescript from "typescript";

export const ts = createRequire(import.meta.url)("typescript") as typeof typescript;
export type { typescript as TS };

/** The compiler keeps them on the file, but does not say so in its types. */
export function syntaxErrors(file: typescript.SourceFile): readonly typescript.DiagnosticWithLocation[] {
  return (file as typescript.SourceFile & { readonly parseDiagnostics: readonly typescript.DiagnosticWithLocation[] }).parseDiagnostics;
}
