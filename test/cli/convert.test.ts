import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents, writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { backgroundActivity, flip, hotPixels, maskPixels } from "../../src/filters/index.js";
import { movingEdges } from "../../src/simulate/index.js";
import { smile } from "../simulate/smile.js";
import { rows, triggerRows } from "../events/random-table.js";
import { evtlab, main } from "./evtlab.js";

describe("evtlab convert and list", function () {
  this.timeout(60000);
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const face = smile({ duration: "300ms", width: 96, height: 64, seed: 5 });
  const recording = EventTable.from(face, {
    sensor: face.sensor,
    origin: 0n,
    triggers: { t: BigInt64Array.of(10_000n, 43_333n), id: Uint8Array.of(0, 0), p: Uint8Array.of(1, 0) },
  });
  before(async () => {
    assert.ok(existsSync(main), "build first: npm run build");
    folder = await mkdtemp(join(tmpdir(), "evtlab-convert-"));
    await writeEvents(recording, at("face.raw"));
  });
  after(() => rm(folder, { recursive: true }));

  it("keeps every event, and the triggers where there is a place for them", async () => {
    const evt2 = await evtlab("convert", at("face.raw"), at("evt2.raw"), "--format", "evt2");
    assert.deepEqual([evt2.code, evt2.stderr], [0, ""]);
    const back = await readEvents(at("evt2.raw"));
    assert.equal(back.provenance.format, "evt2");
    assert.deepEqual(rows(back), rows(recording));
    assert.deepEqual(triggerRows(back.triggers), triggerRows(recording.triggers));
    const dat = await evtlab("convert", at("face.raw"), at("face.dat"));
    assert.equal(dat.code, 0);
    assert.match(dat.stderr, /^not kept: 2 triggers, for which Prophesee DAT/);
    assert.deepEqual(rows(await readEvents(at("face.dat"))), rows(recording));
  });

  it("cuts and filters on the way as the library does", async () => {
    const flags = ["--from", "50ms", "--to", "0.2s", "--crop", "10,4,64,48", "--filter", "hot-pixels", "--filter", "background-activity:within=4ms", "--filter", "flip:axis=x"];
    const { code, stdout } = await evtlab("convert", at("face.raw"), at("part.raw"), ...flags);
    assert.equal(code, 0);
    const read = await readEvents(at("face.raw"));
    const wanted = read.pipe(maskPixels({ pixels: hotPixels(read) })).between("50ms", "0.2s").crop({ x: 10, y: 4, width: 64, height: 48 }).pipe(backgroundActivity({ within: "4ms" }), flip({ axis: "x" }));
    const part = await readEvents(at("part.raw"));
    assert.ok(part.length > 100);
    assert.deepEqual(rows(part), rows(wanted));
    assert.deepEqual(part.sensor, { width: 64, height: 48 });
    assert.match(stdout, new RegExp(`${part.length.toLocaleString("en")} of `));
  });

  it("replaces a file only when told to, and exits 2 with a sentence on bad usage", async () => {
    writeFileSync(at("there.dat"), "precious");
    const refused = await evtlab("convert", at("face.raw"), at("there.dat"));
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--force/);
    assert.equal((await evtlab("convert", at("face.raw"), at("there.dat"), "--force")).code, 0);
    assert.equal((await readEvents(at("there.dat"))).length, recording.length);
    const before = readdirSync(folder);
    for (const flags of [["--from", "1parsec"], ["--crop", "1,2"], ["--crop", "90,4,64,48"], ["--filter", "blur"], ["--filter", "reverse-time"], ["--sensor", "big"]]) {
      const { code, stderr } = await evtlab("convert", at("face.raw"), at("new.dat"), ...flags);
      assert.equal(code, 2, `${flags.join(" ")}: ${stderr}`);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
    const unknown = await evtlab("convert", at("face.raw"), at("new.xyz"));
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /^FormatError: .*\.dat/);
    assert.deepEqual(readdirSync(folder), before);
  });

  it("says how to shift times that a format cannot hold", async () => {
    const late = new EventTable({ ...recording, t: recording.t.map((t) => t + 5_000_000_000n) }, { ...recording, origin: 5_000_000_000n });
    await writeEvents(late, at("late.raw"));
    const refused = await evtlab("convert", at("late.raw"), at("late.dat"));
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /--shift/);
    assert.equal((await evtlab("convert", at("late.raw"), at("late.dat"), "--shift")).code, 0);
    assert.equal((await readEvents(at("late.dat"))).t[0], 0n);
  });

  it("leaves no partial file when it is interrupted", async () => {
    await writeEvents(movingEdges({ events: 3_000_000, seed: 1 }), at("long.raw"));
    const before = readdirSync(folder).sort();
    const converting = spawn(process.execPath, [main, "convert", at("long.raw"), at("long.dat"), "--filter", "space-jitter:sigma=1,seed=1"], { stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => converting.once("exit", resolve));
    while (converting.exitCode === null && !readdirSync(folder).some((name) => name.endsWith(".partial"))) await new Promise((resolve) => setTimeout(resolve, 20));
    converting.kill("SIGINT");
    assert.equal(await ended, 130);
    assert.deepEqual(readdirSync(folder).sort(), before);
  });

  it("measures the quality of a recording on request", async () => {
    const { code, stdout, stderr } = await evtlab("info", at("face.raw"), "--quality", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    const { events, quality } = JSON.parse(stdout) as { events: number; quality: Record<string, unknown> };
    assert.deepEqual(Object.keys(quality).sort(), ["events", "flicker", "intervals", "noise", "pixels", "rate", "times", "warnings"]);
    assert.equal(quality["events"], events);
    const text = await evtlab("info", at("face.raw"), "--quality");
    for (const name of ["rate", "times", "intervals", "pixels", "polarity", "noise"]) assert.match(text.stdout, new RegExp(`^${name} `, "m"));
  });

  it("lists formats, representations and filters with their sources", async () => {
    for (const what of ["formats", "representations", "filters"]) {
      const { code, stdout } = await evtlab("list", what, "--json");
      assert.equal(code, 0);
      const lines = JSON.parse(stdout) as { name: string; title: string; source: string }[];
      assert.ok(lines.length >= 4);
      for (const { name, title, source } of lines) assert.ok(name !== "" && title.length > 3 && source.length > 3, JSON.stringify({ name, title, source }));
      assert.equal((await evtlab("list", what)).stdout.trim().split("\n").length, lines.length);
    }
    assert.equal((await evtlab("list", "cameras")).code, 2);
  });
});
