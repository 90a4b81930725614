import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readEvents } from "../../../src/codecs/index.js";
import { fillDifficulty } from "../../../src/data/make/difficulty.js";
import { eckplus } from "../../../src/data/make/eckplus.js";
import { facemorphic } from "../../../src/data/make/facemorphic.js";
import type { Layout, MakePlan } from "../../../src/data/make/layout.js";
import { nefer } from "../../../src/data/make/nefer.js";
import { makeDataset, type MakeOptions } from "../../../src/data/index.js";
import { isEvtlabError } from "../../../src/errors.js";
import { facemorphicUnits } from "../../../src/simulate/index.js";

const tiny = { subjects: 1, width: 48, height: 36, seed: 5, workers: 0, difficulty: { length: [0.2, 0.25], onset: [0, 0.02], rise: [0.1, 0.12] } } as const satisfies MakeOptions;
const plan = (dataset: MakePlan["dataset"], more: Partial<MakePlan> = {}): MakePlan => ({ dataset, subjects: 20, takes: 1, width: 48, height: 36, seed: 5, difficulty: fillDifficulty("test", tiny.difficulty), ...more });
const files = (folder: string): string[] => (readdirSync(folder, { recursive: true }) as string[]).filter((name) => statSync(join(folder, name)).isFile()).sort();
const digest = (folder: string): string => {
  const hash = createHash("sha256");
  for (const name of files(folder)) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
};

