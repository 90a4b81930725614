/**
 * The native engines, tfjs-node and tfjs-node-gpu: where they lie and how they are loaded.
 *
 * They are looked for beside the package, in the working folder, and in the place that
 * `evtlab engine install` fills, which no `npm ci` wipes.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import util from "node:util";

export type NativeName = "tfjs-node" | "tfjs-node-gpu";
/** The version that the kernels of this package are tested with: that of tfjs-core. */
export const nativeVersion = "4.22.0";

export interface NativePackage {
  readonly path: string;
  readonly version: string;
}

/** Folder of a native engine that `evtlab engine install` builds; `EVTLAB_ENGINES` moves all of them. */
export function enginePlace(name: NativeName): string {
  const root = process.env["EVTLAB_ENGINES"] ?? join(process.env["XDG_DATA_HOME"] ?? join(homedir(), ".local", "share"), "evtlab", "engines");
  return join(root, `${name}-${nativeVersion}`);
}

/** The package with its compiled addon, or `undefined`. Nothing is loaded. */
export function findNative(name: NativeName): NativePackage | undefined {
  const start = [import.meta.url, pathToFileURL(join(process.cwd(), "package.json")), pathToFileURL(join(enginePlace(name), "package.json"))];
  for (const from of start) {
    const found = resolveNative(name, from);
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolveNative(name: NativeName, from: string | URL): NativePackage | undefined {
  let manifest: string;
  try {
    manifest = createRequire(from).resolve(`@tensorflow/${name}/package.json`);
  } catch {
    return undefined;
  }
  const path = dirname(manifest);
  if (!existsSync(join(path, "lib", "napi-v8", "tfjs_binding.node"))) return undefined;
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return { path, version };
}

/**
 * Loads the package, which registers the backend "tensorflow" with tfjs-core.
 * Throws what `require` throws when a library that the addon needs is not there.
 */
export function loadNative({ path }: NativePackage): void {
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  // tfjs-node calls a function that Node 23 removed, and one that Node 22 warns of.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined, isArray: Array.isArray });
  quietly(() => createRequire(import.meta.url)(path) as unknown);
}

/** True if a backend of tfjs-node runs on a GPU. */
export function usesGpu(backend: unknown): boolean {
  return (backend as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}

/** Each copy of tfjs that is loaded warns of every kernel that another copy registered before. */
/* oxlint-disable no-console */
export function quietly<Result>(load: () => Result): Result {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return load();
  } finally {
    console.warn = warn;
  }
}
