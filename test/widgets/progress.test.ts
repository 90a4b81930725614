import assert from "node:assert/strict";

import { isEvtlabError } from "../../src/errors.js";
import { megabytes, progress, progressBar } from "../../src/widgets/index.js";
import { runNotebook } from "../../src/run/index.js";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatNotebook } from "../../src/jupyter/nbformat.js";
import { code, notebook, scratch, shown } from "../run/notebooks.js";

describe("progress", () => {
  const folder = scratch();

  it("is drawn again in one line of a terminal, and at its end", () => {
    let text = "";
    const bar = progressBar("reading", { total: 4, unit: "clips", every: 0, terminal: true, write: (part) => (text += part) });
    for (const done of [0, 1, 4]) bar.update(done);
    bar.end();
    bar.end();
    const lines = text.split("\r\u001b[2K").slice(1);
    assert.deepEqual(lines.map((line) => line.replace(/\d+\.\d s/, "T")), [`reading ${"·".repeat(20)} 0/4 clips, T`, `reading █████${"·".repeat(15)} 1/4 clips, T`, `reading ${"█".repeat(20)} 4/4 clips, T\n`]);
  });

  it("is a line now and then elsewhere, the last state among them", () => {
    const lines: string[] = [];
    const bar = progressBar("talk.raw", { format: megabytes, terminal: false, write: (part) => lines.push(part) });
    for (let i = 0; i <= 50; i++) bar.update(i * 1e6, { total: 100e6, note: `${i} events` });
    bar.end();
    assert.deepEqual(lines.map((line) => line.replace(/\d+\.\d s/, "T")), [`talk.raw ${"·".repeat(20)} 0.0/100.0 MB, T, 0 events\n`, `talk.raw ${"█".repeat(10)}${"·".repeat(10)} 50.0/100.0 MB, T, 50 events\n`]);
  });

  it("passes on what it counts, in step and later, and ends with the loop", async () => {
    const kept = process.stderr.write.bind(process.stderr);
    let text = "";
    process.stderr.write = (part: string | Uint8Array) => ((text += String(part)), true);
    try {
      assert.deepEqual([...progress(new Set([3, 1]))], [3, 1]);
      const seen: number[] = [];
      for await (const item of progress((async function* () { yield* [1, 2, 3]; })(), { title: "later", total: 3 })) {
        seen.push(item);
        if (item === 2) break;
      }
      assert.deepEqual(seen, [1, 2]);
    } finally {
      process.stderr.write = kept;
    }
    assert.match(text, /progress █{20} 2\/2, /);
    assert.match(text, /later █{7}·{13} 1\/3, /);
    assert.throws(() => progress([], { colour: "red" } as never), (error) => isEvtlabError(error, "OptionError"));
    assert.throws(() => progressBar("x", { colour: "red" } as never), (error) => isEvtlabError(error, "OptionError"));
  });

  it("stays in the notebook of a headless run, as one output", async () => {
    const path = join(folder, "loop.ipynb");
    writeFileSync(path, formatNotebook(notebook(code('import { progress } from "evtlab/widgets";\nfor (const step of progress([1, 2, 3], { title: "<steps>" })) await new Promise((done) => setTimeout(done, step));'))));
    const ran = await runNotebook(path, join(folder, "out.ipynb"));
    assert.deepEqual(shown(ran).map((line) => line.replace(/\d+\.\d s/, "T")), [`<steps> ${"█".repeat(20)} 3/3, T`]);
    const [cell] = ran.cells as unknown as [{ outputs: [{ data: Record<string, string> }] }];
    assert.match(cell.outputs[0].data["text/html"]!, /&#60;steps&#62; <progress max="1" value="1"/);
  }).timeout(30_000);
});
