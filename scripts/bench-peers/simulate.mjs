// Simulating events beside other programs: node scripts/bench-peers/simulate.mjs FOLDER [rounds]
//
// Makes a virtual environment with the peers and 60 pictures in FOLDER, unless they are there, then turns the pictures
// into events with each program in turn, pictures in memory to columns in memory, every one pinned to the same core and
// to one thread, round after round. Columns must be equal where the definitions are. Prints a Markdown table.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { count, makeFrames, sensor } from "./simulate-frames.mjs";
import { withHugePages } from "../../dist/src/wasm/huge-pages.js";

const folder = resolve(process.argv[2] ?? "bench-peers");
const rounds = Number(process.argv[3] ?? 2);
const repeat = 5;
const core = process.env.BENCH_CORE ?? "0";
const pins = ["eventcv==1.0.8", "numpy==2.4.6"];
/** Programs of each row; numpy writes the ideal model of v2e down, so its events must be ours. */
const rows = {
  "v2e ideal": ["evtlab", "numpy", "eventcv"],
  "v2e with noise": ["evtlab", "eventcv"],
  "ESIM": ["evtlab", "numpy"],
};
const otherDefinition = new Set(["eventcv|v2e ideal", "eventcv|v2e with noise"]); // It takes the gamma of sRGB out first.

mkdirSync(folder, { recursive: true });
const python = join(folder, "venv-simulate/bin/python");
if (!existsSync(python)) {
  execFileSync("python3", ["-m", "venv", join(folder, "venv-simulate")], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "-q", "install", ...pins], { stdio: "inherit" });
}
const frames = join(folder, "simulate-frames.u8");
writeFileSync(frames, makeFrames());

const oneThread = Object.fromEntries(["OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON"].map((name) => [`${name}_NUM_THREADS`, "1"]));
const ours = new URL("./simulate-evtlab.mjs", import.meta.url).pathname;
const theirs = new URL("./simulate_peers.py", import.meta.url).pathname;
const results = new Map();
for (let round = 0; round < rounds; round++) {
  for (const [kind, programs] of Object.entries(rows)) {
    for (const program of programs) {
      const args = [kind, frames, String(repeat)];
      const [command, all, env] =
        program === "evtlab" ? [process.execPath, ["--expose-gc", ours, ...args], withHugePages()] : [python, [theirs, program, ...args], process.env];
      const output = execFileSync("taskset", ["-c", core, command, ...all], { env: { ...env, ...oneThread }, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      const result = JSON.parse(output.trim().split("\n").at(-1));
      const known = results.get(`${program}|${kind}`);
      if (known) known.wall.push(...result.wall);
      else results.set(`${program}|${kind}`, result);
    }
  }
}

const pixelSteps = (count - 1) * sensor.width * sensor.height;
console.log("| model | program | frames/s, best (median) | M pixel-steps/s | M events/s | events | evtlab is | peak MB | result |");
console.log("|---|---|---|---|---|---|---|---|---|");
let wrong = 0;
for (const [kind, programs] of Object.entries(rows)) {
  const reference = results.get(`evtlab|${kind}`);
  for (const program of programs) {
    const { version, events, sums, wall, peak } = results.get(`${program}|${kind}`);
    const best = Math.min(...wall);
    const median = wall.toSorted((a, b) => a - b)[wall.length >> 1];
    const rate = (ms) => Math.round((1000 * count) / ms);
    const equal = events === reference.events && sums.every((sum, i) => sum === reference.sums[i]);
    const result = program === "evtlab" ? "" : equal ? "equal" : otherDefinition.has(`${program}|${kind}`) ? "linearises sRGB first" : "DIFFERS";
    if (result === "DIFFERS") wrong++;
    const faster = program === "evtlab" ? "" : `${(best / Math.min(...reference.wall)).toFixed(1)}×`;
    console.log(
      `| ${kind} | ${program} ${version} | ${rate(best)} (${rate(median)}) | ${(pixelSteps / best / 1000).toFixed(1)} | ${(events / best / 1000).toFixed(1)} | ${events} | ${faster} | ${Math.round(peak / 1e6)} | ${result} |`,
    );
  }
}
process.exitCode = wrong > 0 ? 1 : 0;