describe("data/make", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "evtlab-make-"))));
  after(() => rm(folder, { recursive: true }));

  it("e-CK+: rows of x, y, seconds and signs that the reader takes, frames from 0, a box and truth for each", async () => {
    const at = join(folder, "eck");
    const { clips, kept } = await makeDataset("eckplus", at, tiny);
    assert.deepEqual([clips, kept], [7, 0]);
    const [first] = files(at).filter((name) => name.endsWith(".npy")) as [string];
    assert.match(first, /^e-ck\+\/Test_Set\/1\/S001_001\.npy$/);
    const bytes = readFileSync(join(at, first));
    const header = bytes.subarray(10, 128).toString();
    const rows = Number(/'shape': \((\d+), 4\)/.exec(header)![1]);
    assert.equal(bytes.length, 128 + rows * 32);
    const values = new Float64Array(new Uint8Array(bytes.subarray(128)).buffer);
    assert.ok(rows > 100);
    for (let i = 0; i < rows; i++) {
      assert.ok(values[4 * i]! < 48 && values[4 * i + 1]! < 36 && Math.abs(values[4 * i + 3]!) === 1);
      assert.ok(values[4 * i + 2]! >= (i === 0 ? 0 : values[4 * i - 2]!) && values[4 * i + 2]! <= 0.26);
    }
    const frames = readdirSync(join(at, "ck+_frames_30fps/Test_Set/1/S001_001")).sort();
    assert.ok(frames.length >= 6 && frames[0] === "frame_0000.png");
    const box = readFileSync(join(at, "ck+_frames_process_30fps/bboxes/S001_001.txt"), "utf8").trim().split(" ").map(Number);
    assert.ok(box.length === 4 && box.every((part) => part >= 0 && part <= 1.1));
    const truth = JSON.parse(readFileSync(join(at, "truth/Test_Set/1/S001_001.json"), "utf8")) as { frames: { landmarks: number[] }[]; expression: string };
    assert.equal(truth.expression, "anger");
    assert.ok(truth.frames.length === frames.length && truth.frames.every(({ landmarks }) => landmarks.length === 136));
  });

  it("goes on where it was stopped, with the same bytes, and keeps what is whole", async () => {
    const at = join(folder, "eck");
    const before = digest(at);
    const [lost] = files(at).filter((name) => name.endsWith(".npy")) as [string];
    rmSync(join(at, lost));
    writeFileSync(join(at, `${lost}.1.part`), "half");
    rmSync(join(at, `${lost}.1.part`));
    const { clips, kept } = await makeDataset("eckplus", at, tiny);
    assert.deepEqual([clips, kept], [7, 6]);
    assert.equal(digest(at), before);
    await assert.rejects(makeDataset("eckplus", at, { ...tiny, seed: 6 }), (error) => isEvtlabError(error, "OptionError") && /other options|others/.test(error.message));
  });

  it("an abort leaves whole clips only", async () => {
    const at = join(folder, "stopped");
    const stop = new AbortController();
    await assert.rejects(makeDataset("eckplus", at, { ...tiny, signal: stop.signal, onProgress: ({ done }) => done === 2 && stop.abort(new Error("stop")) }), /stop/);
    assert.equal(files(at).filter((name) => name.endsWith(".npy")).length, 2);
    assert.ok(!files(at).some((name) => name.endsWith(".part")));
  });

  it("e-CK+: seven classes, parts without a subject in common, the last fifth tests", () => {
    const tasks = eckplus.tasks(plan("eckplus"));
    assert.equal(tasks.length, 140);
    const of = (part: string): Set<number> => new Set(tasks.filter(({ whole }) => whole.includes(part)).map(({ subject }) => subject));
    assert.deepEqual([of("Train_Set").size, of("Test_Set").size], [16, 4]);
    assert.equal(new Set(tasks.map(({ whole }) => whole)).size, 140);
  });

  async function one(layout: Layout, made: MakePlan, pick: (shows: string) => boolean): Promise<string> {
    const at = join(folder, made.dataset);
    await layout.write(at, layout.tasks(made).find(({ shows }) => pick(shows))!, made);
    return at;
  }

  it("FACEMORPHIC: a recording, pictures with the time of day, and the movement's pictures", async () => {
    const made = plan("facemorphic", { subjects: 2, takes: 2 });
    const tasks = facemorphic.tasks(made);
    assert.equal(tasks.length, 2 * 2 * 24);
    assert.ok(tasks.every(({ whole }) => /^[0-9a-f]{32}\/AU_\d+\/event_[12]\.raw$/.test(whole)));
    assert.deepEqual(new Set(tasks.map(({ shows }) => Number(shows))), new Set(facemorphicUnits));
    const at = await one(facemorphic, made, (shows) => shows === "12");
    const clip = join(at, tasks.find(({ shows }) => shows === "12")!.place["at"]!);
    const events = await readEvents(join(clip, "event_1.raw"));
    assert.ok(events.length > 100 && events.sensor.width === 48);
    const names = readdirSync(join(clip, "frames_1"));
    assert.ok(names.length > 20 && names.every((name) => /^frame_\d+_\d\d:\d\d:\d\d\.\d{6}\.jpg$/.test(name)));
    const { start, end } = JSON.parse(readFileSync(join(clip, "event_frames_1/annotation.json"), "utf8")) as { start: number; end: number };
    const truth = JSON.parse(readFileSync(join(clip, "truth_1.json"), "utf8")) as { frames: { actionUnits: Record<string, number> }[] };
    const shown = truth.frames.map(({ actionUnits }) => (actionUnits["AU12"] ?? 0) > 0.25);
    assert.ok(shown.indexOf(true) >= start && shown.lastIndexOf(true) < end && end <= names.length, `${start}, ${end}`);
  });

  it("NEFER: 21 videos a person, lists with 51 pictures each, expected beside reported", async () => {
    const made = plan("nefer", { subjects: 4 });
    const tasks = nefer.tasks(made);
    assert.equal(tasks.length, 84);
    assert.ok(tasks.some(({ shows, place }) => shows !== place["expected"]) && tasks.filter(({ shows, place }) => shows === place["expected"]).length > 42);
    const at = await one(nefer, made, (shows) => shows === "surprise");
    const { place, whole } = tasks.find(({ shows }) => shows === "surprise")!;
    assert.ok(existsSync(join(at, whole)));
    assert.equal(readdirSync(join(at, "rgb_frames", place["user"]!, place["gopro"]!)).length, 51);
    await nefer.finish!(at, made);
    const lines = readFileSync(join(at, "annotations/reported_emotions/train_event_subjective.csv"), "utf8").trim().split("\n");
    assert.equal(lines.length, 3 * 21 * 51);
    assert.match(lines[0]!, /^user_01,user01_2022-06-08_12-00-00_cd,\.\.\/event_frame_NEW\/user_01\/user01_2022-06-08_12-00-00_cd\/frame_00\.jpg,[A-Z][a-z]+$/);
    assert.equal(new Set(readFileSync(join(at, "annotations/expected_emotions/validation_gopro.csv"), "utf8").trim().split("\n").map((line) => line.split(",")[0])).size, 1);
  });

  it("NEFER: of two people one validates", async () => {
    const at = join(folder, "two");
    await nefer.finish!(at, plan("nefer", { subjects: 2 }));
    const people = (part: string): Set<string> => new Set(readFileSync(join(at, `annotations/expected_emotions/${part}_event.csv`), "utf8").trim().split("\n").map((line) => line.split(",")[0]!));
    assert.deepEqual([[...people("train")], [...people("validation")]], [["user_01"], ["user_02"]]);
  });

  it("a disk that refuses is a SourceError from a thread too, and the same call goes on", async function () {
    if (!existsSync("dist/src/data/index.js")) return this.skip();
    // Threads run compiled code.
    const { makeDataset: make } = (await import(pathToFileURL("dist/src/data/index.js").href)) as { makeDataset: typeof makeDataset };
    const at = join(folder, "refused");
    mkdirSync(at);
    writeFileSync(join(at, "truth"), "a file where a folder should be");
    await assert.rejects(make("eckplus", at, { ...tiny, workers: 2 }), (error) => isEvtlabError(error, "SourceError") && /refused\/truth.*Free some space or name another folder/.test(error.message));
    rmSync(join(at, "truth"));
    const { clips } = await make("eckplus", at, { ...tiny, workers: 2 });
    assert.equal(clips, 7);
    assert.ok(!files(at).some((name) => name.endsWith(".part")));
  });

  it("refuses what it does not know", async () => {
    const refuses = (options: object, text: RegExp, dataset = "eckplus"): Promise<void> => assert.rejects(makeDataset(dataset as "eckplus", join(folder, "no"), { seed: 1, ...options } as MakeOptions), (error) => isEvtlabError(error, "OptionError") && text.test(error.message));
    await refuses({ subject: 3 }, /subjects/);
    await refuses({ subjects: 0 }, /from 1/);
    await refuses({ difficulty: "cruel" }, /easy, default, hard/);
    await refuses({ difficulty: { nuisances: { blink: 1 } } }, /blinks/);
    await refuses({ difficulty: { rise: [2, 1] } }, /from ≤ to/);
    await refuses({ seed: 0.5 }, /whole number/);
    await refuses({}, /eckplus/, "ckplus");
    assert.ok(!existsSync(join(folder, "no")));
  });
});
