import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataset, manifest, type DataFinding } from "../../src/data/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { colourJpeg, goldens, greyPng, put, putRecording, putSequence, rows } from "./folders.js";

const kinds = (findings: readonly DataFinding[]): string[] => findings.map(({ kind }) => kind);
const messages = (findings: readonly DataFinding[]): string => findings.map(({ kind, message }) => `${kind}: ${message}`).join("\n");

describe("evtlab data check", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "evtlab-check-"))));
  after(() => rm(folder, { recursive: true }));

  it("a whole copy of e-CK+ has no findings; each fault gets its sentence", async function () {
    if (!existsSync(`${goldens}/eckplus_sequences.csv`)) this.skip();
    const root = join(folder, "eck");
    const list = readFileSync(`${goldens}/eckplus_sequences.csv`, "utf8").trim().split("\n").slice(1).map((line) => line.split(","));
    for (const [split, number, , sequence] of list) await putSequence(root, split === "train" ? "Train_Set" : "Test_Set", number!, sequence!, 3);
    const whole = await checkDataset("eckplus", root);
    const shown = (whole as unknown as { [key: symbol]: () => Record<string, string> })[Symbol.for("Jupyter.display")]!();
    assert.match(shown["text/plain"]!, /clips of \d+ people\n[^]*The copy is whole\.$/);
    assert.match(shown["text/html"]!, /<table[^]*<td[^>]*>events<\/td><td[^>]*>\d+ files/);
    assert.equal(messages(whole.findings), "");
    assert.deepEqual([whole.ok, whole.made, whole.clips, whole.subjects, whole.files["frames"]], [true, false, 319, 118, 638]);

    await rename(join(root, "e-ck+/Train_Set/3/S005_001.npy"), join(root, "e-ck+/Test_Set/3/S005_001.npy"));
    await rm(join(root, "ck+_frames_process_30fps/bboxes/S133_003.txt"));
    await truncate(join(root, "e-ck+/Test_Set/2/S504_002.npy"), 100);
    await truncate(join(root, "e-ck+/Test_Set/2/S505_002.npy"), 0);
    await put(root, "notes.txt", "mine");
    await put(root, "e-ck+/Train_Set/3/.DS_Store", "x");
    const broken = await checkDataset("eckplus", root);
    const text = messages(broken.findings);
    assert.equal(broken.ok, false);
    assert.match(text, /different: Sequences that stand in another part .*e-ck\+\/Test_Set\/3\/S005_001\.npy/);
    assert.match(text, /missing: 1 of 45 clips of train that are disgust are missing/);
    assert.match(text, /extra: 13 clips of test that are disgust, 1 more/);
    assert.match(text, /missing: Clips without boxes .*Test_Set\/1\/S133_003/);
    assert.match(text, /unreadable: Empty files: e-ck\+\/Test_Set\/2\/S505_002\.npy/);
    assert.match(text, /unreadable: e-ck\+\/Test_Set\/2\/S504_002\.npy cannot be read/);
    assert.match(text, /extra: 1 file that the layout does not know: notes\.txt/);
  });

  it("a folder too high, too low, empty, not there, or of another data set is told with the way on", async () => {
    const root = join(folder, "some", "copy");
    await putSequence(root, "Train_Set", "1", "S010_001");
    const advice = async (where: string): Promise<string> => messages((await checkDataset("eckplus", where)).findings);
    assert.ok((await advice(join(folder, "some"))).includes(`Name that folder: ${root}.`));
    assert.ok((await advice(join(root, "e-ck+/Train_Set"))).includes(`Name the folder above: ${root}.`));
    assert.ok((await advice(join(root, "e-ck+"))).includes(`Name the folder above: ${root}.`));
    assert.match(messages((await checkDataset("nefer", root)).findings), /holds no recordings of NEFER \(event_raw.*shared folder/);
    for (const where of [join(folder, "nowhere"), join(root, "e-ck+/Train_Set/1/S010_001.npy")]) {
      await assert.rejects(checkDataset("eckplus", where), (error) => isEvtlabError(error, "SourceError") && error.message.includes("folder with a data set"));
    }
    await writeFile(join(root, "evtlab.json"), '{"dataset": "nefer"}');
    await assert.rejects(checkDataset("eckplus", root), (error) => isEvtlabError(error, "DataError") && /in that of nefer/.test(error.message));
    await writeFile(join(root, "evtlab.json"), '{"dataset": "eckplus", "subjects": 1e9}');
    await assert.rejects(checkDataset("eckplus", root), (error) => isEvtlabError(error, "DataError") && /numbers of subjects/.test(error.message));
    await writeFile(join(root, "evtlab.json"), "{");
    await assert.rejects(checkDataset("eckplus", root), (error) => isEvtlabError(error, "DataError"));
    await assert.rejects(checkDataset("eckplus", root, { depp: true } as object), (error) => isEvtlabError(error, "OptionError"));
  });

  it("a made data set is compared with what was asked for", async () => {
    const root = join(folder, "made");
    for (let k = 1; k <= 6; k++) await putSequence(root, "Test_Set", String(k), `S001_00${k}`);
    await put(root, "evtlab.json", JSON.stringify({ dataset: "eckplus", subjects: 1, takes: 1, width: 346, height: 260, seed: 1 }));
    const { made, findings } = await checkDataset("eckplus", root);
    assert.ok(made);
    assert.deepEqual(kinds(findings), ["missing"]);
    assert.match(findings[0]!.message, /not made yet: e-ck\+\/Test_Set\/7\/S001_007\.npy/);
    await putSequence(root, "Test_Set", "7", "S001_007");
    assert.ok((await checkDataset("eckplus", root)).ok);
  });

  it("NEFER: lists and recordings are held against each other", async () => {
    const root = join(folder, "nefer");
    const clip = "user01_2022-06-08_12-20-03_cd";
    await putRecording(root, `event_raw/user_01/${clip}.raw`);
    await put(root, "rgb_frames/user_01/GOPR0762/frame_00.jpg", colourJpeg(80));
    await put(root, "annotations/expected_emotions/train_event.csv", `user_01,${clip},../event_frame_NEW/user_01/${clip}/frame_00.jpg,Happiness\nuser_01,user01_2022-06-08_12-20-47_cd,x/frame_00.jpg,Fear\n`);
    await put(root, "annotations/expected_emotions/train_gopro.csv", "user_01,GOPR0762,rgb_frames/user_01/GOPR0762/frame_00.jpg,Happiness\n");
    await put(root, "annotations/reported_emotions/train_event_subjective.csv", `user_01,${clip},x/frame_00.jpg,Joy\n`);
    const text = messages((await checkDataset("nefer", root)).findings);
    assert.match(text, /missing: Lists of annotations are missing: annotations\/expected_emotions\/validation_event\.csv/);
    assert.match(text, /missing: Recordings that the lists name are missing: event_raw\/user_01\/user01_2022-06-08_12-20-47_cd\.raw/);
    assert.match(text, /unreadable: .*train_event_subjective\.csv: line 1 should hold .*Joy/);
    assert.match(text, /missing: 59 of 60 clips of train that are expected happiness/);
    assert.match(text, /missing: 28 of 29 people/);
  });

  it("FACEMORPHIC: headers, annotations and, when asked for, every event and picture are read", async () => {
    const root = join(folder, "face");
    const user = "00d38697d37c454c86599154f7de69da";
    await putRecording(root, `${user}/AU_12/event_1.raw`);
    await put(root, `${user}/AU_12/frames_1/frame_0_15:19:28.385380.jpg`, colourJpeg(80));
    await put(root, `${user}/AU_12/frames_1/frame_1_15:19:28.418780.jpg`, colourJpeg(80).slice(0, 200));
    await put(root, `${user}/AU_12/event_frames_1/annotation.json`, '{"start": 0,');
    await put(root, `${user}/AU_12/event_frames_1/frame_0.png`, greyPng(3));
    await put(root, `${user}/AU_1/event_1.raw`, "no header\n");
    await put(root, `${user}/AU_12/frames_1/landmarks_mediapipe.npz`, "x");
    await put(root, `${user}/AU_12/event_frames_1/event_50_cache_with_annot.npz`, "x");
    await put(root, "sentences.json", "{}");
    const quick = await checkDataset("facemorphic", root);
    const text = messages(quick.findings);
    assert.match(text, /unreadable: .*annotation\.json cannot be read/);
    assert.match(text, /unreadable: .*AU_1\/event_1\.raw cannot be read/);
    assert.match(text, /missing: Clips without frames .*AU_1/);
    assert.ok(!/frame_1_15/.test(text) && !text.includes("extra"));
    assert.ok(quick.files["frames"] === 2 && quick.without.includes("temporal binary pictures"));
    assert.match(messages((await checkDataset("facemorphic", root, { deep: true })).findings), /frame_1_15:19:28\.418780\.jpg cannot be read/);
  });

  it("folders may be links, and a link in a circle is no trouble", async () => {
    const [root, elsewhere] = [join(folder, "linked"), join(folder, "elsewhere")];
    await putSequence(elsewhere, "Train_Set", "1", "S010_001");
    await put(root, "readme", "");
    await symlink(join(elsewhere, "e-ck+"), join(root, "e-ck+"));
    await symlink(root, join(root, "again"));
    assert.equal((await checkDataset("eckplus", root)).clips, 1);
  });

  it("an abort ends it", async () => {
    const root = join(folder, "some", "copy");
    await cp(join(folder, "made", "e-ck+"), join(root, "e-ck+"), { recursive: true, force: true });
    await rm(join(root, "evtlab.json"), { force: true });
    await assert.rejects(checkDataset("eckplus", root, { signal: AbortSignal.abort(new Error("enough")) }), /enough/);
    assert.ok(rows(1).length > 0 && manifest("eckplus").counts.clips === 319);
  });
});
