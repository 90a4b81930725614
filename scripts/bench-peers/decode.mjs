// Decoding beside the Python readers: node scripts/bench-peers/decode.mjs FOLDER [rounds]
//
// Makes a virtual environment with the peers and the recordings in FOLDER, unless they are there, then reads each
// recording with each reader in turn, every one pinned to the same core, round after round. Counts and column sums
// must be equal. Prints a Markdown table with the best and the median of all readings, file to columns.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { withHugePages } from "../../dist/src/wasm/huge-pages.js";
import { makeRecordings } from "./decode-recording.mjs";

const folder = resolve(process.argv[2] ?? "bench-peers");
const rounds = Number(process.argv[3] ?? 3);
const repeat = 4;
const core = process.env.BENCH_CORE ?? "0";
const peers = { expelliarmus: ["evt3", "evt2", "dat"], evt3: ["evt3"], evutils: ["evt3", "evt2", "dat"] };
const pins = ["expelliarmus==1.1.12", "evt3==0.4.1", "evutils==0.3.18", "numpy==2.4.6", "numba==0.68.1"];
const endings = { evt3: "evt3.raw", evt2: "evt2.raw", dat: "dat" };
/** expelliarmus counts small steps of the EVT3 clock as wraps, so its times differ: known, and marked. */
const knownWrong = new Set(["expelliarmus evt3"]);

mkdirSync(folder, { recursive: true });
const python = join(folder, "venv/bin/python");
if (!existsSync(python)) {
  execFileSync("python3", ["-m", "venv", join(folder, "venv")], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "-q", "install", ...pins], { stdio: "inherit" });
}
const files = Object.fromEntries(Object.entries(endings).map(([format, ending]) => [format, join(folder, `big.${ending}`)]));
if (!Object.values(files).every((file) => existsSync(file))) await makeRecordings(files);

const results = new Map();
const run = (reader, format, command, args, env = process.env) => {
  const key = `${reader}|${format}`;
  const output = execFileSync("taskset", ["-c", core, command, ...args], {
    env: { ...env, OMP_NUM_THREADS: "1", NUMBA_NUM_THREADS: "1" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const result = JSON.parse(output.trim().split("\n").at(-1));
  const known = results.get(key);
  if (known) {
    known.wall.push(...result.wall);
    known.cpu.push(...result.cpu);
    known.peak = Math.max(known.peak, result.peak);
  } else results.set(key, { reader, format, ...result });
};
const ours = new URL("./decode-evtlab.mjs", import.meta.url).pathname;
const theirs = new URL("./decode_peers.py", import.meta.url).pathname;
const bandwidth = [];
for (let round = 0; round < rounds; round++) {
  bandwidth.push(memoryBandwidth());
  for (const [format, file] of Object.entries(files)) {
    run("evtlab", format, process.execPath, ["--expose-gc", ours, file, String(repeat)], withHugePages());
    run("evtlab, 4 KiB pages", format, process.execPath, ["--expose-gc", ours, file, String(repeat)]);
    for (const [peer, formats] of Object.entries(peers)) {
      if (formats.includes(format)) run(peer, format, python, [theirs, peer, format, file, String(repeat)]);
    }
  }
}

/** GB/s of copying 256 MB that are in memory already. */
function memoryBandwidth() {
  const [from, to] = [new Uint8Array(256e6).fill(1), new Uint8Array(256e6).fill(2)];
  const start = performance.now();
  to.set(from);
  return (2 * 0.256) / ((performance.now() - start) / 1000);
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
console.log(`${rounds} rounds of ${repeat} readings, core ${core}; copying ${bandwidth.map((gb) => gb.toFixed(1)).join("/")} GB/s. M events/s.\n`);
console.log("|reader|version|format|median|best|by CPU time, median|evtlab is faster by|peak MB|columns|");
console.log("|---|---|---|---|---|---|---|---|---|");
for (const { reader, version, format, events, sums, wall, cpu, peak } of results.values()) {
  const reference = results.get(`evtlab|${format}`);
  const equal = events === reference.events && sums.every((sum, i) => sum === reference.sums[i]);
  if (!equal && !knownWrong.has(`${reader} ${format}`)) process.exitCode = 1;
  const rate = (ms) => (events / ms / 1000).toFixed(1);
  const ratio = `${(median(wall) / median(reference.wall)).toFixed(2)} (CPU ${(median(cpu) / median(reference.cpu)).toFixed(2)})`;
  const cells = [reader, version, format, rate(median(wall)), rate(Math.min(...wall)), rate(median(cpu)), ratio, Math.round(peak / 1e6)];
  console.log(`|${cells.join("|")}|${equal ? "equal" : "differ"}|`);
}
