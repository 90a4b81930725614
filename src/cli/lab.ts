/**
 * `evtlab lab`: what `npm start` does. JupyterLab on the first notebook, or all tutorials without Python.
 * @module
 */
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { compiledUrl } from "../jupyter/kernelspecs.js";
import { writeHtml } from "../run/html.js";
import { labInPath, localLab, openLab, writeLabDefaults } from "../run/jupyter-lab.js";
import { runNotebook } from "../run/notebook.js";
import { installInto } from "./install.js";
import { cellProgress } from "./progress.js";

interface Flags {
  readonly headless?: true;
  readonly setupOnly?: true;
  readonly browser: boolean;
}

/** Folder of this package. */
const packageFolder = fileURLToPath(new URL("../../../", compiledUrl(import.meta.url)));

/** Adds the verb `lab`. */
export function addLab(program: Command): void {
  program
    .command("lab")
    .description("open the tutorials in JupyterLab, or run them all without Python")
    .option("--headless", "run every tutorial through our kernel into out/*.ipynb and out/*.html; needs no Python")
    .option("--setup-only", "install the kernel and a local JupyterLab with papermill, open nothing")
    .option("--no-browser", "start JupyterLab without opening a browser")
    .argument("[options...]", "further options of JupyterLab, after --")
    .addHelpText("after", "\nExample:\n  evtlab lab --headless\n  evtlab lab --no-browser -- --port 9000")
    .action(lab);
}

async function lab(labOptions: readonly string[], { headless, setupOnly, browser }: Flags): Promise<void> {
  if (headless) return runAll();
  const root = process.cwd();
  const local = join(root, ".evtlab");
  const dataFolder = join(local, "jupyter");
  installInto(dataFolder);
  const shim = join(packageFolder, "dist", "kernel-ext", "papermill");
  const program = (setupOnly ? undefined : labInPath()) ?? (await localLab(join(local, "python"), shim, (news) => console.error(news)));
  if (setupOnly) {
    installInto(join(local, "python", "share", "jupyter"));
    console.log(`JupyterLab: ${program}`);
    return;
  }
  const configFolder = join(local, "config");
  writeLabDefaults(configFolder);
  const notebook = ownCopies(root)[0]!;
  process.exitCode = await openLab(program, notebook, { root, dataFolder, configFolder, args: [...(browser ? [] : ["--no-browser"]), ...labOptions] });
}

/** The tutorials in the folder of the reader, where they can be changed; copied from the package when not there. */
function ownCopies(root: string): readonly string[] {
  const folder = join(root, "notebooks");
  mkdirSync(folder, { recursive: true });
  return tutorials().map((path) => {
    const own = join(folder, basename(path));
    if (!existsSync(own)) cpSync(path, own);
    return relative(root, own);
  });
}

function tutorials(): readonly string[] {
  const folder = join(packageFolder, "notebooks");
  return readdirSync(folder).filter((name) => name.endsWith(".ipynb")).toSorted().map((name) => join(folder, name));
}

async function runAll(): Promise<void> {
  const out = resolve("out");
  mkdirSync(out, { recursive: true });
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort(new Error("interrupted")));
  for (const path of tutorials()) {
    const name = basename(path, ".ipynb");
    const progress = cellProgress(name);
    const since = performance.now();
    try {
      const notebook = await runNotebook(path, join(out, `${name}.ipynb`), { cwd: dirname(path), signal: interruption.signal, onProgress: progress.update });
      writeHtml(notebook, join(out, `${name}.html`));
    } finally {
      progress.end();
    }
    console.log(`${join("out", `${name}.html`)} and .ipynb, ${((performance.now() - since) / 1000).toFixed(0)} s`);
  }
}
