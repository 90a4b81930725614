import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { datasetNames, manifest } from "../../src/data/index.js";
import { compilePattern } from "../../src/data/inventory.js";
import { isEvtlabError } from "../../src/errors.js";
import { goldens } from "./folders.js";

const count = <Item>(items: readonly Item[], of: (item: Item) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const item of items) counts[of(item)] = (counts[of(item)] ?? 0) + 1;
  return counts;
};
const lines = (name: string): string[][] => readFileSync(`${goldens}/${name}`, "utf8").trim().split("\n").slice(1).map((line) => line.split(","));

describe("data manifests", () => {
  it("follow their schema, and name fields and kinds that exist", () => {
    const ajv = new Ajv({ allErrors: true, formats: { uri: /^https?:\/\//, regex: (text: string) => new RegExp(text) instanceof RegExp } });
    const validate = ajv.compile(JSON.parse(readFileSync("data-manifests/schema.json", "utf8")) as object);
    for (const name of datasetNames) {
      const one = manifest(name);
      assert.ok(validate(one), `${name}: ${ajv.errorsText(validate.errors)}`);
      assert.equal(one.name, name);
      const { layout, labels, counts } = one;
      for (const file of layout.files) {
        for (const [, field] of file.pattern.matchAll(/\{(\w+)\}/g)) assert.ok(Object.hasOwn(layout.fields, field!), `${name}: ${field}`);
        compilePattern(file, layout.fields);
      }
      assert.equal(layout.files.filter(({ kind, required }) => kind === "events" && required).length, 1);
      assert.equal(new Set(labels.classes.map(({ name }) => name)).size, labels.classes.length);
      for (const sets of Object.values(counts.parts ?? {})) for (const [set, classes] of Object.entries(sets)) {
        assert.ok(Object.hasOwn(labels.sets, set));
        for (const label of Object.keys(classes)) assert.ok(labels.classes.some((known) => known.name === label), label);
      }
    }
    assert.ok(!validate({ ...manifest("nefer"), licence: {} }), "a manifest without terms must fail");
  });

  it("are asked for by name", () => {
    assert.throws(() => manifest("nofer" as "nefer"), (error) => isEvtlabError(error, "OptionError") && /nefer/.test(error.message));
  });

  it("e-CK+: counts, subjects and the rule of the split are those of the list of files", function () {
    if (!existsSync(`${goldens}/eckplus_sequences.csv`)) this.skip();
    const { counts, splits, labels, layout } = manifest("eckplus");
    const list = lines("eckplus_sequences.csv").map(([split, number, subject, sequence, , , frames]) => ({ split: split!, number: number!, subject: subject!, sequence: sequence!, frames: Number(frames) }));
    assert.equal(list.length, counts.clips);
    assert.equal(list.reduce((sum, { frames }) => sum + frames, 0), counts.frames);
    assert.deepEqual([Math.min(...list.map(({ frames }) => frames)), Math.max(...list.map(({ frames }) => frames))], counts.framesPerClip);
    for (const { split, number, sequence } of list) {
      assert.match(sequence, new RegExp(`^${layout.fields["sequence"]}$`));
      assert.equal(sequence >= splits.paper.firstTestSequence![number]! ? "test" : "train", split, sequence);
    }
    const name = (number: string): string => labels.classes.find(({ inFiles }) => inFiles === number)!.name;
    for (const part of ["train", "test"]) assert.deepEqual(count(list.filter(({ split }) => split === part), ({ number }) => name(number)), counts.parts![part]!["expression"]);
    const people = (part: string): Set<string> => new Set(list.filter(({ split }) => split === part).map(({ subject }) => subject));
    const [train, test] = [people("train"), people("test")];
    assert.deepEqual({ train: train.size, test: test.size }, splits.paper.subjects);
    assert.equal([...test].filter((subject) => train.has(subject)).length, splits.paper.subjectsInBoth);
    assert.equal(new Set([...train, ...test]).size, counts.subjects);
  });

  it("NEFER: users, counts and shares of agreement are those of the annotations", function () {
    if (!existsSync(`${goldens}/nefer_event_videos.csv`)) this.skip();
    const { counts, splits, faults } = manifest("nefer");
    for (const camera of ["event", "gopro"]) {
      const list = lines(`nefer_${camera}_videos.csv`).map(([part, user, , expected, reported, frames]) => ({ part: part!, user: user!, expected: expected!.toLowerCase(), reported: reported!.toLowerCase(), frames: Number(frames) }));
      assert.ok(list.every(({ frames }) => frames === counts.framesPerClip![0]));
      for (const part of ["train", "validation"]) {
        const own = list.filter((clip) => clip.part === part);
        assert.deepEqual(count(own, ({ expected }) => expected), counts.parts![part]!["expected"]);
        assert.deepEqual(count(own, ({ reported }) => reported), counts.parts![part]!["reported"]);
        assert.deepEqual([...new Set(own.map(({ user }) => user))].sort(), splits.paper.users![part]);
        const agree = own.filter(({ expected, reported }) => expected === reported).length / own.length;
        assert.ok(faults.some(({ what }) => what.includes(`${(100 * agree).toFixed(1)} %`)), `${part}: ${agree}`);
      }
    }
    assert.equal(Object.values(splits.paper.users!).flat().length, counts.subjects);
  });

  it("FACEMORPHIC: labels, users and bounds of counts are those of the stored annotations", function () {
    if (!existsSync(`${goldens}/facemorphic_annotations.csv`)) this.skip();
    const { labels, counts, layout } = manifest("facemorphic");
    const list = lines("facemorphic_annotations.csv");
    const each = count(list, ([, label]) => label!);
    assert.deepEqual(Object.keys(each).sort(), labels.classes.map(({ name }) => name).sort());
    const users = new Set(list.map(([user]) => user!));
    for (const user of users) assert.match(user, new RegExp(`^${layout.fields["user"]}$`));
    const stated = `${list.length.toLocaleString("en")} clips of ${users.size} users, ${Math.min(...Object.values(each))} to ${Math.max(...Object.values(each))}`;
    assert.ok(counts.source.includes(stated), stated);
  });
});
