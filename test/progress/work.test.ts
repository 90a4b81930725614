import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatNotebook } from "../../src/jupyter/nbformat.js";
import { alone, withBar, type WorkBar } from "../../src/progress/work.js";
import { runNotebook } from "../../src/run/index.js";
import { code, notebook, scratch, shown } from "../run/notebooks.js";

const bar: WorkBar<number> = { title: "making", unit: "clips", state: (done) => ({ done, total: 4 }) };

describe("long work in a notebook", () => {
  const folder = scratch();
  const shownBy = async (work: () => Promise<unknown>): Promise<string[]> => {
    const lines: string[] = [];
    const show = (value: unknown): void => void lines.push((value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!()["text/plain"]!.replace(/\d+\.\d s/, "T"));
    const page = globalThis as { display?: unknown };
    page.display = (value: unknown) => (show(value), { update: show });
    try {
      await work();
    } finally {
      delete page.display;
    }
    return lines;
  };
  const slow = async (report: ((done: number) => void) | undefined): Promise<string> => {
    report?.(1);
    await sleep(1100);
    report?.(3);
    return "made";
  };

  it("shows a bar after a second, and its last state when it fails", async () => {
    const lines = await shownBy(() => assert.rejects(withBar(bar, undefined, async (report) => Promise.reject(new Error(await slow(report)))), /made/));
    assert.deepEqual(lines, [`making ${"█".repeat(15)}${"·".repeat(5)} 3/4 clips, T`]);
  });

  it("shows none where somebody asked for the progress, within other work, when it is short, and outside of notebooks", async () => {
    const heard: number[] = [];
    assert.deepEqual(await shownBy(() => withBar(bar, (done) => heard.push(done), slow)), []);
    assert.deepEqual(heard, [1, 3]);
    assert.deepEqual(await shownBy(() => alone(() => withBar(bar, undefined, slow))), []);
    assert.deepEqual(await shownBy(() => withBar(bar, undefined, async (report) => report?.(4))), []);
    assert.equal(await withBar(bar, undefined, async (report) => report), undefined);
  });

  it("stays in the notebook of a headless run as one line a cell, the last one", async () => {
    const path = join(folder, "work.ipynb");
    const work = JSON.stringify(resolve("dist/src/progress/work.js"));
    const slowly = `for (let i = 1; i <= 4; i++) { await new Promise((done) => setTimeout(done, 350)); report?.(i); }`;
    const cell = (name: string): string => `await withBar({ title: "${name}", unit: "clips", state: (done: number) => ({ done, total: 4 }) }, undefined, async (report) => { ${slowly} });`;
    writeFileSync(path, formatNotebook(notebook(code(`import { withBar } from ${work};\n${cell("one")}\n${cell("two")}`), code(cell("three")))));
    const ran = await runNotebook(path, join(folder, "out.ipynb"));
    assert.deepEqual(shown(ran).map((line) => line.replace(/\d+\.\d s/, "T")), ["two", "three"].map((name) => `${name} ${"█".repeat(20)} 4/4 clips, T`));
  }).timeout(40_000);
});
