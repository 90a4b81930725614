/**
 * The `paths` of the project's tsconfig.json, so that what the type check finds is found when a cell runs.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

type Resolve = (specifier: string, parent: string | undefined) => string | undefined;

/** The nearest tsconfig.json, if it may have `paths`: the compiler, which knows, is large. */
export function configWithPaths(folder: string): string | undefined {
  const file = nearest(folder);
  return file !== undefined && /"(paths|extends)"/.test(readFileSync(file, "utf8")) ? file : undefined;
}

/** Finds the file that `paths` name for a specifier; `undefined` when the project maps none. */
export function pathsOf(folder: string): Resolve | undefined {
  const file = configWithPaths(folder);
  if (file === undefined) return undefined;
  const ts = createRequire(import.meta.url)("typescript") as typeof import("typescript");
  const { config } = ts.readConfigFile(file, ts.sys.readFile) as { config?: object };
  const host = { ...ts.sys, useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames, readDirectory: () => [] };
  const { options } = ts.parseJsonConfigFileContent(config ?? {}, host, dirname(file));
  if (options.paths === undefined) return undefined;
  const patterns = Object.keys(options.paths).map((pattern) => pattern.split("*"));
  return (specifier, parent) => {
    if (!patterns.some(([start, end]) => (end === undefined ? specifier === start : specifier.startsWith(start!) && specifier.endsWith(end)))) return undefined;
    const from = parent?.startsWith("file:") ? fileURLToPath(parent) : join(folder, "notebook.ts");
    const bundler = { ...options, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, resolveJsonModule: true };
    const found = ts.resolveModuleName(specifier, from, bundler, ts.sys).resolvedModule;
    return found === undefined || found.isExternalLibraryImport === true || found.extension === ".d.ts" ? undefined : pathToFileURL(found.resolvedFileName).href;
  };
}

function nearest(folder: string): string | undefined {
  const file = join(folder, "tsconfig.json");
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : nearest(above);
}
