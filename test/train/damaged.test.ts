/** Folders that are not whole, while something learns from them: a sentence with the file and the way on, and nothing lost. */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, rename, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { dataset, type ClipSet, type Dataset } from "../../src/data/index.js";
import { core, selectEngine } from "../../src/engine/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { adversarialReconstruction, transfer, type ReconstructionOptions } from "../../src/train/index.js";
import { removeFaces, smallFaces } from "./faces.js";

describe("learning from a damaged copy", function () {
  this.timeout(60_000);
  let root = "";
  let faces: Dataset;
  let clips: ClipSet;
  const learn = (more: Partial<ReconstructionOptions> = {}) => adversarialReconstruction(clips, { channels: [4, 8, 8], inputs: { size: 16 }, adversarial: false, steps: 2, seed: 1, show: false, ...more });
  before(async () => {
    await selectEngine("wasm");
    const { folder, faces: whole } = await smallFaces();
    root = join(folder, "damaged");
    await cp(whole.root, root, { recursive: true });
  });
  beforeEach(async () => {
    faces = await dataset("eckplus", { root });
    clips = faces.clips({ subjects: faces.subjects.slice(0, 1) });
  });
  after(() => removeFaces());

  /** With one clip as it should not be, and then as it was. */
  async function broken(file: string, damage: (file: string) => Promise<void>, test: () => Promise<void>): Promise<void> {
    await cp(file, `${root}-kept`, { recursive: true });
    try {
      await damage(file);
      await test();
    } finally {
      await rm(file, { recursive: true, force: true });
      await rename(`${root}-kept`, file);
    }
  }

  const says = (text: RegExp, file: string) => (error: unknown) => {
    assert.ok(isEvtlabError(error, "DataError"), String(error));
    assert.ok(error.message.includes(file), error.message);
    assert.match(error.message, text);
    return true;
  };
  const wayOn = /Copy (it|them) again/;
  /** Passes over the clip, and learns from the others. */
  async function skips(id: string): Promise<void> {
    const skipped: string[] = [];
    const made = await learn({ reading: { onError: "skip", onSkip: ({ clip }) => skipped.push(clip.id) } });
    assert.deepEqual([made.history.steps, skipped], [2, [id]]);
    made.dispose();
  }

  it("names a picture that cannot be read, or passes over its clip", async () => {
    const clip = clips.at(2);
    const [, picture] = (await readdir(clip.files.frames!)).sort();
    await broken(join(clip.files.frames!, picture!), (file) => truncate(file, 60), async () => {
      await assert.rejects(learn(), says(wayOn, picture!));
      await skips(clip.id);
    });
  });

  it("names a recording that was cut off, or passes over its clip", async () => {
    const clip = clips.at(1);
    await broken(clip.files.events, (file) => truncate(file, 200), async () => {
      await assert.rejects(learn(), says(wayOn, clip.files.events));
      await skips(clip.id);
    });
  });

  it("names a recording that is no longer there", async () => {
    const clip = clips.at(1);
    await broken(clip.files.events, (file) => rm(file), () => assert.rejects(learn(), says(wayOn, clip.files.events)));
  });

  it("names a folder whose pictures are missing; without pictures there is still something to classify", async () => {
    const clip = clips.at(3);
    const folder = clip.files.frames!;
    await broken(folder, async () => {
      await rm(folder, { recursive: true });
      await mkdir(folder);
    }, async () => {
      await assert.rejects(learn(), says(wayOn, clip.id));
      await skips(clip.id);
      const split = faces.split("subject-disjoint", { seed: 1, folds: 3 });
      await transfer(undefined, { mode: "linear", channels: [4, 8, 8], inputs: { size: 16 }, recurrent: false, steps: 1 }).fit({ split, classes: faces.classes, seed: 1 });
    });
  });

  it("loses no checkpoint when a copy goes bad between two runs, and goes on when it is good again", async () => {
    const checkpoints = join(root, "..", "kept-while-damaged");
    const expected = await learn({ steps: 4 });
    (await learn({ steps: 2, checkpoints })).dispose();
    const files = (await readdir(checkpoints)).filter((name) => name.endsWith(".safetensors")).sort();
    const clip = clips.at(1);
    await broken(clip.files.events, (file) => truncate(file, 200), async () => {
      clips = (await dataset("eckplus", { root })).clips({ subjects: faces.subjects.slice(0, 1) });
      await assert.rejects(learn({ steps: 4, checkpoints }), says(wayOn, clip.files.events));
    });
    assert.deepEqual((await readdir(checkpoints)).filter((name) => name.endsWith(".safetensors")).sort(), files);
    clips = (await dataset("eckplus", { root })).clips({ subjects: faces.subjects.slice(0, 1) });
    const tensors = core().memory().numTensors;
    const resumed = await learn({ steps: 4, checkpoints });
    assert.deepEqual(resumed.encoder.parameters, expected.encoder.parameters);
    resumed.dispose();
    assert.equal(core().memory().numTensors, tensors);
    expected.dispose();
  });
});
