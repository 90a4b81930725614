/**
 * Kernelspecs: which kernels this machine has, and how each is started.
 * @see https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NotebookError } from "../errors.js";

/** The content of a `kernel.json`. */
export interface Kernelspec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode?: "signal" | "message";
  readonly env?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface InstalledKernel {
  readonly name: string;
  /** Folder of its `kernel.json`; undefined for our own kernel, which needs no installation. */
  readonly folder?: string;
  readonly spec: Kernelspec;
}

/** Name under which our kernel is installed. */
export const kernelName = "evtlab";

/** Our own kernel, started from where this package lies. */
export function ownKernelspec(): Kernelspec {
  const main = fileURLToPath(new URL("../../kernel-ext/src/main.js", compiledUrl(import.meta.url)));
  return {
    argv: [process.execPath, main, "{connection_file}"],
    display_name: "TypeScript (evtlab)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: true, kernel_protocol_version: "5.5" },
  };
}

/** The place of a module of `src` in `dist`, also when it runs from its source. */
export function compiledUrl(url: string): string {
  return url.endsWith(".ts") ? url.replace(/\/src\/(\w+)\/([^/]*)$/, "/dist/src/$1/$2") : url;
}

/** Data folders of Jupyter, the most specific first. */
export function jupyterPaths(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const prefix = environment["VIRTUAL_ENV"] ?? environment["CONDA_PREFIX"];
  return [
    ...(environment["JUPYTER_PATH"]?.split(delimiter).filter((path) => path !== "") ?? []),
    ...(prefix === undefined ? [] : [join(prefix, "share", "jupyter")]),
    userDataFolder(environment),
    ...(process.platform === "win32"
      ? [join(environment["PROGRAMDATA"] ?? "C:\\ProgramData", "jupyter")]
      : ["/usr/local/share/jupyter", "/usr/share/jupyter"]),
  ];
}

/** Where `jupyter kernelspec install --user` puts its files. */
export function userDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment["JUPYTER_DATA_DIR"] !== undefined) return environment["JUPYTER_DATA_DIR"];
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(environment["APPDATA"] ?? homedir(), "jupyter");
  return join(environment["XDG_DATA_HOME"] ?? join(homedir(), ".local", "share"), "jupyter");
}

/** Every kernel found; where two have one name, the first path wins. Ours is always there. */
export function installedKernels(paths: readonly string[] = jupyterPaths()): readonly InstalledKernel[] {
  const found = new Map<string, InstalledKernel>([[kernelName, { name: kernelName, spec: ownKernelspec() }]]);
  for (const path of paths) {
    const kernels = join(path, "kernels");
    for (const name of listFolders(kernels)) {
      if (found.has(name.toLowerCase())) continue;
      const folder = join(kernels, name);
      const spec = readSpec(join(folder, "kernel.json"));
      if (spec) found.set(name.toLowerCase(), { name: name.toLowerCase(), folder, spec });
    }
  }
  return [...found.values()];
}

/**
 * The kernel of that name.
 * @throws NotebookError naming the kernels that there are.
 */
export function findKernel(name: string, paths: readonly string[] = jupyterPaths()): InstalledKernel {
  const kernels = installedKernels(paths);
  const kernel = kernels.find((candidate) => candidate.name === name.toLowerCase());
  if (kernel) return kernel;
  throw new NotebookError({
    where: "kernel",
    expected: `one of the installed kernels (${kernels.map((candidate) => candidate.name).join(", ")})`,
    received: `"${name}"`,
    next: `Name one with --kernel, for example --kernel ${kernelName}`,
  });
}

function listFolders(path: string): readonly string[] {
  try {
    return readdirSync(path).toSorted();
  } catch {
    return [];
  }
}

/** A kernel.json; undefined when it cannot be read, which Jupyter passes over, too. */
export function readSpec(path: string): Kernelspec | undefined {
  try {
    const spec = JSON.parse(readFileSync(path, "utf8")) as Kernelspec;
    return Array.isArray(spec.argv) && spec.argv.length > 0 ? spec : undefined;
  } catch {
    return undefined;
  }
}
