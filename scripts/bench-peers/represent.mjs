// Building grids beside the Python builders: node scripts/bench-peers/represent.mjs FOLDER [rounds]
//
// Makes a virtual environment with the peers and the columns of two made recordings in FOLDER, unless they are there,
// then builds each representation with each program in turn, columns in memory to a dense array in memory, every one
// pinned to the same core and to one thread, round after round. Weighted sums of the grids must agree where the
// definitions do. Prints a Markdown table with the best and the median rate of all builds.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { movingEdges } from "../../dist/src/simulate/index.js";
import { withHugePages } from "../../dist/src/wasm/huge-pages.js";

const folder = resolve(process.argv[2] ?? "bench-peers");
const rounds = Number(process.argv[3] ?? 2);
const repeat = 3;
const core = process.env.BENCH_CORE ?? "0";
const pins = ["tonic==1.7.0", "evlib==0.13.2", "eventcv==1.0.8", "evutils==0.3.18", "numpy==2.4.6", "numba==0.68.1"];
const recordings = {
  big: { events: 20_000_000, sensor: { width: 1280, height: 720 } },
  davis: { events: 8_000_000, sensor: { width: 346, height: 260 } },
};
/** Which program builds what; the sums of a row must agree but for those of another definition. */
const rows = {
  count: ["evtlab", "tonic", "evlib", "eventcv", "evutils"],
  "voxel e2vid": ["evtlab", "eventcv"],
  "voxel tonic": ["evtlab", "tonic", "evlib"],
  "voxel bins": ["evutils"],
  surface: ["evtlab", "tonic", "eventcv", "evutils"],
  "average surface": ["evtlab", "eventcv"],
  mcts: ["evtlab", "eventcv"],
  tore: ["evtlab", "evutils"],
};
const otherDefinition = {
  "evlib count": "leaves out the last events",
  "evutils voxel bins": "5 bins without interpolation",
  "evutils surface": "one channel",
  "tonic surface": "one microsecond later",
  "evutils tore": "exponential, in bytes",
};

mkdirSync(folder, { recursive: true });
const python = join(folder, "venv-represent/bin/python");
if (!existsSync(python)) {
  execFileSync("python3", ["-m", "venv", join(folder, "venv-represent")], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "-q", "install", ...pins], { stdio: "inherit" });
}
for (const [name, { events, sensor }] of Object.entries(recordings)) {
  if (existsSync(join(folder, `${name}.p`))) continue;
  const table = movingEdges({ events, ...sensor, seed: 1 });
  for (const column of ["t", "x", "y", "p"]) writeFileSync(join(folder, `${name}.${column}`), table[column]);
}

const oneThread = Object.fromEntries(
  ["OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON"].map((name) => [`${name}_NUM_THREADS`, "1"]),
);
const ours = new URL("./represent-evtlab.mjs", import.meta.url).pathname;
const theirs = new URL("./represent_peers.py", import.meta.url).pathname;
const results = new Map();
for (let round = 0; round < rounds; round++) {
  for (const [recording, { sensor }] of Object.entries(recordings)) {
    for (const [kind, programs] of Object.entries(rows)) {
      for (const program of programs) {
        const args = [kind, join(folder, recording), String(sensor.width), String(sensor.height), String(repeat)];
        const [command, all, env] =
          program === "evtlab"
            ? [process.execPath, ["--expose-gc", ours, ...args], withHugePages()]
            : [python, [theirs, program, ...args], process.env];
        const output = execFileSync("taskset", ["-c", core, command, ...all], {
          env: { ...env, ...oneThread, POLARS_MAX_THREADS: "1" },
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
        });
        const result = JSON.parse(output.trim().split("\n").at(-1));
        const known = results.get(`${recording}|${kind}|${program}`);
        if (known) {
          known.wall.push(...result.wall);
          known.cpu.push(...result.cpu);
        } else results.set(`${recording}|${kind}|${program}`, result);
      }
    }
  }
}

console.log("| recording | grid | program | M events/s, best (median) | by CPU time | evtlab is | peak MB | result |");
console.log("|---|---|---|---|---|---|---|---|");
let wrong = 0;
for (const [recording, { events }] of Object.entries(recordings)) {
  for (const [kind, programs] of Object.entries(rows)) {
    const reference = results.get(`${recording}|${kind}|evtlab`);
    for (const program of programs) {
      const { version, sum, wall, cpu, peak } = results.get(`${recording}|${kind}|${program}`);
      const rate = (ms) => events / ms / 1000;
      const other = otherDefinition[`${program} ${kind}`];
      const agrees = reference && Math.abs(sum - reference.sum) <= 1e-6 * events;
      const result = program === "evtlab" ? "" : agrees ? "equal" : (other ?? "DIFFERS");
      if (result === "DIFFERS") wrong++;
      const faster = program === "evtlab" || !reference ? "" : `${(best(wall) / best(reference.wall)).toFixed(2)}×`;
      console.log(
        `| ${recording} | ${kind} | ${program} ${version} | ${rate(best(wall)).toFixed(1)} (${rate(median(wall)).toFixed(1)}) | ` +
          `${rate(best(cpu)).toFixed(1)} | ${faster} | ${Math.round(peak / 1e6)} | ${result} |`,
      );
    }
  }
}
process.exitCode = wrong > 0 ? 1 : 0;

function best(times) {
  return Math.min(...times);
}
function median(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
