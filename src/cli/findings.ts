/**
 * What `evtlab doctor` looks at.
 * @module
 */
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { currentEngine, engines } from "../engine/index.js";
import { findProgram, runProgram } from "../engine/program.js";
import { jupyterPaths, kernelName, ownKernelspec, readSpec } from "../jupyter/kernelspecs.js";
import { version } from "../version.js";

export interface Finding {
  readonly name: string;
  readonly found: boolean;
  /** Version, device, or why it is not there. */
  readonly detail: string;
  /** The command that adds it. */
  readonly add?: string;
}

export type Findings = Readonly<Record<"machine" | "engines" | "devices" | "programs" | "packages", readonly Finding[]>>;

export async function examine(): Promise<Findings> {
  const [engineFindings, devices, programs] = await Promise.all([findEngines(), Promise.all([webgpu(), nvidia()]), findPrograms()]);
  return { machine: findMachine(), engines: engineFindings, devices, programs: [findKernel(), ...programs], packages: findPackages() };
}

function findMachine(): Finding[] {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  return [
    { name: "evtlab", found: true, detail: version },
    { name: "node", found: true, detail: process.version },
    { name: "system", found: true, detail: `${process.platform} ${process.arch}, ${cpus().length} cores, ${gigabytes} GiB` },
  ];
}

async function findEngines(): Promise<Finding[]> {
  const inUse = await currentEngine().then(
    (engine) => engine.name,
    () => undefined,
  );
  return engines().map(({ name, available, version, device }): Finding => {
    if (!available) return { name, found: false, detail: "not installed", add: `evtlab engine install ${name}` };
    return { name, found: true, detail: `${version} on ${device}${name === inUse ? ", the one in use" : ""}` };
  });
}

/** Asks for an adapter through the optional package `webgpu`, in a process of its own: a driver may crash. */
async function webgpu(): Promise<Finding> {
  const name = "WebGPU adapter";
  if (packageInfo("webgpu") === undefined) return { name, found: false, detail: "the package webgpu is not installed", add: "npm install webgpu" };
  const script = `
    const { create, globals } = await import(${JSON.stringify(createRequire(import.meta.url).resolve("webgpu"))});
    Object.assign(globalThis, globals);
    const adapter = await create([]).requestAdapter();
    if (adapter) console.log(adapter.info.vendor, adapter.info.device, adapter.info.description);
    process.exit(0);`;
  const found = await runProgram(process.execPath, ["--input-type=module", "-e", script], { timeout: 20000 }).catch(() => "");
  if (found.trim() !== "") return { name, found: true, detail: found.trim() };
  return { name, found: false, detail: "none: no Vulkan driver", add: "apt-get install libvulkan1, and the driver of the graphics card" };
}

async function nvidia(): Promise<Finding> {
  const name = "NVIDIA GPU";
  const query = ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"];
  const found = findProgram("nvidia-smi") && (await runProgram("nvidia-smi", query, { timeout: 20000 }).catch(() => ""));
  return found ? { name, found: true, detail: found.trim().replaceAll("\n", "; ") } : { name, found: false, detail: "nvidia-smi finds none" };
}

/** Program, arguments that print its version, and the command that adds it. */
const programs: readonly (readonly [name: string, args: readonly string[], add: string])[] = [
  ["python3", ["--version"], "apt-get install python3 python3-venv"],
  ["jupyter-lab", ["--version"], "evtlab lab --setup-only"],
  ["papermill", ["--version"], "pip install papermill"],
  ["chromium", ["--version"], "apt-get install chromium"],
  ["g++", ["--version"], "apt-get install g++"],
];

/** The kernel as Jupyter finds it; `evtlab run` and `evtlab lab` need no installation. */
function findKernel(): Finding {
  const name = "kernel";
  for (const path of [...jupyterPaths(), ".evtlab/jupyter"]) {
    const folder = join(path, "kernels", kernelName);
    const spec = readSpec(join(folder, "kernel.json"));
    if (spec === undefined) continue;
    if (spec.argv[1] === ownKernelspec().argv[1]) return { name, found: true, detail: folder };
    return { name, found: false, detail: `${folder} starts that of another evtlab, ${spec.argv[1]}`, add: "evtlab install" };
  }
  return { name, found: false, detail: "not installed for Jupyter", add: "evtlab install" };
}

function findPrograms(): Promise<Finding[]> {
  return Promise.all(
    programs.map(async ([name, args, add]): Promise<Finding> => {
      const path = findProgram(name) ?? findProgram(name, ".evtlab/python/bin");
      if (path === undefined) return { name, found: false, detail: "not on the PATH", add };
      const output = await runProgram(path, args, { timeout: 20000 }).catch(() => "does not say its version");
      return { name, found: true, detail: output.trim().split("\n").slice(0, 1).join("") };
    }),
  );
}

/** Packages that the library needs, and those that add something, with what. */
const packages: readonly (readonly [name: string, gives: string])[] = [
  ["@tensorflow/tfjs-core", "tensors"],
  ["apache-arrow", "tables"],
  ["typescript", "cells"],
  ["zeromq", "the kernel's sockets"],
  ["webgpu", "representations on the graphics card"],
  ["@duckdb/node-api", "SQL over tables"],
  ["node-av", "events from videos"],
];

function findPackages(): Finding[] {
  return packages.map(([name, gives]): Finding => {
    const version = packageInfo(name);
    if (version === undefined) return { name, found: false, detail: `not installed: gives ${gives}`, add: `npm install ${name}` };
    return { name, found: true, detail: `${version}: ${gives}` };
  });
}

/** Version of an installed package: read beside its entry, since many do not export their package.json. */
function packageInfo(name: string): string | undefined {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (require(`${folder}/${name}/package.json`) as { readonly version: string }).version;
    } catch {
      // Not in this folder: the next one.
    }
  }
  return undefined;
}
