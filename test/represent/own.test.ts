/** A representation of one's own gets everything: conformance tests, plots, cache, files, workers, the command line. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isEvtlabError } from "../../src/errors.js";
import { channels } from "../../src/plot/channels.js";
import { build, conformance, Grid, loadRepresentation, type Representation } from "../../src/represent/index.js";
import { movingEdges } from "../../src/simulate/index.js";
import { conforms } from "../conformance/representation.js";
import { anyEvent } from "./any-event.js";
import { built, collect } from "./collect.js";

conforms(anyEvent);

describe("represent: one of one's own", () => {
  const events = movingEdges({ events: 20_000, width: 64, height: 48, seed: 3 });
  const path = "./test/represent/any-event.ts";
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "evtlab-own-"))));
  after(() => rm(folder, { recursive: true }));

  it("is loaded from its module, by path or by name", async () => {
    assert.equal((await loadRepresentation(path)).id, "any-event");
    assert.equal((await loadRepresentation(`${path}#anyEvent`)).id, "any-event");
    await assert.rejects(loadRepresentation(`${path}#other`), (error) => isEvtlabError(error, "OptionError") && /anyEvent/.test(error.message));
    await assert.rejects(loadRepresentation("./missing.ts"), (error) => isEvtlabError(error, "MissingError"));
    const none = join(folder, "none.mjs");
    await writeFile(none, "export const answer = 42;");
    await assert.rejects(loadRepresentation(none), (error) => isEvtlabError(error, "OptionError"));
  });
  it("is found out where it does not keep what it owes", async () => {
    const cpu = anyEvent.kernels.cpu;
    const broken: Readonly<Record<string, readonly [Partial<Representation<Uint8Array>>, RegExp]>> = {
      "another shape": [{ shape: ({ width, height }) => [height, width, 2] }, /has the shape/],
      "changed events": [{ kernels: { cpu: (events, window) => (events.x.reverse(), cpu(events, window)) } }, /leaves its input/],
      "a background that is not there": [{ background: 7 }, /gives the background/],
      "a kernel that differs": [{ kernels: { cpu, wasm: async (events, window) => { const { data, ...grid } = await cpu(events, window); return { ...grid, data: data.map((value) => value >> 1) }; } } }, /equals the definition/],
    };
    for (const [what, [change, test]] of Object.entries(broken)) {
      const failed: string[] = [];
      for (const { name, run } of conformance({ ...anyEvent, ...change } as Representation)) await run().catch(() => failed.push(name));
      assert.ok(failed.some((name) => test.test(name)), `${what}: ${failed.join("; ") || "nothing failed"}`);
    }
  });
  it("is plotted, cached, saved and loaded", async () => {
    const cache = join(folder, "cache");
    const grid = await build(events, anyEvent, { cache });
    assert.equal((await readdir(cache)).length, 1);
    assert.deepEqual((await build(events, anyEvent, { cache })).data, grid.data);
    assert.match(JSON.stringify(channels(grid)), /./);
    for (const ending of ["npz", "safetensors"]) {
      await grid.save(join(folder, `any.${ending}`));
      assert.deepEqual((await Grid.load(join(folder, `any.${ending}`))).data, grid.data);
    }
  });
  it("runs in workers, when it comes from a module", async function () {
    this.timeout(60_000);
    const { buildWindows, loadRepresentation } = await built(this);
    const mine = await loadRepresentation(path);
    const options = { every: "2ms" } as const;
    const here = await collect(buildWindows(events, mine, options));
    const there = await collect(buildWindows(events, mine, { ...options, workers: 2 }));
    assert.ok(here.length > 1);
    assert.deepEqual(there.map(({ data }) => data), here.map(({ data }) => data));
    await assert.rejects(
      collect(buildWindows(events, { ...mine }, { ...options, workers: 2 })),
      (error) => isEvtlabError(error, "OptionError"),
    );
  });
  it("is what evtlab represent --as takes, in TypeScript as it is", async function () {
    const command = "dist/src/cli/main.js";
    if (!existsSync(command)) {
      console.log(`      skipped: ${command} is missing; npm run build makes it`);
      this.skip();
    }
    this.timeout(60_000);
    const { writeEvents } = await import("../../src/codecs/index.js");
    const recording = join(folder, "edges.raw");
    await writeEvents(events, recording);
    const out = join(folder, "out.npz");
    const arguments_ = [command, "represent", recording, "--as", path, "--from", "0ms", "--to", "2ms", "--out", out];
    const { stdout } = await promisify(execFile)(process.execPath, arguments_);
    assert.match(stdout, /any-event \[48, 64, 1\]/);
    const expected = await build(events, anyEvent, { window: { from: events.t[0]!, to: events.t[0]! + 2000n } });
    const saved = await Grid.load(out);
    assert.deepEqual(saved.data, expected.data);
    assert.deepEqual(saved.window, expected.window);
  });
});
