import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { labelledPeople, people } from "../../scripts/regime/clips.js";
import { pretrainings, rows, type Result } from "../../scripts/regime/rows.js";

const folder = new URL("../../notebooks/ablation/", import.meta.url);

describe("stored runs of the ablation", () => {
  const stored = readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Result] as const);

  it("are of rows that are there, with the settings that they have", () => {
    assert.ok(stored.length > 20);
    for (const [name, { row, settings, pretraining }] of stored) {
      assert.equal(name, `${row}.json`);
      const now = rows[row]!;
      assert.deepEqual(settings, JSON.parse(JSON.stringify(now)), row);
      const own = now.kind !== "control" && now.pretraining !== undefined ? pretrainings[now.pretraining] : undefined;
      assert.deepEqual(pretraining, own && JSON.parse(JSON.stringify(own)), row);
    }
  });

  it("judge every clip of people who are in no other part, by labels that the seed drew", () => {
    const all = [...people.train, ...people.validation, ...people.test, ...people.unlabelled];
    assert.equal(new Set(all).size, all.length);
    for (const [name, { settings, judged, seeds }] of stored) {
      assert.deepEqual(judged.subjects, people[settings.judged ?? "test"], name);
      const first = settings.judged === "validation" ? 101 : 1;
      assert.deepEqual(seeds.map(({ seed }) => seed), Array.from({ length: seeds.length }, (_, i) => first + i), name);
      for (const { seed, said, labelled } of seeds) {
        assert.match(said, new RegExp(`^[0-6]{${7 * judged.subjects.length}}$`), name);
        assert.deepEqual(labelled, labelledPeople(seed, settings.labelled), name);
      }
    }
  });
});
