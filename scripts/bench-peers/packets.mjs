// AEDAT4 and Event Stream beside the Python readers: node scripts/bench-peers/packets.mjs FOLDER [rounds]
//
// Makes a virtual environment with the peers in FOLDER, and the recordings, unless they are there: 20 million events on
// 1280x720 and 8 million on 346x260. dv-processing writes the AEDAT4 files, evtlab the others. Then each reader reads
// each file in turn, pinned to one core, round after round; counts and column sums must be equal.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readEvents, writeEvents } from "../../dist/src/codecs/index.js";
import { movingEdges } from "../../dist/src/simulate/index.js";
import { withHugePages } from "../../dist/src/wasm/huge-pages.js";
import { makeRecordings } from "./decode-recording.mjs";

const folder = resolve(process.argv[2] ?? "bench-peers");
const rounds = Number(process.argv[3] ?? 2);
const repeat = 4;
const core = process.env.BENCH_CORE ?? "0";
const pins = ["dv-processing==2.0.4", "aedat==2.3.0", "faery==0.7.1", "event-stream==1.6.3", "eventcv==1.0.8", "evutils==0.3.18", "numpy==2.4.6", "numba==0.68.1", "lz4==4.4.5", "zstandard==0.25.0"];
const files = ["big.lz4.aedat4", "davis.lz4.aedat4", "big.zstd.aedat4", "davis.zstd.aedat4", "big.es", "davis.es"];
const readers = {
  aedat4: ["eventcv", "evutils", "dv_processing", "faery", "aedat"],
  es: ["event_stream", "faery"],
};
/** faery turns y upside down. */
const knownWrong = new Set(["faery es"]);

mkdirSync(folder, { recursive: true });
const python = join(folder, "venv-packets/bin/python");
if (!existsSync(python)) {
  execFileSync("python3", ["-m", "venv", join(folder, "venv-packets")], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "-q", "install", ...pins], { stdio: "inherit" });
}
const theirs = new URL("./packets_peers.py", import.meta.url).pathname;
if (!files.every((file) => existsSync(join(folder, file)))) {
  await makeRecordings({ es: join(folder, "big.es") });
  await writeEvents(movingEdges({ events: 8_000_000, width: 346, height: 260, seed: 1 }), join(folder, "davis.es"));
  for (const [name, width, height] of [["big", 1280, 720], ["davis", 346, 260]]) {
    const events = await readEvents(join(folder, `${name}.es`));
    for (const column of ["t", "x", "y", "p"]) writeFileSync(join(folder, `${name}.${column}`), events[column]);
    execFileSync(python, [theirs, "write", join(folder, name), String(width), String(height)], { stdio: "inherit" });
  }
}

const results = new Map();
const env = Object.fromEntries(["OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON"].map((name) => [`${name}_NUM_THREADS`, "1"]));
const ours = new URL("./decode-evtlab.mjs", import.meta.url).pathname;
function run(reader, file, command, args, environment) {
  const output = execFileSync("taskset", ["-c", core, command, ...args], { env: { ...environment, ...env }, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const result = JSON.parse(output.trim().split("\n").at(-1));
  const known = results.get(`${reader}|${file}`);
  if (!known) return results.set(`${reader}|${file}`, { reader, file, ...result });
  known.wall.push(...result.wall);
  known.cpu.push(...result.cpu);
  return (known.peak = Math.max(known.peak, result.peak));
}
const bandwidth = [];
for (let round = 0; round < rounds; round++) {
  const [from, to] = [new Uint8Array(256e6).fill(1), new Uint8Array(256e6).fill(2)];
  const start = performance.now();
  to.set(from);
  bandwidth.push(0.512 / ((performance.now() - start) / 1000));
  for (const file of files) {
    const path = join(folder, file);
    run("evtlab", file, process.execPath, ["--expose-gc", ours, path, String(repeat)], withHugePages());
    for (const peer of readers[file.split(".").at(-1)]) run(peer, file, python, [theirs, peer, path, String(repeat)], process.env);
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
console.log(`${rounds} rounds of ${repeat} readings, core ${core}; copying ${bandwidth.map((gb) => gb.toFixed(1)).join("/")} GB/s. M events/s.\n`);
console.log("|file|reader|version|median|best|by CPU time, median|evtlab is faster by|peak MB|columns|");
console.log("|---|---|---|---|---|---|---|---|---|");
for (const { reader, version, file, events, sums, wall, cpu, peak } of results.values()) {
  const reference = results.get(`evtlab|${file}`);
  const equal = events === reference.events && sums.every((sum, i) => sum === reference.sums[i]);
  if (!equal && !knownWrong.has(`${reader} ${file.split(".").at(-1)}`)) process.exitCode = 1;
  const rate = (ms) => (events / ms / 1000).toFixed(1);
  const ratio = `${(median(wall) / median(reference.wall)).toFixed(2)} (CPU ${(median(cpu) / median(reference.cpu)).toFixed(2)})`;
  console.log(`|${[file, reader, version, rate(median(wall)), rate(Math.min(...wall)), rate(median(cpu)), ratio, Math.round(peak / 1e6), equal ? "equal" : "differ"].join("|")}|`);
}
