// Builds one representation of columns in memory with evtlab: one JSON line. Usage: represent-evtlab.mjs KIND COLUMNS WIDTH HEIGHT N
import { readFileSync } from "node:fs";
import { EventTable } from "../../dist/src/events/index.js";
import {
  averageSurface, build, eventCount, multiChannelSurface, timeSurface, tore, voxelGrid,
} from "../../dist/src/represent/index.js";

const [kind, columns, width, height, repeat] = process.argv.slice(2);
const sensor = { width: Number(width), height: Number(height) };
const column = (name, Column) => {
  const bytes = readFileSync(`${columns}.${name}`);
  return new Column(bytes.buffer, bytes.byteOffset, bytes.length / Column.BYTES_PER_ELEMENT);
};
const events = EventTable.from(
  { t: column("t", BigInt64Array), x: column("x", Uint16Array), y: column("y", Uint16Array), p: column("p", Uint8Array) },
  { sensor },
);
const representation = {
  count: eventCount(),
  "voxel e2vid": voxelGrid({ bins: 5 }),
  "voxel tonic": voxelGrid({ bins: 5, convention: "tonic" }),
  surface: timeSurface({ decay: "exponential", tau: "30ms" }),
  "average surface": averageSurface({ tau: "30ms" }),
  mcts: multiChannelSurface({ longest: "50ms" }),
  tore: tore({ depth: 4 }),
}[kind];

let grid;
const wall = [];
const cpu = [];
for (let i = 0; i <= Number(repeat); i++) {
  globalThis.gc();
  const startCpu = process.cpuUsage();
  const start = performance.now();
  grid = await build(events, representation);
  const time = performance.now() - start;
  const { user, system } = process.cpuUsage(startCpu);
  if (i === 0) continue;
  wall.push(time);
  cpu.push((user + system) / 1000);
}
const [, , channels] = grid.shape;
let sum = 0;
for (let pixel = 0, cell = 0; pixel < sensor.width * sensor.height; pixel++) {
  for (let channel = 0; channel < channels; channel++, cell++) {
    sum += grid.data[cell] * (1 + (pixel % 7)) * (kind.startsWith("voxel") ? 1 + channel : 1);
  }
}
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
console.log(JSON.stringify({ version, sum, wall, cpu, peak: process.resourceUsage().maxRSS * 1024 }));
