/**
 * Which tensor engine runs: chosen once, printed in every report.
 * @module
 */
import { core } from "./core.js";
import type { DataType, Engine, EngineName, EngineStatus } from "./engine.js";
import { engineNames } from "./engine.js";
import { DeviceError, isEvtlabError, MissingError, OptionError } from "../errors.js";
import type { BackendValues, Tensor } from "@tensorflow/tfjs-core";
import type * as TensorFlow from "@tensorflow/tfjs-core";
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { findNative, loadNative, quietly, usesGpu, type NativeName } from "./native.js";
import { registerNativeKernels } from "./native-kernels/index.js";
import { keepWhole, withoutRethrowing } from "./wasm-backend.js";
import { registerWasmKernels } from "./wasm-kernels/index.js";

// tfjs ships CommonJS for Node; a require that runs when it is needed keeps the start of every program fast.
const require = createRequire(import.meta.url);

let current: Promise<Engine> | undefined;

/**
 * Starts an engine and makes it the one in use.
 *
 * "auto" takes the first that starts of tfjs-node-gpu, tfjs-node, wasm, cpu.
 * @throws MissingError when the engine is not installed: the message has the command that adds it.
 * @throws DeviceError when it is installed and does not start.
 */
export function selectEngine(name: EngineName | "auto" = "auto"): Promise<Engine> {
  const before = current;
  const chosen = name === "auto" ? startFirst() : start(check(name, "selectEngine"));
  current = chosen;
  chosen.catch(() => {
    if (current === chosen) current = before;
  });
  return chosen;
}

/** The engine in use; on the first call the one that `EVTLAB_ENGINE` names, or else "auto". */
export function currentEngine(): Promise<Engine> {
  if (current !== undefined) return current;
  const wish = process.env["EVTLAB_ENGINE"] ?? "auto";
  return selectEngine(wish === "auto" ? wish : check(wish, "EVTLAB_ENGINE"));
}

/** All engines in the order of "auto", with what is known without starting them. */
export function engines(): EngineStatus[] {
  return engineNames.map((name) => {
    if (name === "wasm" || name === "cpu") {
      const manifest = require.resolve(`@tensorflow/tfjs-backend-${name}/package.json`);
      const { version } = require(manifest) as { readonly version: string };
      return { name, available: true, version, device: device(name), path: dirname(manifest), missing: undefined };
    }
    const found = findNative(name);
    return {
      name,
      available: found !== undefined,
      version: found?.version,
      device: name === "tfjs-node-gpu" ? "gpu" : "cpu",
      path: found?.path,
      missing: found === undefined ? `${name} is not installed: evtlab engine install ${name}` : undefined,
    };
  });
}

/** A tensor on the engine in use. The caller disposes of it. */
export async function tensorFrom(data: BackendValues | readonly number[], shape: readonly number[], dtype: DataType = "float32"): Promise<Tensor> {
  const { tf } = await currentEngine();
  return tf.tensor(data as Float32Array, [...shape], dtype);
}

function check(name: string, where: string): EngineName {
  const known = engineNames.find((engine) => engine === name);
  if (known !== undefined) return known;
  throw new OptionError({ where, expected: `one of auto, ${engineNames.join(", ")}`, received: `"${name}"` });
}

async function startFirst(): Promise<Engine> {
  let last: unknown;
  for (const name of engineNames) {
    try {
      return await start(name);
    } catch (error) {
      // An engine that is broken is passed over; `selectEngine` by name and `evtlab doctor` say why.
      if (!isEvtlabError(error)) throw error;
      last = error;
    }
  }
  throw last;
}

function start(name: EngineName): Promise<Engine> {
  if (name === "wasm") return startWasm();
  return name === "cpu" ? startCpu() : startNative(name);
}

let wasmReady = false;
async function startWasm(): Promise<Engine> {
  const tf = core();
  const wasm = require("@tensorflow/tfjs-backend-wasm") as { setWasmPaths(folder: string): void; version_wasm: string };
  if (!wasmReady) {
    wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
    registerWasmKernels(tf);
    keepWhole(tf);
    wasmReady = true;
  }
  await withoutRethrowing(() => use(tf, "wasm", "wasm"));
  return { name: "wasm", tf, version: wasm.version_wasm, device: device("wasm") };
}

async function startCpu(): Promise<Engine> {
  const tf = core();
  const { version_cpu: version } = quietly(() => require("@tensorflow/tfjs-backend-cpu") as { readonly version_cpu: string });
  await use(tf, "cpu", "cpu");
  // The backend advises on its first use to install a native one; `evtlab doctor` does that better.
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
  return { name: "cpu", tf, version, device: device("cpu") };
}

async function startNative(name: NativeName): Promise<Engine> {
  const found = findNative(name);
  if (found === undefined) {
    throw new MissingError({ expected: `the package @tensorflow/${name} with its addon`, received: "none", next: `Add it with: evtlab engine install ${name}` });
  }
  const tf = core();
  try {
    loadNative(found);
  } catch (cause) {
    throw new DeviceError({
      where: found.path,
      expected: `a ${name} that loads`,
      received: cause instanceof Error ? cause.message : String(cause),
      next: `Build it anew with: evtlab engine install ${name}`,
      cause,
    });
  }
  await use(tf, "tensorflow", name);
  registerNativeKernels(tf, found.path);
  return { name, tf, version: found.version, device: usesGpu(tf.backend()) ? "gpu" : "cpu" };
}

async function use(tf: typeof TensorFlow, backend: string, name: EngineName): Promise<void> {
  if (await tf.setBackend(backend)) return;
  throw new DeviceError({ expected: `the engine ${name} to start`, received: "a refusal of its backend", next: "evtlab doctor lists the engines of this machine" });
}

const device = (name: "wasm" | "cpu"): string => (name === "wasm" ? "cpu (wasm simd)" : "cpu (plain JavaScript)");
