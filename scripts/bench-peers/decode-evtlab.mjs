// Reads one recording with evtlab, as often as asked: prints one JSON line. Usage: decode-evtlab.mjs FILE N
import { readFileSync } from "node:fs";
import { readEvents } from "../../dist/src/codecs/index.js";

const [file, repeat] = process.argv.slice(2);

async function read() {
  globalThis.gc();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const events = await readEvents(file);
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000, events };
}

/** Reads a few times to warm up, and returns count and column sums. */
async function warmUp() {
  for (let i = 0; i < 2; i++) await read();
  const { events } = await read();
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < events.length; i++) {
    sums[0] += Number(events.t[i]);
    sums[1] += events.x[i];
    sums[2] += events.y[i];
    sums[3] += events.p[i];
  }
  return { events: events.length, sums };
}

const checked = await warmUp();
const wall = [];
const cpu = [];
for (let i = 0; i < Number(repeat); i++) {
  const times = await read();
  delete times.events;
  wall.push(times.wall);
  cpu.push(times.cpu);
}
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
// Not getrusage: there a process starts with the peak of the one that started it.
const peak = Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
console.log(JSON.stringify({ version, ...checked, wall, cpu, peak }));
