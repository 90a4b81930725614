import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchRepresent, type RepresentBenchLine, type RepresentBenchOptions } from "../../src/cli/bench/represent.js";
import { isEvtlabError } from "../../src/errors.js";

describe("represent: bench", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "evtlab-bench-"))));
  after(() => rm(folder, { recursive: true }));

  async function measured(files: readonly string[], options: RepresentBenchOptions): Promise<RepresentBenchLine[]> {
    const lines: RepresentBenchLine[] = [];
    for await (const line of benchRepresent(files, options)) lines.push(line);
    return lines;
  }

  it("measures a file in a process of its own", async () => {
    const file = join(folder, "three.dat");
    const header = Buffer.from("% Version 2\n% Width 8\n% Height 4\n\x0c\x08", "latin1");
    const events = Buffer.from(Uint32Array.of(10, 0x1000_0001, 20, 0x0000_4002, 35, 0x1000_8003).buffer);
    await writeFile(file, Buffer.concat([header, events]));
    const [line, ...others] = await measured([file], { representations: ["voxel:bins=5"], repeat: 3 });
    assert.equal(others.length, 0);
    assert.equal(line!.events, 3);
    assert.equal(line!.device, "wasm");
    assert.match(line!.representation, /^voxel\/bins=5/);
    assert.ok(line!.minMs > 0 && line!.minMs <= line!.medianMs);
    assert.ok(Math.abs(line!.eventsPerSecond - 3000 / line!.medianMs) < 1);
    assert.ok(line!.peakRssBytes > 2 ** 20);
  });
  it("says what failed there", async () => {
    await assert.rejects(measured([join(folder, "missing.raw")], { representations: ["count"] }), /missing\.raw/);
    await assert.rejects(measured([], { representations: ["counts"] }), (error) => isEvtlabError(error, "OptionError"));
  });
});
