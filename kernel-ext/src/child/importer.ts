/**
 * Modules as the notebook sees them: resolved from its folder by Node's own loader.
 *
 * Only files of the user need the hooks (`loader.ts`). Node before 22.15 starts a thread for them that is asked about each
 * module from then on: a package of many files then takes several times as long.
 * @module
 */
import { existsSync, realpathSync } from "node:fs";
import nodeModule, { createRequire, isBuiltin, type LoadHook, type ResolveHook } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { MessageChannel } from "node:worker_threads";

import { bridge } from "./bridge.js";
import type { RunnableCell } from "../pipe.js";
import { rememberFile, userFrames } from "./frames.js";
import * as hooks from "./loader.js";
import { configWithPaths } from "./tsconfig-paths.js";
import * as tslab from "./tslab.js";

/** `require` with the same exceptions as the hooks for `import`. */
function requireFrom(filename: string): NodeJS.Require {
  const fromNotebook = createRequire(filename);
  const load = (specifier: string): unknown => {
    if (specifier === "tslab") return tslab;
    try {
      return fromNotebook(specifier);
    } catch (error) {
      if (ourName.test(specifier) && (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return createRequire(import.meta.url)(specifier);
      throw error;
    }
  };
  return Object.assign(load, fromNotebook);
}

const ourName = /^evtlab(\/|$)/;

/** True for a package that is installed where the notebook finds it, and not a link to files that the user may edit. */
function isInstalled(specifier: string, folder: string): boolean {
  const name = /^(?:@[^/]+\/)?[^/@.:#][^/:]*/.exec(specifier)?.[0];
  if (name === undefined) return false;
  const place = join(folder, "node_modules", name);
  if (existsSync(place)) return realpathSync(place).includes("/node_modules/");
  const above = dirname(folder);
  return above !== folder && isInstalled(specifier, above);
}

let hooked = false;

/**
 * Makes ready for the imports of a cell, before the kernel hears that it has started: an interrupt while this thread waits
 * for that of the hooks would confuse the two.
 */
export function prepareImports(specifiers: RunnableCell["imports"], folder: string): void {
  const plain = (specifier: string | null): boolean =>
    specifier !== null && (isBuiltin(specifier) || specifier === "tslab" || ourName.test(specifier) || isInstalled(specifier, folder));
  if (hooked || (specifiers.every(plain) && configWithPaths(folder) === undefined)) return;
  // The thread of the hooks would die without a word, and this one would wait for it for ever.
  if (!existsSync(folder)) throw new Error(`The folder of the notebook, ${folder}, is gone: nothing can be imported.`);
  hooked = true;
  const remember = ({ url, sourceMap }: hooks.TranspiledFile): void => rememberFile(url, sourceMap);
  const { registerHooks } = nodeModule as { readonly registerHooks?: (hooks: { readonly resolve: ResolveHook; readonly load: LoadHook }) => void };
  if (registerHooks !== undefined) {
    hooks.initialize({ sourceMaps: { postMessage: remember }, folder });
    registerHooks(hooks);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.on("message", remember).unref();
  const data: hooks.HookSettings = { sourceMaps: port2, folder };
  nodeModule.register("./loader.js", import.meta.url, { data, transferList: [port2] });
}

/** Also to the error of another thread, whose stack Node gives as one that cannot be assigned to. */
function addFrames(error: Error, { stack = "" }: Error): void {
  const value = `${error.stack ?? ""}\n${stack.split("\n").slice(1).join("\n")}`;
  Object.defineProperty(error, "stack", { value, configurable: true, writable: true });
}

/** Gives cells `import`, `import.meta`, `require`, `__filename` and `__dirname` of a file in `folder`. */
export function provideModules(folder: string): void {
  const filename = join(folder, "notebook.js");
  const native = new vm.Script("(specifier, options) => import(specifier, options)", {
    filename,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (specifier: string, options?: ImportCallOptions) => Promise<Record<string, unknown>>;
  const load: typeof native = (specifier, options) =>
    specifier === "tslab"
      ? Promise.resolve(tslab as Record<string, unknown>)
      : native(specifier, options).catch((error: unknown) => {
        if (!ourName.test(specifier) || (error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
        return native(import.meta.resolve(specifier), options);
      });

  bridge.import = async (specifier, names = [], options) => {
    const asked = new Error();
    const module = await load(specifier, options).catch((error: unknown) => {
      // The loader does not know who asked.
      if (error instanceof Error && userFrames(error.stack ?? "").length === 0) addFrames(error, asked);
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
