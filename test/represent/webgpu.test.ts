import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import fc from "fast-check";
import { countOnGpu } from "../../src/represent/count.webgpu.js";
import { build, eventCount, webgpuStatus } from "../../src/represent/index.js";
import { conforms, tables } from "../conformance/representation.js";

/** The software adapter that Chromium brings, for machines without a GPU. */
const softwareDriver = "/usr/lib/chromium/vk_swiftshader_icd.json";

describe("represent: WebGPU", function () {
  this.timeout(60_000);
  before(async function () {
    if (process.env["VK_ICD_FILENAMES"] === undefined && existsSync(softwareDriver)) process.env["VK_ICD_FILENAMES"] = softwareDriver;
    const status = await webgpuStatus();
    if (status.available) {
      console.log(`      on ${status.adapter}`);
      return;
    }
    if (process.env["EVTLAB_REQUIRE_GPU"] === "1") assert.fail(status.reason);
    console.log(`      skipped: ${status.reason}`);
    this.skip();
  });

  conforms(eventCount(), ["webgpu"]);

  it("counts in batches, of any length", async () => {
    const events = fc.sample(tables(1001, 1001), { numRuns: 1, seed: 3 })[0]!;
    const expected = (await build(events, eventCount(), { device: "cpu" })).data;
    for (const batch of [1, 3, 4, 100, 1000, 1001, 5000]) {
      assert.deepEqual((await countOnGpu(events, batch)).data, expected, `batches of ${batch}`);
    }
  });
  it("builds side by side", async () => {
    const samples = fc.sample(tables(1, 400), { numRuns: 8, seed: 4 });
    const grids = await Promise.all(samples.map((events) => build(events, eventCount(), { device: "webgpu" })));
    for (const [i, events] of samples.entries()) {
      assert.deepEqual(grids[i]!.data, (await build(events, eventCount(), { device: "cpu" })).data);
    }
  });
  it("lets the process end by itself", async () => {
    const script = `
      import { EventTable } from "./src/events/table.js";
      import { build, eventCount } from "./src/represent/index.js";
      const events = EventTable.from({ t: new BigInt64Array(3), x: new Uint16Array(3), y: new Uint16Array(3), p: new Uint8Array(3) });
      const grid = await build(events, eventCount(), { device: "webgpu" });
      console.log(grid.data.join());`;
    const { stdout } = await promisify(execFile)(
      process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], { timeout: 20_000 },
    );
    assert.equal(stdout.trim(), "3,0");
  });
});
