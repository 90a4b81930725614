/**
 * Hooks of Node's module loader: TypeScript files of the user, `tslab` and, where nothing else is installed, `evtlab`.
 * Runs in Node's own loader thread.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire, type InitializeHook, type LoadHook, type ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";
import type { MessagePort } from "node:worker_threads";

const typescriptFile = /\.[mc]?ts$/;
/** Inside our package, so that `evtlab` resolves to the package itself. */
const ourParent = import.meta.url;
let sourceMaps: MessagePort;

export const initialize: InitializeHook<{ sourceMaps: MessagePort }> = (data) => {
  sourceMaps = data.sourceMaps;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier === "tslab") return { url: new URL("./tslab.js", import.meta.url).href, shortCircuit: true };
  try {
    return await next(specifier, context);
  } catch (error) {
    if (specifier === "evtlab" || specifier.startsWith("evtlab/")) return next(specifier, { ...context, parentURL: ourParent });
    const url = typescriptUrl(specifier, context.parentURL);
    if (url === undefined) throw error;
    return { url, shortCircuit: true };
  }
};

/** `./a`, `./a.js` and `./a/` may stand for `./a.ts` and `./a/index.ts`. */
function typescriptUrl(specifier: string, parent: string | undefined): string | undefined {
  if (!/^(\.{0,2}\/|file:)/.test(specifier) || parent === undefined) return undefined;
  const { href } = new URL(specifier, parent);
  const candidates = [href.replace(/\.([mc]?)js$/, ".$1ts"), `${href}.ts`, `${href.replace(/\/$/, "")}/index.ts`, `${href}.js`];
  return candidates.find((url) => url !== href && existsSync(fileURLToPath(url)));
}

export const load: LoadHook = async (url, context, next) => {
  const path = new URL(url);
  path.search = "";
  if (!typescriptFile.test(path.pathname) || path.protocol !== "file:") return next(url, context);
  const ts = createRequire(import.meta.url)("typescript") as typeof import("typescript");
  const fileName = fileURLToPath(path);
  const { outputText, sourceMapText } = ts.transpileModule(readFileSync(fileName, "utf8"), {
    fileName,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true },
  });
  sourceMaps.postMessage({ url, sourceMap: sourceMapText });
  return { format: "module", source: outputText, shortCircuit: true };
};
