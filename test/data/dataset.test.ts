import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { dataset, type Clip, type Split } from "../../src/data/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { build, eventCount } from "../../src/represent/index.js";
import { colourJpeg, goldens, greyPng, put, putRecording, putSequence } from "./folders.js";

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const ids = (clips: Iterable<Clip>): string[] => [...clips].map(({ id }) => id);

describe("reading data sets", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "evtlab-read-"))));
  after(() => rm(folder, { recursive: true }));

  describe("e-CK+", () => {
    let root: string;
    before(async () => {
      root = join(folder, "eck");
      for (let subject = 1; subject <= 6; subject++) {
        for (const number of [1, 5]) await putSequence(root, subject <= 4 ? "Train_Set" : "Test_Set", String(number), `S00${subject}_00${number}`, 10 * subject);
      }
    });

    it("a clip has label, subject, events in microseconds, pictures with times, and the box of the face", async () => {
      const faces = await dataset("eckplus", { root });
      assert.equal(String(faces), "e-CK+: 12 clips of 6 people (anger 6, happiness 6)");
      assert.deepEqual(faces.classes, ["anger", "happiness"]);
      const [clip] = faces.clips({ labels: ["happiness"], subjects: ["S003"] });
      assert.deepEqual([clip!.id, clip!.subject, clip!.label, clip!.classIndex, clip!.part], ["Train_Set/5/S003_005", "S003", "happiness", 4, "Train_Set"]);
      const { t, x, y, p, sensor } = await clip!.events();
      assert.deepEqual([Array.from(t.slice(0, 3)), Array.from(x.slice(0, 3)), y[0], Array.from(p.slice(0, 3)), t.length], [[0n, 1000n, 2000n], [0, 1, 2], 2, [1, 0, 1], 30]);
      assert.deepEqual(sensor, { width: 346, height: 260 });
      assert.deepEqual(Array.from((await clip!.events({ from: "5ms", to: "7ms" })).t), [5000n, 6000n]);
      assert.deepEqual((await collect(clip!.stream({ batch: { events: 20 } }))).map(({ length }) => length), [20, 10]);
      const frames = await collect(clip!.frames());
      assert.deepEqual(frames.map(({ t, data }) => [t, data[0]]), [[0n, 10], [33_333n, 20]]);
      assert.deepEqual((await collect(clip!.frames({ from: 1 }))).length, 1);
      const box = (await clip!.faceBox())!;
      assert.deepEqual([box.x, box.y, box.width, box.height].map(Math.round), [87, 26, 173, 156]);
    });

    it("the numbers of pictures are their times, gaps and all", async () => {
      const other = join(folder, "gaps");
      await putSequence(other, "Train_Set", "1", "S010_001");
      await put(other, "ck+_frames_30fps/Train_Set/1/S010_001/frame_0010.png", greyPng(3));
      const clip = (await dataset("eckplus", { root: other })).at(0);
      assert.deepEqual(await clip.pictureTimes(), [0n, 33_333n, 333_333n]);
    });

    it("a file that is damaged is an error with its name, or passed over when asked for", async () => {
      const other = join(folder, "damaged");
      for (const sequence of ["S001_001", "S002_001", "S003_001"]) await putSequence(other, "Train_Set", "1", sequence);
      const bad = join(other, "e-ck+/Train_Set/1/S002_001.npy");
      await truncate(bad, 90);
      const faces = await dataset("eckplus", { root: other });
      const read = async (clip: Clip): Promise<number> => (await clip.events()).length;
      await assert.rejects(collect(faces.map(read)), (error) => isEvtlabError(error, "DataError") && error.file === bad && error.message.includes("onError"));
      const skipped: string[] = [];
      const values = await collect(faces.map(read, { onError: "skip", onSkip: ({ clip }) => skipped.push(clip.subject) }));
      assert.deepEqual([values.map(({ clip, value }) => [clip.subject, value]), skipped], [[["S001", 40], ["S003", 40]], ["S002"]]);
      await assert.rejects(collect(faces.map(() => Promise.reject(new Error("mine")), { onError: "skip" })), /mine/);
      await rm(join(other, "ck+_frames_30fps"), { recursive: true });
      const without = (await dataset("eckplus", { root: other })).at(0);
      await assert.rejects(collect(without.frames()), (error) => isEvtlabError(error, "DataError"));
      await writeFile(join(other, "ck+_frames_process_30fps/bboxes/S001_001.txt"), "none");
      await assert.rejects(without.faceBox(), (error) => isEvtlabError(error, "DataError"));
    });

    it("goes a few clips ahead and no further, in order", async () => {
      const faces = await dataset("eckplus", { root });
      let [running, most, begun] = [0, 0, 0];
      const order: string[] = [];
      for await (const { clip } of faces.map(async () => {
        most = Math.max(most, ++running);
        begun++;
        await new Promise((resolve) => setTimeout(resolve, (begun * 7) % 5));
        running--;
      }, { ahead: 3 })) {
        order.push(clip.id);
        assert.ok(begun <= order.length + 3);
      }
      assert.deepEqual(order, ids(faces));
      assert.ok(most > 1 && most <= 4);
      await assert.rejects(collect(faces.map((clip) => Promise.resolve(clip.id), { signal: AbortSignal.abort(new Error("enough")) })), /enough/);
    });

    it("a representation comes from the cache when the clip is read again", async () => {
      const clip = (await dataset("eckplus", { root })).at(0);
      const cache = join(folder, "cache");
      const first = await build(await clip.events(), eventCount(), { cache });
      assert.ok(existsSync(cache));
      assert.deepEqual((await build(await clip.events(), eventCount(), { cache })).data, first.data);
    });

    it("names what is wrong with what it was given", async () => {
      const fails = (options: object, words: RegExp): Promise<void> => assert.rejects(dataset("eckplus", options as { root: string }), (error) => isEvtlabError(error) && words.test(error.message));
      await fails({}, /synthetic people made/);
      await fails({ root, labels: "felt" }, /one of expression/);
      await fails({ root, rot: 1 }, /"rot"/);
      await fails({ root: join(folder, "cache") }, /evtlab data check eckplus/);
      await fails({ root: join(folder, "nowhere") }, /folder with a data set/);
      const faces = await dataset("eckplus", { root });
      assert.throws(() => faces.clips({ labels: ["joy"] }), (error) => isEvtlabError(error, "OptionError") && /anger, happiness/.test(error.message));
      assert.throws(() => faces.at(99), (error) => isEvtlabError(error, "OptionError"));
    });
  });

  it("NEFER: both sets of labels, pictures by the order of the lists, times over the recording", async () => {
    const root = join(folder, "nefer");
    const clips = [["user_01", "user01_2022-06-08_12-20-03_cd", "GOPR0801", "Happiness", "None"], ["user_01", "user01_2022-06-08_12-20-47_cd", "GOPR0702", "Fear", "Fear"], ["user_03", "user03_2022-06-08_12-20-47_cd", "GOPR0901", "Fear", "Anger"]] as const;
    for (const part of ["train", "validation"]) {
      const own = clips.filter(([user]) => (user === "user_03") === (part === "validation"));
      for (const [set, ending, place] of [["expected", "", 3], ["reported", "_subjective", 4]] as const) {
        for (const [camera, name] of [["event", 1], ["gopro", 2]] as const) {
          await put(root, `annotations/${set}_emotions/${part}_${camera}${ending}.csv`, own.flatMap((clip) => [0, 1].map((k) => `${clip[0]},${clip[name]},x/frame_0${k}.jpg,${clip[place]}\n`)).join(""));
        }
      }
    }
    for (const [user, recording, video] of clips) {
      await putRecording(root, `event_raw/${user}/${recording}.raw`, 41, 5000);
      for (const k of [0, 1]) await put(root, `rgb_frames/${user}/${video}/frame_0${k}.jpg`, colourJpeg(50 * k));
    }
    await putRecording(root, "event_raw/user_18/user18_2022-06-08_12-20-47_cd.raw");
    const expected = await dataset("nefer", { root });
    const reported = await dataset("nefer", { root, labels: "reported" });
    assert.deepEqual([...expected.clips()].map(({ label }) => label), ["happiness", "fear", "fear"]);
    assert.deepEqual([...reported.clips()].map(({ label }) => label), ["none", "fear", "anger"]);
    assert.equal(expected.clips({ unlabelled: true }).length, 4);
    const [first] = expected.clips();
    assert.ok(first!.files.frames!.endsWith("GOPR0801"), "paired by the order of the lists, not by names");
    assert.deepEqual(await first!.span(), { first: 5000n, last: 45_000n });
    assert.deepEqual(await first!.pictureTimes(), [5000n, 25_000n]);
    assert.deepEqual((await collect(first!.frames())).map(({ width, channels }) => [width, channels]), [[8, 3], [8, 3]]);
    assert.equal(await first!.faceBox(), undefined);
    const { train, test, validation } = expected.split("paper", { seed: 1 });
    assert.deepEqual([train.subjects, test.subjects, validation], [["user_01"], ["user_03"], undefined]);
  });

  it("FACEMORPHIC: order, users of the paper's split, times of day, segments", async () => {
    const root = join(folder, "face");
    const users = ["0", "1", "2", "3", "4"].map((digit) => digit.repeat(32));
    for (const user of users) {
      for (const at of ["AU_12/event_1", "AU_12/event_2", "AU_4/event_1", "AU_FREE/event_1"]) await putRecording(root, `${user}/${at}.raw`);
      await put(root, `${user}/AU_12/event_frames_1/annotation.json`, '{"start": 1, "end": 3}');
      await put(root, `${user}/AU_12/event_frames_2/annotation.json`, '{"start": 99999999, "end": -1}');
      for (const [i, clock] of ["15:19:28.385380", "15:19:28.418780", "15:19:28.451880"].entries()) await put(root, `${user}/AU_12/frames_1/frame_${i + 9}_${clock}.jpg`, colourJpeg(i));
    }
    const faces = await dataset("facemorphic", { root });
    assert.deepEqual(ids(faces.clips({ subjects: [users[4]!] })), ["AU_4/1", "AU_12/1", "AU_12/2"].map((at) => `${users[4]!}/${at}`));
    assert.equal(faces.at(0).subject, users[4]);
    const { train, test } = faces.split("paper", { seed: 1 });
    assert.deepEqual([train.subjects, test.subjects], [users.slice(1), [users[0]]]);
    const [one, two] = faces.clips({ labels: ["AU_12"] });
    assert.deepEqual([await one!.segment(), await two!.segment(), await faces.at(0).segment()], [{ start: 1, end: 3 }, undefined, undefined]);
    assert.deepEqual(await one!.pictureTimes(), [33_250n, 66_650n, 99_750n]);
    assert.deepEqual(await one!.sensor(), { width: 1280, height: 720 });
  });

  describe("splits", () => {
    it("e-CK+ as its authors cut it leaks, is refused, and says by how much when allowed", async function () {
      if (!existsSync(`${goldens}/eckplus_sequences.csv`)) this.skip();
      const root = join(folder, "whole");
      for (const [split, number, , sequence] of readFileSync(`${goldens}/eckplus_sequences.csv`, "utf8").trim().split("\n").slice(1).map((line) => line.split(","))) {
        await put(root, `e-ck+/${split === "train" ? "Train_Set" : "Test_Set"}/${number}/${sequence}.npy`, "");
      }
      const faces = await dataset("eckplus", { root });
      assert.throws(() => faces.split("paper", { seed: 1 }), (error) => isEvtlabError(error, "DataError") && /19 people.*subject-disjoint/.test(error.message));
      const { train, test, leakage } = faces.split("paper", { seed: 1, leakage: "allow" });
      assert.deepEqual([train.length, test.length, leakage.subjects.length], [256, 63, 19]);
      const tested = new Set<string>();
      for (let fold = 0; fold < 5; fold++) {
        const split: Split = faces.split("subject-disjoint", { seed: 3, fold });
        assert.deepEqual(split.leakage.subjects, []);
        assert.equal(split.train.length + split.validation!.length + split.test.length, 319);
        for (const id of ids(split.test)) assert.ok(!tested.has(id) && tested.add(id));
        for (const [label, count] of Object.entries(split.test.counts)) assert.ok(Math.abs(count - faces.counts[label]! / 5) <= 2.5, `${label}: ${count} of ${faces.counts[label]}`);
      }
      assert.equal(tested.size, 319);
      const test3 = ids(faces.split("subject-disjoint", { seed: 3 }).test);
      assert.deepEqual(ids(faces.split("subject-disjoint", { seed: 3 }).test), test3);
      assert.notDeepEqual(ids(faces.split("subject-disjoint", { seed: 4 }).test), test3);
    });

    it("folds share nobody, whatever the number of folds and the seed; impossible ones are refused", async () => {
      const faces = await dataset("eckplus", { root: join(folder, "eck") });
      fc.assert(
        fc.property(fc.integer(), fc.integer({ min: 3, max: 6 }), (seed, folds) => {
          const seen: string[] = [];
          for (let fold = 0; fold < folds; fold++) {
            const { train, validation, test } = faces.split("subject-disjoint", { seed, folds, fold });
            assert.equal(new Set([...train.subjects, ...validation!.subjects, ...test.subjects]).size, train.subjects.length + validation!.subjects.length + test.subjects.length);
            seen.push(...test.subjects);
          }
          assert.deepEqual(seen.sort(), faces.subjects);
        }),
        { seed: 5, numRuns: 30 },
      );
      for (const options of [{ seed: 1, folds: 7 }, { seed: 1, folds: 2 }, { seed: 1, fold: 5 }, { seed: 1.5 }, { seed: 1, leak: true }]) assert.throws(() => faces.split("subject-disjoint", options), (error) => isEvtlabError(error, "OptionError"), JSON.stringify(options));
    });
  });
});
