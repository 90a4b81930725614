// Decoding beside the Python readers: node scripts/bench-peers/decode.mjs FOLDER [rounds] [only]
//
// Makes a virtual environment with the peers and the recordings in FOLDER, unless they are there: 20 million events on
// 1280x720 and 8 million on 346x260 (text a fifth of it). dv-processing writes the AEDAT4 files, evtlab the others. Then
// each reader reads each file in turn, pinned to one core, round after round, file to four columns in memory. Counts and
// column sums must be equal. `only` is a regular expression for names of files.
import { existsSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { readEvents, writeEvents } from "../../dist/src/codecs/index.js";
import { movingEdges } from "../../dist/src/simulate/index.js";
import { makeRecordings } from "./decode-recording.mjs";
import { collect, core, median, memoryBandwidth, peersIn, pinned } from "./environment.mjs";

const folder = resolve(process.argv[2] ?? "bench-peers");
const rounds = Number(process.argv[3] ?? 2);
const only = new RegExp(process.argv[4] ?? "");
const repeat = 3;
const aedat4 = ["eventcv", "evutils", "dv_processing", "faery", "aedat"];
/** Readers of each file, by its ending; the format and packing to write it with. */
const kinds = {
  "evt3.raw": { write: { format: "evt3" }, readers: ["evt3", "expelliarmus", "evutils", "eventcv", "faery"] },
  "evt2.raw": { write: { format: "evt2" }, readers: ["expelliarmus", "evutils", "eventcv", "faery"] },
  "evt21.raw": { write: { format: "evt21", header: { endianness: "legacy" } }, readers: ["evutils"] },
  dat: { write: { format: "dat" }, readers: ["expelliarmus", "evutils"] },
  "lz4.aedat4": { readers: aedat4 },
  "zstd.aedat4": { readers: aedat4 },
  es: { write: { format: "es" }, readers: ["event_stream", "faery"] },
  "plain.hdf5": { write: { format: "prophesee-hdf5", compression: "none" }, readers: ["h5py"] },
  "gzip.hdf5": { write: { format: "prophesee-hdf5", compression: "gzip" }, readers: ["h5py"] },
  "ecf.hdf5": { write: { format: "prophesee-hdf5" }, readers: [] },
  npz: { write: { format: "npz" }, readers: ["numpy"] },
  arrow: { write: { format: "arrow" }, readers: ["pyarrow"] },
  parquet: { write: { format: "parquet" }, readers: ["polars"] },
  csv: { write: { format: "text" }, readers: ["polars"], share: 5 },
};
/** What is known to come out differently. */
const knownWrong = { "expelliarmus evt3.raw": "times wrong", "faery evt3.raw": "times changed", "faery es": "y mirrored" };
const sizes = { big: [1280, 720], davis: [346, 260] };

const python = peersIn(folder);
const theirs = new URL("./decode_peers.py", import.meta.url).pathname;
const ours = new URL("./decode-evtlab.mjs", import.meta.url).pathname;
const files = Object.keys(sizes).flatMap((size) => Object.entries(kinds).map(([ending, kind]) => ({ name: `${size}.${ending}`, size, ending, ...kind }))).filter(({ name }) => only.test(name));
await makeFiles();

const results = new Map();
const bandwidth = [];
for (let round = 0; round < rounds; round++) {
  bandwidth.push(memoryBandwidth());
  for (const { name, readers } of files) {
    const path = join(folder, name);
    collect(results, `evtlab|${name}`, pinned(process.execPath, [ours, path, String(repeat)], { ours: true }));
    for (const reader of readers) {
      try {
        collect(results, `${reader}|${name}`, pinned(python, [theirs, reader, path, String(repeat)]));
      } catch {
        results.set(`${reader}|${name}`, undefined);
      }
    }
  }
}

console.log(`File to columns: ${rounds} rounds of ${repeat} readings on core ${core}; copying ${bandwidth.map((gb) => gb.toFixed(1)).join("/")} GB/s. M events/s.\n`);
console.log("| file | reader | median | best | by CPU time | evtlab is | peak MB | columns |");
console.log("|---|---|---|---|---|---|---|---|");
for (const { name, ending, readers } of files) {
  const reference = results.get(`evtlab|${name}`);
  for (const reader of ["evtlab", ...readers]) {
    const result = results.get(`${reader}|${name}`);
    if (result === undefined) {
      console.log(`| ${name} | ${reader} | refuses | | | | | |`);
      continue;
    }
    const { version, events, sums, wall, cpu, peak } = result;
    const equal = events === reference.events && sums.every((sum, i) => sum === reference.sums[i]);
    const known = knownWrong[`${reader} ${ending}`];
    if (!equal && known === undefined) process.exitCode = 1;
    const rate = (ms) => (events / ms / 1000).toFixed(1);
    const faster = reader === "evtlab" ? "" : `${(median(wall) / median(reference.wall)).toFixed(2)}× (CPU ${(median(cpu) / median(reference.cpu)).toFixed(2)}×)`;
    console.log(`| ${name} | ${reader} ${version} | ${rate(median(wall))} | ${rate(Math.min(...wall))} | ${rate(median(cpu))} | ${faster} | ${Math.round(peak / 1e6)} | ${equal ? "equal" : (known ?? "DIFFER")} |`);
  }
}

async function makeFiles() {
  const missing = files.filter(({ name }) => !existsSync(join(folder, name)));
  for (const size of new Set(missing.map((file) => file.size))) {
    const [width, height] = sizes[size];
    const base = join(folder, `${size}.base.dat`);
    if (size === "big") await makeRecordings({ dat: base });
    else await writeEvents(movingEdges({ events: 8_000_000, width, height, seed: 1 }), base, { format: "dat" });
    const table = await readEvents(base, { sensor: { width, height } });
    for (const { name, write, share = 1 } of missing.filter((file) => file.size === size && file.write)) {
      await writeEvents(share === 1 ? table : table.slice(0, Math.floor(table.length / share)), join(folder, name), write);
    }
    if (missing.some((file) => file.size === size && !file.write)) {
      for (const column of ["t", "x", "y", "p"]) writeFileSync(join(folder, `${size}.${column}`), table[column]);
      execFileSync(python, [theirs, "write", join(folder, size), String(width), String(height)], { stdio: "inherit" });
    }
  }
}
