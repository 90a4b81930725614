/** Running cells: figures, errors, interrupts, restarts, late output, timing. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { textOf, type Lab } from "./lab.js";

const figure = "application/vnd.plotly.v1+json";
const tutorials = [
  { name: "01-first-look", figures: 3 },
  { name: "02-representations", figures: 6 },
];

export function running(theLab: () => Lab): void {
  for (const { name, figures } of tutorials) it(`runs ${name} and draws its figures`, async () => {
    const lab = theLab();
    cpSync(`notebooks/${name}.ipynb`, join(lab.root, `${name}.ipynb`));
    await lab.openFile(name);
    const cells = await lab.runAll();
    assert.deepEqual(cells.flatMap(({ outputs }) => outputs).filter(({ output_type }) => output_type === "error"), []);
    const drawn = new Set<number>();
    // A notebook is windowed: only what is near the view is in the page.
    for (const [index, { outputs }] of (await lab.cells()).entries()) {
      if (!outputs?.some(({ data }) => data !== undefined && figure in data)) continue;
      await lab.scrollTo(index);
      const plot = lab.at(index).locator(".js-plotly-plot");
      await plot.locator(".main-svg").first().waitFor();
      assert.ok((await plot.locator("canvas, .trace, .im, .heatmaplayer image, .imagelayer image, .shapelayer path, .layer-above image, .layer-below image").count()) > 0, `cell ${index} has an empty figure`);
      drawn.add(index);
      // The window of cells may still move.
      await lab.scrollTo(index);
      await plot.scrollIntoViewIfNeeded();
      const { y } = (await plot.boundingBox())!;
      assert.ok(y > -300 && y < 1000, `the figure of cell ${index} is not in view: ${y}`);
      await lab.screenshot(`${name}-cell-${index}`);
    }
    assert.ok(drawn.size >= figures);
  });

  it("shows errors as errors, with line and caret", async () => {
    const lab = theLab();
    await lab.open("errors", ["const n: number = 1;\nn", 'function fails(what: string): never {\n  throw new RangeError(what);\n}\nfails("as it should");', 'const text: string = n;\nconsole.log("never");']);
    assert.deepEqual((await lab.run(0)).outputs.map(textOf), ["1"]);
    await lab.run(1);
    await lab.run(2);
    const shown = async (index: number): Promise<string> => lab.at(index).locator('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]').first().innerText();
    const thrown = await shown(1);
    assert.match(thrown, /RangeError.*as it should/s);
    assert.match(thrown, /cell 2, 2:9/);
    assert.match(thrown, /throw new RangeError\(what\);\s*\n\s*.*\^/);
    assert.doesNotMatch(thrown, /kernel-ext|node:internal/);
    const typed = await shown(2);
    assert.match(typed, /Type 'number' is not assignable to type 'string'/);
    assert.match(typed, /const text: string = n;\s*\n\s*.*\^/);
    assert.equal((await lab.cell(2)).outputs.length, 1);
    await lab.screenshot("errors");
  });

  it("stops a loop by the stop button, and variables stay", async () => {
    const lab = theLab();
    await lab.open("interrupt", ["let kept = 41;\nlet turns = 0;", "for (;;) turns++;", "kept + 1"]);
    await lab.run(0);
    await lab.start(1);
    await lab.until("busy");
    await lab.at(1).getByText("[*]").waitFor();
    const button = lab.panel.locator('[data-command="notebook:interrupt-kernel"], jp-button[title*="Interrupt"]').first();
    const since = Date.now();
    await button.click();
    await lab.cellWhen(1, ({ outputs }) => outputs.some(({ output_type }) => output_type === "error"));
    assert.ok(Date.now() - since < 5_000, "it took more than five seconds");
    assert.deepEqual((await lab.run(2)).outputs.map(textOf), ["42"]);
    await lab.screenshot("interrupt");
  });

  it("restarts and runs all", async () => {
    const lab = theLab();
    await lab.open("restart", ["const first = (globalThis as { seen?: true }).seen === undefined;\n(globalThis as { seen?: true }).seen = true;\nfirst", "process.pid"]);
    const before = (await lab.runAll()).map(({ outputs }) => textOf(outputs[0]!));
    await lab.run(0);
    assert.equal(textOf((await lab.cell(0)).outputs[0]!), "false");
    await lab.panel.locator('[data-command="notebook:restart-run-all"], jp-button[title*="restart" i][title*="run" i]').first().click();
    await lab.page.locator(".jp-Dialog button", { hasText: "Restart" }).last().click();
    await lab.cellWhen(1, ({ outputs, execution_count }) => execution_count === 2 && outputs.length > 0 && textOf(outputs[0]!) !== before[1]);
    assert.equal(textOf((await lab.cell(0)).outputs[0]!), "true");
  });

  it("shows errors of timers and promises that come after the cell has ended, in that cell", async () => {
    const lab = theLab();
    await lab.open("late", ['setTimeout(() => { throw new Error("late timer") }, 400);\nvoid Promise.reject(new TypeError("nobody waits"));\n"done"', "1 + 1"]);
    await lab.runAll();
    const { outputs } = await lab.cellWhen(0, ({ outputs }) => /late timer/.test(outputs.map(textOf).join()) && /nobody waits/.test(outputs.map(textOf).join()));
    assert.match(outputs.map(textOf).join("\n"), /cell 1, 1:26/);
    assert.deepEqual((await lab.run(1)).outputs.map(textOf), ["2"]);
    await lab.screenshot("late-errors");
  });

  it("records when a cell began and ended", async () => {
    const lab = theLab();
    await lab.open("timing", ["await new Promise((done) => setTimeout(done, 300));"]);
    const { metadata } = await lab.run(0);
    const times = metadata["execution"] as Record<string, string>;
    const took = Date.parse(times["shell.execute_reply"]!) - Date.parse(times["shell.execute_reply.started"]!);
    assert.ok(took >= 290 && took < 10_000, JSON.stringify(times));
  });
}
