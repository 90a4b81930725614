import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evtlab, main } from "./evtlab.js";
import { goldens, recordings, type GoldenRecording } from "../golden/recordings.js";

describe("the evtlab command", function () {
  this.timeout(60000);
  let folder: string;
  before(async () => {
    assert.ok(existsSync(main), "build first: npm run build");
    folder = await mkdtemp(join(tmpdir(), "evtlab-cli-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("prints its version, and its verbs", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
    assert.equal((await evtlab("--version")).stdout.trim(), manifest.version);
    const help = await evtlab("--help");
    assert.equal(help.code, 0);
    for (const verb of ["info", "play", "convert", "list", "run", "lab", "install", "doctor", "engine", "bench"]) assert.match(help.stdout, new RegExp(`^  ${verb}\\b`, "m"));
  });

  it("shows an example in the help of each verb", async () => {
    const verbs = ["info", "play", "convert", "list", "run", "lab", "install", "doctor", "engine list", "engine install", "bench decode", "bench represent"];
    for (const { stdout } of await Promise.all(verbs.map((verb) => evtlab(...verb.split(" "), "--help")))) {
      assert.match(stdout, /Examples?:\n {2}evtlab /);
    }
  });

  it("exits 2 on bad usage and 1 on what fails, with a sentence and no stack", async () => {
    assert.equal((await evtlab("inform")).code, 2);
    assert.equal((await evtlab("info")).code, 2);
    assert.equal((await evtlab("bench", "decode", "x.raw", "--repeat", "0")).code, 2);
    const absent = await evtlab("info", join(folder, "absent.raw"));
    assert.equal(absent.code, 1);
    assert.match(absent.stderr, /^SourceError: .*absent\.raw/);
    assert.doesNotMatch(absent.stderr, /\n {4}at /);
    writeFileSync(join(folder, "noise.raw"), "nothing that a camera wrote");
    const noise = await evtlab("info", join(folder, "noise.raw"));
    assert.equal(noise.code, 1);
    assert.match(noise.stderr, /^FormatError: .* with --input-format if you know it\./);
    writeFileSync(join(folder, "whole.csv"), "time,x,y,polarity\n10,3,4,1\n20,3,5,0\n");
    assert.match((await evtlab("info", join(folder, "whole.csv"))).stderr, /Say which with --time-unit us/);
    const nothing = await evtlab("convert", join(folder, "whole.csv"), join(folder, "none.dat"), "--time-unit", "us", "--from", "1s");
    assert.equal(nothing.code, 0);
    assert.match(nothing.stderr, /none\.dat holds no events: evtlab info .*whole\.csv/);
  });

  it("describes the recordings as independent readers do, and measures them", async function () {
    if (goldens === undefined) {
      console.log("      skipped: no recordings in ../shared");
      this.skip();
    }
    for (const name of ["evt3_expelliarmus.raw", "ncars_sample.dat", "tonic_sample.aedat4"]) {
      const { stdout, stderr } = await evtlab("info", join(recordings, name), "--json", "--digest");
      assert.equal(stderr, "");
      const golden: GoldenRecording = goldens[name]!;
      const { format, width, height, ...told } = JSON.parse(stdout) as Record<string, unknown>;
      assert.ok(typeof format === "string" && Number(width) > 0 && Number(height) > 0);
      const { t_i64: t, x_u16: x, y_u16: y, p_u8: p } = golden.sha256;
      assert.deepEqual(told, { events: golden.events, on: golden.p1, tFirst: golden.t_min, tLast: golden.t_max, triggers: golden.triggers, digest: { t, x, y, p } });
    }
    const { stdout } = await evtlab("bench", "decode", join(recordings, "ncars_sample.dat"), "--json", "--repeat", "1");
    const line = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(line), ["bench", "file", "format", "events", "threads", "device", "medianMs", "minMs", "eventsPerSecond", "peakRssBytes"]);
    const represented = await evtlab("bench", "represent", join(recordings, "ncars_sample.dat"), "--as", "count", "voxel:bins=5", "--repeat", "1", "--json");
    assert.equal(represented.stdout.trim().split("\n").length, 2);
  });

  it("examines the machine", async () => {
    const { stdout, code } = await evtlab("doctor", "--json");
    assert.equal(code, 0);
    const findings = JSON.parse(stdout) as Record<string, { name: string; found: boolean; detail: string; add?: string }[]>;
    assert.deepEqual(Object.keys(findings), ["machine", "engines", "devices", "programs", "packages"]);
    assert.ok(findings["engines"]!.some(({ name, found }) => name === "wasm" && found));
    for (const { found, detail, add } of findings["programs"]!) assert.ok(detail !== "" && (found || add !== undefined));
  });
});
