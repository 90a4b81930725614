// Peak memory of reading a recording that is larger than memory should have to be:
//   node scripts/bench-peers/memory.mjs FILE.evt3.raw [copies]
//
// Writes long.raw beside FILE with its events several times over, one copy after the other in time, then inspects it, streams it, reads a part of it and
// converts it, each in a process of its own, and prints the peak of each (VmHWM, Linux).
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { EventTable } from "../../dist/src/events/index.js";
import { inspect, readEvents, streamEvents, writeEvents } from "../../dist/src/codecs/index.js";

const [file, argument, task] = process.argv.slice(2);
const long = join(dirname(file), "long.raw");

if (task === undefined) {
  await writeEvents(oneAfterTheOther(Number(argument ?? 6)), long, { format: "evt3" });
  for (const name of ["inspect", "stream", "part", "convert to evt2", "convert to dat"]) {
    console.log(execFileSync(process.execPath, [import.meta.filename, file, "-", name], { encoding: "utf8" }).trim());
  }
  rmSync(long);
  rmSync(`${long}.evtlab-index`, { force: true });
} else {
  let events = 0;
  if (task === "inspect") ({ events } = await inspect(long));
  else if (task === "stream") for await (const batch of streamEvents(long, { batch: { time: "10ms" } })) events += batch.length;
  else if (task === "part") events = (await readEvents(long, { from: "1s", to: "1.01s" })).length;
  else {
    const format = task.split(" ").at(-1);
    await writeEvents(streamEvents(long), `${long}.${format}`, { format });
    rmSync(`${long}.${format}`);
  }
  const peak = Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
  console.log(`${task}: ${events ? `${events} events, ` : ""}peak ${peak.toFixed(0)} MB`);
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
