// Peak memory of reading, writing and building on recordings that are larger than memory should have to be:
//   node scripts/bench-peers/memory.mjs FILE.evt3.raw [copies] [format,format,…]
//
// Writes long.raw beside FILE with its events several times over, one copy after the other in time. Then inspects it, streams it, reads a part of it, builds
// windows of it and judges it; and converts it to each format, streams that and reads a part of it. Each is a process of its own, and the peak of each (VmHWM,
// Linux) is a line of the table that is printed.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { inspect, readEvents, streamEvents, writeEvents } from "../../dist/src/codecs/index.js";
import { EventTable } from "../../dist/src/events/index.js";
import { quality } from "../../dist/src/quality/index.js";
import { buildWindows, voxelGrid } from "../../dist/src/represent/index.js";

// N-MNIST has 256 × 256 pixels and 8 s; AEDAT 2 and 3, EVT4 and bags are read only.
const formats = { evt2: "raw", evt21: "raw", dat: "dat", aedat4: "aedat4", es: "es", "prophesee-hdf5": "hdf5", "dsec-hdf5": "h5", "event-utils-hdf5": "h5", "v2e-hdf5": "h5", npz: "npz", arrow: "arrow", parquet: "parquet", text: "csv" };
const [file, copies = "6", only, task, path, format] = process.argv.slice(2);

const tasks = {
  inspect: async () => (await inspect(path)).events,
  stream: () => count(streamEvents(path, { batch: { time: "10ms" } })),
  part: async () => (await readEvents(path, { from: "1s", to: "1.01s" })).length,
  "build windows": async () => {
    let windows = 0;
    for await (const _ of buildWindows(streamEvents(path), voxelGrid({ bins: 5 }), { every: "33ms" })) windows++;
    return windows;
  },
  quality: async () => (await quality(streamEvents(path))).warnings.length,
  write: async () => {
    await writeEvents(streamEvents(join(dirname(file), "long.raw")), path, { format, ...(format === "v2e-hdf5" && { shift: true }) });
    return "";
  },
};

if (task === undefined) {
  const long = join(dirname(file), "long.raw");
  await writeEvents(oneAfterTheOther(Number(copies)), long, { format: "evt3" });
  console.log("| file | task | result | peak, MB |\n|---|---|---|---|");
  for (const name of ["inspect", "stream", "part", "build windows", "quality"]) run(name, long, "evt3");
  for (const [name, ending] of Object.entries(formats).filter(([name]) => !only || only.split(",").includes(name))) {
    const converted = join(dirname(file), `long.${name}.${ending}`);
    for (const work of ["write", "stream", "part"]) run(work, converted, name);
    remove(converted);
  }
  remove(long);
} else {
  const result = await tasks[task]();
  const peak = Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
  console.log(`| ${format} | ${task} | ${result ?? ""} | ${peak.toFixed(0)} |`);
}

function run(name, path, format) {
  if (name !== "write" && !existsSync(path)) return;
  try {
    console.log(execFileSync(process.execPath, [import.meta.filename, file, copies, only ?? "", name, path, format], { encoding: "utf8" }).trim());
  } catch (error) {
    console.log(`| ${format} | ${name} | failed: ${String(error.stderr ?? error.message).trim().split("\n").find((line) => /Error/.test(line)) ?? ""} | |`);
  }
}

function remove(path) {
  for (const gone of [path, `${path}.evtlab-index`]) rmSync(gone, { force: true });
}

async function count(batches) {
  let events = 0;
  for await (const batch of batches) events += batch.length;
  return events;
}

async function* oneAfterTheOther(copies) {
  let start = 0n;
  for (let copy = 0; copy < copies; copy++) {
    let next = start;
    for await (const batch of streamEvents(file)) {
      const t = batch.t.map((time) => time + start);
      next = t[t.length - 1] + 1000n;
      yield new EventTable({ t, x: batch.x, y: batch.y, p: batch.p }, batch);
    }
    start = next;
  }
}
