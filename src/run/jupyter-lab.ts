/**
 * JupyterLab for this project: one that is there, or a pinned one in a local Python environment.
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { MissingError } from "../errors.js";

/** What the local environment holds; `npm start` installs exactly these. */
export const pinned = ["jupyterlab==4.6.6", "papermill==2.7.0", "anywidget==0.11.0"] as const;

const windows = process.platform === "win32";
const inEnvironment = (environment: string, program: string): string => join(environment, windows ? "Scripts" : "bin", windows ? `${program}.exe` : program);
const withoutPython = "or run the notebooks without Python: npm start -- --headless";

/** The program jupyter-lab of version 4 in PATH; undefined when there is none. */
export function labInPath(): string | undefined {
  const { status, stdout } = spawnSync("jupyter-lab", ["--version"], { encoding: "utf8" });
  return status === 0 && stdout.startsWith("4.") ? "jupyter-lab" : undefined;
}

/**
 * The program jupyter-lab of the environment in `folder`, which is made or completed when needed.
 * @param shim folder of the package that teaches papermill TypeScript.
 * @throws MissingError when Python or the package index is missing.
 */
export async function localLab(folder: string, shim: string, onProgress: (news: string) => void): Promise<string> {
  const lab = inEnvironment(folder, "jupyter-lab");
  const stamp = join(folder, "evtlab-ready.txt");
  const wanted = [...pinned, ...contents(shim)].join("\n");
  if (existsSync(lab) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return lab;
  onProgress(`Making a Python environment with JupyterLab in ${folder} (a minute or two, once).`);
  await call(findPython(), ["-m", "venv", folder], "a Python with its module venv", "Install Python 3.10 or newer with venv");
  // pip builds inside the folder that it installs, so it gets a copy.
  const copy = mkdtempSync(join(tmpdir(), "evtlab-shim-"));
  try {
    cpSync(shim, copy, { recursive: true });
    await call(inEnvironment(folder, "python"), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pinned, copy], "pip to install JupyterLab from the package index", "Check the network and pip's index");
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  writeFileSync(stamp, wanted);
  return lab;
}

const defaults = {
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false" },
  "@jupyterlab/notebook-extension:tracker": { recordTiming: true },
  // One second is short for the first look into a large package; what comes late is dropped.
  "@jupyterlab/completer-extension:manager": { providerTimeout: 4000 },
};

/**
 * Writes into a configuration folder of Jupyter what JupyterLab does unless its user chose otherwise: it does not ask
 * whether to show news, notes how long each cell took, and waits a little longer for completions.
 */
export function writeLabDefaults(configFolder: string): void {
  const folder = join(configFolder, "labconfig");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "default_setting_overrides.json"), JSON.stringify(defaults));
}

/**
 * Opens JupyterLab on a notebook; resolves with its exit code when it ends. `dataFolder` is found before all others,
 * `configFolder` too, but for what the user has set.
 */
export async function openLab(lab: string, notebook: string, options: { readonly root: string; readonly dataFolder: string; readonly configFolder: string; readonly args: readonly string[] }): Promise<number> {
  const { root, dataFolder, configFolder, args } = options;
  const before = (folder: string, variable: string): string => [folder, process.env[variable]].filter((part) => part !== undefined && part !== "").join(delimiter);
  const environment = { ...process.env, JUPYTER_PATH: before(dataFolder, "JUPYTER_PATH"), JUPYTER_CONFIG_PATH: before(configFolder, "JUPYTER_CONFIG_PATH") };
  const asRoot = process.getuid?.() === 0 ? ["--allow-root"] : [];
  const child = spawn(lab, [notebook, `--ServerApp.root_dir=${root}`, ...asRoot, ...args], { cwd: root, stdio: "inherit", env: environment });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGTERM", pass);
  // Ctrl-C reaches JupyterLab from the terminal itself; we only must outlive it.
  const stay = (): void => {};
  process.on("SIGINT", stay);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGTERM", pass);
      process.off("SIGINT", stay);
      resolve(code ?? 1);
    });
  });
}

/** The text of every file in a folder: when one changes, the environment is out of date. */
function contents(folder: string): readonly string[] {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")).toSorted();
}

function findPython(): string {
  for (const python of ["python3", "python", "py"]) {
    const { status } = spawnSync(python, ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]);
    if (status === 0) return python;
  }
  throw new MissingError({ where: "JupyterLab", expected: "Python 3.10 or newer with venv", received: "none in PATH", next: `Install it, ${withoutPython}` });
}

async function call(program: string, args: readonly string[], expected: string, advice: string): Promise<void> {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.on("data", (data: Buffer) => (printed = (printed + data.toString()).slice(-4000)));
  const code = await new Promise((resolve) => child.once("error", () => resolve("no start")).once("close", resolve));
  if (code === 0) return;
  const last = printed.trim().split("\n").findLast((line) => /error/i.test(line)) ?? printed.trim().split("\n").at(-1) ?? "";
  throw new MissingError({ where: "JupyterLab", expected, received: last === "" ? `exit code ${String(code)}` : last, next: `${advice}, ${withoutPython}` });
}
