/** A training: the bar while its people are made, the curve as it grows, and what of it stays in the saved notebook. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatNotebook } from "../../src/jupyter/nbformat.js";
import { code, notebook } from "../run/notebooks.js";
import { textOf, type Lab, type LabOutput } from "./lab.js";

const figure = "application/vnd.plotly.v1+json";

const curves = (outputs: readonly LabOutput[]): readonly LabOutput[] => outputs.filter(({ data }) => data !== undefined && "image/png" in data);

export function learning(theLab: () => Lab): void {
  let outputs: readonly LabOutput[];

  before(async () => {
    const lab = theLab();
    rmSync(join(lab.root, "learned-faces"), { recursive: true, force: true });
    await lab.open("learning", [
      'import { dataset } from "evtlab/data";\nconst faces = await dataset("eckplus", { root: "learned-faces", made: { subjects: 2, width: 48, height: 36, difficulty: { length: [0.15, 0.2] }, seed: 3, workers: 0 } });',
      'import { adversarialReconstruction } from "evtlab/train";\nimport { selectEngine } from "evtlab/engine";\nawait selectEngine("wasm");\nconst learned = await adversarialReconstruction(faces, { channels: [4, 8, 8], inputs: { size: 16 }, adversarial: false, steps: 1200, logEvery: 10, seed: 1 });',
    ]);
  });

  it("making people shows a bar by itself, which stays as one line", async () => {
    const lab = theLab();
    await lab.start(0);
    await lab.at(0).locator("progress").waitFor();
    await lab.page.waitForTimeout(500);
    await lab.screenshot("learning-bar");
    const made = await lab.cellWhen(0, ({ execution_count }) => execution_count !== null);
    assert.deepEqual(made.outputs.map((output) => textOf(output).replace(/\d+\.\d s/, "T").replace(/T, .*/, "T")), [`making 2 synthetic people for eckplus ${"█".repeat(20)} 14/14 clips, T`]);
  });

  it("the curve grows while the cell runs, and ends as a figure with a picture", async () => {
    const lab = theLab();
    await lab.start(1);
    const first = await lab.cellWhen(1, (cell) => curves(cell.outputs).length > 0);
    assert.equal(first.execution_count, null, "the cell has ended before a curve came");
    const [growing] = curves(first.outputs);
    const line = /step (\d+)\/1200/.exec(textOf(growing!));
    assert.ok(line && Number(line[1]) < 1200, textOf(growing!));
    await lab.at(1).locator(".jp-RenderedImage img").waitFor();
    await lab.screenshot("learning-curve");
    ({ outputs } = await lab.cellWhen(1, ({ execution_count }) => execution_count !== null));
    const ended = curves(outputs);
    assert.equal(ended.length, 1);
    assert.match(textOf(ended[0]!), /: 1200 steps$/);
    assert.ok(figure in ended[0]!.data!);
    // Reading the clips has a bar of its own where it takes longer than a moment.
    for (const output of outputs) if (output !== ended[0]) assert.match(textOf(output), /^windows █{20} 14\/14 clips/);
  });

  it("is drawn in the saved notebook without a kernel, and has a picture for other viewers", async () => {
    const lab = theLab();
    const saved = await lab.saved();
    const [, { outputs: kept }] = saved.cells as unknown as [unknown, { outputs: readonly LabOutput[] }];
    assert.equal(Buffer.from(curves(kept)[0]!.data!["image/png"] as string, "base64").subarray(1, 4).toString("latin1"), "PNG");
    assert.ok(JSON.stringify(kept).length < 400_000, `${JSON.stringify(kept).length} characters`);
    const alone = notebook(code("saved"));
    (alone.cells[0] as { outputs: unknown }).outputs = kept;
    alone.metadata["kernelspec"] = { name: "gone", language: "typescript", display_name: "A kernel that is not installed" };
    writeFileSync(join(lab.root, "learning-saved.ipynb"), formatNotebook(alone));
    await lab.load("learning-saved.ipynb");
    await lab.page.locator(".jp-Dialog button", { hasText: "No Kernel" }).click();
    const plot = lab.panel.locator(".js-plotly-plot");
    await plot.locator(".main-svg").first().waitFor();
    const curve = await plot.locator(".scatterlayer .trace path.js-line").first().getAttribute("d");
    assert.ok(curve!.split("L").length > 20, "the curve has few points");
    assert.ok((await plot.locator(".imagelayer image, .layer-below image, .subplot image").count()) > 0, "no sample pictures");
    await lab.screenshot("learning-saved");
  });
}
