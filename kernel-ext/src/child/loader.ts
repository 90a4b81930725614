/**
 * Hooks of Node's module loader: TypeScript files of the user, `tslab` and, where nothing else is installed, `evtlab`.
 * Runs in Node's own loader thread.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire, type InitializeHook, type LoadHook, type ResolveHook } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { MessagePort } from "node:worker_threads";

import { noticeEdits, versionedUrl } from "./edited-files.js";
import { pathsOf } from "./tsconfig-paths.js";

const typescriptFile = /\.[mc]?ts$/;
/** Inside our package, so that `evtlab` resolves to the package itself. */
const ourParent = import.meta.url;
const ourFolder = new URL("../../..", import.meta.url).href;
let sourceMaps: MessagePort;
let notebook: string;
let mapped: ReturnType<typeof pathsOf>;

export const initialize: InitializeHook<{ sourceMaps: MessagePort; folder: string }> = (data) => {
  sourceMaps = data.sourceMaps;
  notebook = pathToFileURL(join(data.folder, "notebook.js")).href;
  mapped = pathsOf(data.folder);
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier === "tslab") return { url: new URL("./tslab.js", import.meta.url).href, shortCircuit: true };
  const { parentURL } = context;
  if (parentURL === notebook) noticeEdits();
  const resolved = await find(specifier, context, next);
  const { url } = resolved;
  const isUsers = url.startsWith("file:") && !url.includes("/node_modules/") && !url.startsWith(ourFolder);
  return isUsers ? { ...resolved, url: versionedUrl(url, parentURL), shortCircuit: true } : resolved;
};

const find: ResolveHook = async (specifier, context, next) => {
  const path = mapped?.(specifier, context.parentURL);
  if (path !== undefined) return { url: path, importAttributes: context.importAttributes, shortCircuit: true };
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
