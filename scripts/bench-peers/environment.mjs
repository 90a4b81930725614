// What the three benches share: the peers in one virtual environment, programs pinned to one core, and medians.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { withHugePages } from "../../dist/src/wasm/huge-pages.js";

const pins = [
  "expelliarmus==1.1.12", "evt3==0.4.1", "evutils==0.3.18", "eventcv==1.0.8", "faery==0.7.1", "dv-processing==2.0.4", "aedat==2.3.0", "event-stream==1.6.3",
  "tonic==1.7.0", "evlib==0.13.2", "h5py==3.16.0", "polars==2.1.0", "pyarrow==26.0.0", "numpy==2.4.6", "numba==0.68.1", "lz4==4.4.5", "zstandard==0.25.0",
];
export const core = process.env.BENCH_CORE ?? "0";

/** The Python that has the peers; makes its environment in `folder` when it is not there. */
export function peersIn(folder) {
  mkdirSync(folder, { recursive: true });
  const python = join(folder, "venv/bin/python");
  if (!existsSync(python)) {
    execFileSync("python3", ["-m", "venv", join(folder, "venv")], { stdio: "inherit" });
    execFileSync(python, ["-m", "pip", "-q", "install", ...pins], { stdio: "inherit" });
  }
  return python;
}

const oneThread = Object.fromEntries(["OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON"].map((name) => [`${name}_NUM_THREADS`, "1"]));

/** Runs a program on one core and one thread; what it printed last, as JSON, or why it did not. */
export function pinned(command, args, { ours = false } = {}) {
  const env = { ...(ours ? withHugePages() : process.env), ...oneThread, POLARS_MAX_THREADS: "1" };
  const output = execFileSync("taskset", ["-c", core, command, ...(ours ? ["--expose-gc"] : []), ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return JSON.parse(output.trim().split("\n").at(-1));
}

/** Measurements of several rounds under one key. */
export function collect(results, key, { wall, cpu = [], peak, ...facts }) {
  const known = results.get(key);
  if (known === undefined) return results.set(key, { ...facts, wall, cpu, peak });
  known.wall.push(...wall);
  known.cpu.push(...cpu);
  known.peak = Math.max(known.peak, peak);
  return results;
}

/** GB/s of copying 256 MB that are in memory already. */
export function memoryBandwidth() {
  const [from, to] = [new Uint8Array(256e6).fill(1), new Uint8Array(256e6).fill(2)];
  const start = performance.now();
  to.set(from);
  return (2 * 0.256) / ((performance.now() - start) / 1000);
}

export const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
