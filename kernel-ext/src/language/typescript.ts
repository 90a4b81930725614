/**
 * The compiler, loaded as CommonJS: scanning its nine megabytes for ES exports would cost more than loading it.
 * @module
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { startupSnapshot } from "node:v8";
import { compileFunction } from "node:vm";
import type typescript from "typescript";

export const ts = startupSnapshot.isBuildingSnapshot() ? evaluated() : (createRequire(import.meta.url)("typescript") as typeof typescript);

/** While Node builds a snapshot it loads modules of its own and no others. */
function evaluated(): typeof typescript {
  const file = process.env["EVTLAB_TYPESCRIPT"]!;
  const module = { exports: {} as typeof typescript };
  const run = compileFunction(readFileSync(file, "utf8"), ["module", "exports", "require", "__filename", "__dirname"], { filename: file }) as (...args: unknown[]) => void;
  run(module, module.exports, require, file, dirname(file));
  return module.exports;
}

export type { typescript as TS };

/** The compiler keeps them on the file, but does not say so in its types. */
export function syntaxErrors(file: typescript.SourceFile): readonly typescript.DiagnosticWithLocation[] {
  return (file as typescript.SourceFile & { readonly parseDiagnostics: readonly typescript.DiagnosticWithLocation[] }).parseDiagnostics;
}
