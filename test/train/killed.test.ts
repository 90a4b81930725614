/** A process that trains is killed at random moments, and started again until it is through. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { uniforms } from "../../src/models/random.js";

const script = fileURLToPath(new URL("killed.mjs", import.meta.url));
const kills = 10;

/** Runs the training; after `after` ms from its first step it is killed. Returns the weights of one that came to its end. */
function run(folder: string, tiny: string, after = Infinity): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, folder, tiny], { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors, timer] = ["", "", undefined as NodeJS.Timeout | undefined];
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (after < Infinity) timer ??= setTimeout(() => child.kill("SIGKILL"), after);
    });
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(errors));
      else resolve(/^\{.*\}$/m.exec(output)?.[0]);
    });
  });
}

describe("a training that is killed", function () {
  this.timeout(180_000);
  let folder = "";
  before(async function () {
    if (!existsSync("dist/src/train/index.js")) this.skip();
    folder = await mkdtemp(join(tmpdir(), "evtlab-killed-"));
  });
  after(() => folder !== "" && rm(folder, { recursive: true, force: true }));

  it(`${kills} times ends with the weights of one that was not, bit for bit`, async () => {
    const tiny = join(folder, "tiny.mjs");
    await build({ entryPoints: [fileURLToPath(new URL("tiny.ts", import.meta.url))], outfile: tiny, format: "esm", logLevel: "error" });
    const expected = await run("none", tiny);
    assert.ok(expected);
    const checkpoints = join(folder, "checkpoints");
    const draw = uniforms(11, "kills");
    let killed = 0;
    let got: string | undefined;
    while (killed < kills && got === undefined) {
      got = await run(checkpoints, tiny, 10 + 110 * draw());
      if (got === undefined) killed++;
    }
    assert.equal(killed, kills, "a kill came after the end");
    got ??= await run(checkpoints, tiny);
    assert.equal(got, expected);
    const left = await readdir(checkpoints);
    assert.ok(left.filter((name) => /^step-.*\.safetensors$/.test(name)).length <= 3);
    // What a killed process was writing is removed by the next one.
    assert.ok(left.filter((name) => name.endsWith(".partial")).length <= 1);
  });
});
