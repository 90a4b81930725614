/**
 * `evtlab install`: makes the kernel and the lab extension known to Jupyter.
 * @module
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { MissingError } from "../errors.js";
import { compiledUrl, kernelName, ownKernelspec, userDataFolder } from "../jupyter/kernelspecs.js";

/** Name of the JupyterLab extension, and of its folder. */
const extensionName = "evtlab";

/** Adds the verb `install`. */
export function addInstall(program: Command): void {
  program
    .command("install")
    .description("install the kernel and the JupyterLab extension")
    .option("--prefix <folder>", "into FOLDER/share/jupyter, such as the folder of a Python environment")
    .option("--user", "for this user (the default)")
    .addHelpText("after", "\nExample:\n  evtlab install --prefix .venv")
    .action(({ prefix }: { prefix?: string }) => {
      const folder = prefix === undefined ? userDataFolder() : join(prefix, "share", "jupyter");
      const [kernel, extension] = installInto(folder);
      console.log(`kernel: ${kernel}\nJupyterLab extension: ${extension}`);
      // Else the first kernel makes it while it runs.
      console.log("making the compiler's snapshot, with which kernels start faster (some seconds) …");
      spawnSync(process.execPath, [fileURLToPath(new URL("../../kernel-ext/src/language/make-snapshot.js", compiledUrl(import.meta.url)))]);
      console.log(`done: choose "${ownKernelspec().display_name}" in Jupyter`);
    });
}

/**
 * Installs into a data folder of Jupyter, in place of an earlier version; returns the folders it made.
 * @throws MissingError when the package was not built.
 */
export function installInto(dataFolder: string): readonly [kernel: string, extension: string] {
  const kernel = join(dataFolder, "kernels", kernelName);
  const spec = ownKernelspec();
  const built = fileURLToPath(new URL("../../kernel-ext/", compiledUrl(import.meta.url)));
  const extension = join(built, "labextension");
  if (!existsSync(spec.argv[1]!) || !existsSync(extension)) {
    throw new MissingError({ where: built, expected: "the built kernel and extension", received: "none", next: "Run npm run build" });
  }
  const target = join(dataFolder, "labextensions", extensionName);
  for (const folder of [kernel, target]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(join(kernel, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  writeFileSync(join(kernel, "logo-svg.svg"), logo);
  cpSync(extension, target, { recursive: true });
  cpSync(createRequire(import.meta.url).resolve("plotly.js-dist-min"), join(target, "static", "plotly.min.js"));
  return [kernel, target];
}

/** Events of both polarities along the edge of a face. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="10" fill="#14213d"/><g fill="none" stroke-width="5" stroke-linecap="round" stroke-dasharray="0.1 7.4"><ellipse cx="34" cy="32" rx="17" ry="22" stroke="#4cc9f0"/><ellipse cx="29" cy="32" rx="17" ry="22" stroke="#f77f00"/></g></svg>
`;
