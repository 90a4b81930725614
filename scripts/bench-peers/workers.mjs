// What two threads bring: node scripts/bench-peers/workers.mjs FOLDER [rounds]
//
// FOLDER is that of decode.mjs. Reads EVT3 and builds windows of 33 ms, whose grids take memory that is used again, with one thread and with two, by the clock.
// Beside them the ceiling of the machine: two processes that know nothing of each other, each with one thread, at once. All in turn, best of all rounds.
import { fork } from "node:child_process";
import { join, resolve } from "node:path";
import { readEvents } from "../../dist/src/codecs/index.js";
import { averageSurface, buildWindows, timeSurface, tore, voxelGrid } from "../../dist/src/represent/index.js";
import { withHugePages } from "../../dist/src/wasm/huge-pages.js";

const [folder = "bench-peers", rounds = "9"] = process.argv.slice(2);
const grids = { "voxel grid": voxelGrid({ bins: 5 }), "time surface": timeSurface({ decay: "exponential", tau: "30ms" }), "average surface": averageSurface({ tau: "30ms" }), "TORE": tore({ depth: 4 }) };
const kinds = ["big", "davis"].flatMap((size) => ["reading", ...Object.keys(grids)].map((work) => ({ size, work })));

if (process.send) {
  const tables = {};
  const table = async (size) => (tables[size] ??= (await readEvents(join(folder, `${size}.dat`))).slice(0, size === "big" ? 6_000_000 : 2_500_000));
  const run = async ({ size, work, workers }) => {
    if (work === "reading") return void (await readEvents(join(folder, `${size}.evt3.raw`), { workers }));
    for await (const _ of buildWindows(await table(size), grids[work], { every: "33ms", reuse: true, workers }));
  };
  const time = async (task) => {
    await table(task.size);
    globalThis.gc();
    const start = performance.now();
    await run(task);
    return performance.now() - start;
  };
  process.on("message", (task) => void time(task).then((ms) => process.send(ms)));
} else {
  const processes = [0, 1].map(() => fork(import.meta.filename, [resolve(folder)], { env: withHugePages(), execArgv: ["--expose-gc"] }));
  const ask = (process, task) => new Promise((answer) => void (process.once("message", answer), process.send(task)));
  console.log("| work | one thread, ms | two threads | two processes |\n|---|---|---|---|");
  for (const { size, work } of kinds) {
    const ways = {
      one: () => ask(processes[0], { size, work, workers: 1 }),
      two: () => ask(processes[0], { size, work, workers: 2 }),
      apart: async () => Math.max(...(await Promise.all(processes.map((process) => ask(process, { size, work, workers: 1 }))))) / 2,
    };
    const best = {};
    for (let round = 0; round <= Number(rounds); round++) {
      // The first is to warm up.
      for (const [way, time] of Object.entries(ways)) best[way] = round === 0 ? ((await time()), Infinity) : Math.min(best[way], await time());
    }
    console.log(`| ${work}, ${size === "big" ? "1280×720" : "346×260"} | ${best.one.toFixed(0)} | ${(best.one / best.two).toFixed(2)}× | ${(best.one / best.apart).toFixed(2)}× |`);
  }
  for (const process of processes) process.kill();
}
