// evtlab beside its peers: npm run bench:peers -- [FOLDER] [rounds]
//
// Decoding, building and simulating, each in a run of its own in which all programs take turns on one core. The peers are
// installed into a virtual environment in FOLDER, and the recordings made there, unless they are there.
import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

const args = process.argv.slice(2);
console.log(`${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}\n`);
let failed = false;
for (const bench of ["decode", "represent", "simulate"]) {
  console.log(`\n## ${bench}\n`);
  failed = spawnSync(process.execPath, [new URL(`./${bench}.mjs`, import.meta.url).pathname, ...args], { stdio: "inherit" }).status !== 0 || failed;
}
process.exitCode = failed ? 1 : 0;
