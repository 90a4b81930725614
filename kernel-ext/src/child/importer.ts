/**
 * Modules as the notebook sees them: resolved from its folder by Node's own loader.
 * @module
 */
import { createRequire, register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { MessageChannel } from "node:worker_threads";

import { bridge } from "./bridge.js";
import { rememberFile, userFrames } from "./frames.js";
import * as tslab from "./tslab.js";

/** `require` with the same exceptions as the hooks for `import`. */
function requireFrom(filename: string): NodeJS.Require {
  const fromNotebook = createRequire(filename);
  const load = (specifier: string): unknown => {
    if (specifier === "tslab") return tslab;
    try {
      return fromNotebook(specifier);
    } catch (error) {
      if (/^evtlab(\/|$)/.test(specifier) && (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return createRequire(import.meta.url)(specifier);
      throw error;
    }
  };
  return Object.assign(load, fromNotebook);
}

/** Gives cells `import`, `import.meta`, `require`, `__filename` and `__dirname` of a file in `folder`. */
export function provideModules(folder: string): void {
  const filename = join(folder, "notebook.js");
  const { port1, port2 } = new MessageChannel();
  port1.on("message", ({ url, sourceMap }: { url: string; sourceMap: string }) => rememberFile(url, sourceMap)).unref();
  register("./loader.js", import.meta.url, { data: { sourceMaps: port2, folder }, transferList: [port2] });

  const load = new vm.Script("(specifier, options) => import(specifier, options)", {
    filename,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (specifier: string, options?: ImportCallOptions) => Promise<Record<string, unknown>>;

  bridge.import = async (specifier, names = [], options) => {
    const asked = new Error();
    const module = await load(specifier, options).catch((error: unknown) => {
      // The loader does not know who asked.
      if (error instanceof Error && userFrames(error.stack ?? "").length === 0) error.stack += `\n${asked.stack?.split("\n").slice(1).join("\n") ?? ""}`;
      throw error;
    });
    const missing = names.find((name) => !(name in module));
    if (missing !== undefined) throw new SyntaxError(`The module "${specifier}" has no export "${missing}".`);
    return module;
  };
  const require = requireFrom(filename);
  bridge.meta = {
    url: pathToFileURL(filename).href,
    dirname: folder,
    filename,
    resolve: (specifier) => (/^\.{0,2}\//.test(specifier) ? new URL(specifier, pathToFileURL(filename)).href : pathToFileURL(require.resolve(specifier)).href),
  };
  for (const [name, value] of Object.entries({ require, __filename: filename, __dirname: folder })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
