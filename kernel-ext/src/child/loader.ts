/**
 * Hooks of Node's module loader: TypeScript files of the user, `tslab` and, where nothing else is installed, `evtlab`.
 * They run in the thread of the cells, and on Node before 22.15 in one of their own, where Node answers with promises.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire, type LoadFnOutput, type LoadHook, type ResolveFnOutput, type ResolveHook } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { noticeEdits, versionedUrl } from "./edited-files.js";
import { pathsOf } from "./tsconfig-paths.js";

const typescriptFile = /\.[mc]?ts$/;
/** Inside our package, so that `evtlab` resolves to the package itself. */
const ourParent = import.meta.url;
const ourFolder = new URL("../../..", import.meta.url).href;
let sourceMaps: SourceMaps;
let notebook: string;
let mapped: ReturnType<typeof pathsOf>;

/** Who hears of the files that were transpiled. */
interface SourceMaps {
  postMessage(file: TranspiledFile): void;
}

export interface TranspiledFile {
  readonly url: string;
  readonly sourceMap: string;
}

/** What the hooks are given before they begin. */
export interface HookSettings {
  readonly sourceMaps: SourceMaps;
  readonly folder: string;
}

export function initialize(settings: HookSettings): void {
  sourceMaps = settings.sourceMaps;
  notebook = pathToFileURL(join(settings.folder, "notebook.js")).href;
  mapped = pathsOf(settings.folder);
}

export const resolve: ResolveHook = (specifier, context, next) => {
  const { parentURL, conditions } = context;
  // `require` finds what Node finds.
  if (conditions.includes("require")) return next(specifier, context);
  if (specifier === "tslab") return { url: new URL("./tslab.js", import.meta.url).href, shortCircuit: true };
  if (parentURL === notebook) noticeEdits();
  const versioned = (found: ResolveFnOutput): ResolveFnOutput => {
    const { url } = found;
    const isUsers = url.startsWith("file:") && !url.includes("/node_modules/") && !url.startsWith(ourFolder);
    return isUsers ? { ...found, url: versionedUrl(url, parentURL), shortCircuit: true } : found;
  };
  return follow(() => find(specifier, context, next), versioned);
};

const find: ResolveHook = (specifier, context, next) => {
  const path = mapped?.(specifier, context.parentURL);
  if (path !== undefined) return { url: path, importAttributes: context.importAttributes, shortCircuit: true };
  const otherwise = (error: unknown): ResolveFnOutput | Promise<ResolveFnOutput> => {
    if (specifier === "evtlab" || specifier.startsWith("evtlab/")) return next(specifier, { ...context, parentURL: ourParent });
    const url = typescriptUrl(specifier, context.parentURL);
    if (url === undefined) throw error;
    return { url, shortCircuit: true };
  };
  return follow(() => next(specifier, context), (found) => found, otherwise);
};

/** `then` or `otherwise` after `work`, at once when that gives no promise. */
function follow<Value>(
  work: () => Value | Promise<Value>,
  then: (value: Value) => Value,
  otherwise: (error: unknown) => Value | Promise<Value> = rethrow,
): Value | Promise<Value> {
  let value: Value | Promise<Value>;
  try {
    value = work();
  } catch (error) {
    return otherwise(error);
  }
  return value instanceof Promise ? value.then(then, otherwise) : then(value);
}

function rethrow(error: unknown): never {
  throw error;
}

/** `./a`, `./a.js` and `./a/` may stand for `./a.ts` and `./a/index.ts`. */
function typescriptUrl(specifier: string, parent: string | undefined): string | undefined {
  if (!/^(\.{0,2}\/|file:)/.test(specifier) || parent === undefined) return undefined;
  const { href } = new URL(specifier, parent);
  const candidates = [href.replace(/\.([mc]?)js$/, ".$1ts"), `${href}.ts`, `${href.replace(/\/$/, "")}/index.ts`, `${href}.js`];
  return candidates.find((url) => url !== href && existsSync(fileURLToPath(url)));
}

export const load: LoadHook = (url, context, next): LoadFnOutput | Promise<LoadFnOutput> => {
  const path = new URL(url);
  path.search = "";
  // Node 20 asks with no conditions here.
  const { conditions } = context as { readonly conditions?: readonly string[] };
  if (!typescriptFile.test(path.pathname) || path.protocol !== "file:" || conditions?.includes("require")) return next(url, context);
  const ts = createRequire(import.meta.url)("typescript") as typeof import("typescript");
  const fileName = fileURLToPath(path);
  const { outputText, sourceMapText } = ts.transpileModule(readFileSync(fileName, "utf8"), {
    fileName,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true },
  });
  sourceMaps.postMessage({ url, sourceMap: sourceMapText as string });
  return { format: "module", source: outputText, shortCircuit: true };
};
