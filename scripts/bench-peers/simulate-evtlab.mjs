// Turns pictures in memory into events with evtlab: one JSON line. Usage: simulate-evtlab.mjs KIND FRAMES N
import { readFileSync } from "node:fs";
import { EventTable } from "../../dist/src/events/index.js";
import { EventSimulator } from "../../dist/src/simulate/index.js";
import { count, sensor, step } from "./simulate-frames.mjs";

const [kind, path, repeat] = process.argv.slice(2);
const bytes = readFileSync(path);
const size = sensor.width * sensor.height;
const frames = Array.from({ length: count }, (_, n) => ({ t: BigInt(n * step), ...sensor, channels: 1, data: bytes.subarray(n * size, (n + 1) * size) }));
// eventcv's defaults, so that both do the same work.
const noisy = { thresholdSpread: 0.03, cutoff: 200, leakRate: 1, leakJitter: 0.1, shotNoiseRate: 10, refractory: 100 };
const options = { "v2e ideal": { preset: "ideal" }, "v2e with noise": noisy, ESIM: { model: "esim", threshold: 0.2 } }[kind];

function simulate() {
  const camera = new EventSimulator(sensor, { ...options, seed: 1 });
  const batches = [];
  for (const frame of frames) batches.push(...camera.push(frame));
  batches.push(camera.flush());
  return EventTable.concat(batches);
}

let events;
const wall = [];
for (let i = 0; i <= Number(repeat); i++) {
  globalThis.gc();
  const start = performance.now();
  events = simulate();
  if (i > 0) wall.push(performance.now() - start);
}
const sum = (column) => column.reduce((total, value) => total + value, 0);
const sums = [Number(events.t.reduce((total, time) => total + time, 0n)), sum(events.x), sum(events.y), sum(events.p)];
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
console.log(JSON.stringify({ version, events: events.length, sums, wall, peak: process.resourceUsage().maxRSS * 1024 }));
