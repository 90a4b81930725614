// Simulating events beside other programs: node scripts/bench-peers/simulate.mjs FOLDER [rounds]
//
// Makes a virtual environment with the peers and 60 pictures in FOLDER, unless they are there, then turns the pictures
// into events with each program in turn, pictures in memory to columns in memory, every one pinned to the same core and
// to one thread, round after round. Columns must be equal where the definitions are. Prints a Markdown table.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { count, makeFrames, sensor } from "./simulate-frames.mjs";
import { collect, median, peersIn, pinned } from "./environment.mjs";

const folder = resolve(process.argv[2] ?? "bench-peers");
const rounds = Number(process.argv[3] ?? 2);
const repeat = 5;
/** Programs of each row; numpy writes the ideal model of v2e down, so its events must be ours. */
const rows = {
  "v2e ideal": ["evtlab", "numpy", "eventcv"],
  "v2e with noise": ["evtlab", "eventcv"],
  "ESIM": ["evtlab", "numpy"],
};
const otherDefinition = new Set(["eventcv|v2e ideal", "eventcv|v2e with noise"]); // It takes the gamma of sRGB out first.

const python = peersIn(folder);
const frames = join(folder, "simulate-frames.u8");
writeFileSync(frames, makeFrames());

const ours = new URL("./simulate-evtlab.mjs", import.meta.url).pathname;
const theirs = new URL("./simulate_peers.py", import.meta.url).pathname;
const results = new Map();
for (let round = 0; round < rounds; round++) {
  for (const [kind, programs] of Object.entries(rows)) {
    for (const program of programs) {
      const args = [kind, frames, String(repeat)];
      if (program === "evtlab") collect(results, `${program}|${kind}`, pinned(process.execPath, [ours, ...args], { ours: true }));
      else collect(results, `${program}|${kind}`, pinned(python, [theirs, program, ...args]));
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
    const rate = (ms) => Math.round((1000 * count) / ms);
    const equal = events === reference.events && sums.every((sum, i) => sum === reference.sums[i]);
    const result = program === "evtlab" ? "" : equal ? "equal" : otherDefinition.has(`${program}|${kind}`) ? "linearises sRGB first" : "DIFFERS";
    if (result === "DIFFERS") wrong++;
    const faster = program === "evtlab" ? "" : `${(best / Math.min(...reference.wall)).toFixed(1)}×`;
    console.log(
      `| ${kind} | ${program} ${version} | ${rate(best)} (${rate(median(wall))}) | ${(pixelSteps / best / 1000).toFixed(1)} | ${(events / best / 1000).toFixed(1)} | ${events} | ${faster} | ${Math.round(peak / 1e6)} | ${result} |`,
    );
  }
}
process.exitCode = wrong > 0 ? 1 : 0;
