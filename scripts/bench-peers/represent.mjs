// Building grids beside the Python builders: node scripts/bench-peers/represent.mjs FOLDER [rounds]
//
// Makes a virtual environment with the peers and the columns of two made recordings in FOLDER, unless they are there,
// then builds each representation with each program in turn, columns in memory to a dense array in memory, every one
// pinned to the same core and to one thread, round after round. Weighted sums of the grids must agree where the
// definitions do. Prints a Markdown table with the best and the median rate of all builds.
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { movingEdges } from "../../dist/src/simulate/index.js";
import { collect, median, peersIn, pinned } from "./environment.mjs";

const folder = resolve(process.argv[2] ?? "bench-peers");
const rounds = Number(process.argv[3] ?? 2);
const repeat = 3;
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

const python = peersIn(folder);
for (const [name, { events, sensor }] of Object.entries(recordings)) {
  if (existsSync(join(folder, `represent.${name}.p`))) continue;
  const table = movingEdges({ events, ...sensor, seed: 1 });
  for (const column of ["t", "x", "y", "p"]) writeFileSync(join(folder, `represent.${name}.${column}`), table[column]);
}

const ours = new URL("./represent-evtlab.mjs", import.meta.url).pathname;
const theirs = new URL("./represent_peers.py", import.meta.url).pathname;
const results = new Map();
for (let round = 0; round < rounds; round++) {
  for (const [recording, { sensor }] of Object.entries(recordings)) {
    for (const [kind, programs] of Object.entries(rows)) {
      for (const program of programs) {
        const args = [kind, join(folder, `represent.${recording}`), String(sensor.width), String(sensor.height), String(repeat)];
        const key = `${recording}|${kind}|${program}`;
        if (program === "evtlab") collect(results, key, pinned(process.execPath, [ours, ...args], { ours: true }));
        else collect(results, key, pinned(python, [theirs, program, ...args]));
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
