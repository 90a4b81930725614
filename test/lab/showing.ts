/** Tables that are turned page by page, progress bars, and what the pointer tells over a picture. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { tableMime } from "../../kernel-ext/src/table-view.js";
import { textOf, type Lab } from "./lab.js";

const arrow = JSON.stringify(createRequire(import.meta.url).resolve("apache-arrow"));

export function showing(theLab: () => Lab): void {
  describe("a table of a million rows", () => {
    const table = (lab: Lab) => lab.at(0).locator(".evtlab-table");
    const row = (lab: Lab, text: string) => table(lab).locator("tbody tr").first().getByText(text, { exact: true }).first();
    const press = (lab: Lab, name: string) => table(lab).getByRole("button", { name }).click();

    before(async () => {
      const lab = theLab();
      await lab.open("table", [
        `import { createRequire } from "node:module";\nconst { tableFromArrays } = createRequire(import.meta.url)(${arrow}) as any;\nconst n = 1_000_000;\ntableFromArrays({ t: BigInt64Array.from({ length: n }, (_, i) => BigInt(i) * 10n), x: Uint16Array.from({ length: n }, (_, i) => i % 1280), y: Uint16Array.from({ length: n }, (_, i) => i % 720), label: Array.from({ length: n }, (_, i) => ["neutral", "happiness", "surprise"][i % 3]) })`,
        "1 + 1",
      ]);
      await lab.run(0);
    });

    it("is turned by buttons, by the number of a row, and by keys", async () => {
      const lab = theLab();
      await table(lab).waitFor();
      assert.equal(await table(lab).locator("tbody tr").count(), 20);
      await press(lab, "Next page");
      await row(lab, "200").waitFor();
      await press(lab, "Last page");
      await row(lab, "999980").waitFor();
      assert.ok(await table(lab).getByRole("button", { name: "Next page" }).isDisabled());
      await press(lab, "Previous page");
      await row(lab, "999960").waitFor();
      await table(lab).getByLabel("First row of the page").fill("123456");
      await lab.page.keyboard.press("Enter");
      await row(lab, "1234560").waitFor();
      await table(lab).locator(".evtlab-table-scroll").focus();
      await lab.page.keyboard.press("PageDown");
      await row(lab, "1234760").waitFor();
      assert.match(await table(lab).innerText(), /to\s*123,495 of 1,000,000/);
      await lab.screenshot("table");
      await lab.command("apputils:change-theme", { theme: "JupyterLab Dark" });
      await lab.page.locator("[data-jp-theme-light=false]").first().waitFor({ state: "attached" });
      await lab.screenshot("table-dark");
      await lab.command("apputils:change-theme", { theme: "JupyterLab Light" });
      await lab.page.locator("[data-jp-theme-light=true]").first().waitFor({ state: "attached" });
    });

    it("is saved with its first page and its size, and says why there is no more", async () => {
      const lab = theLab();
      const saved = await lab.saved();
      const [{ outputs }] = saved.cells as unknown as [{ outputs: { data: Record<string, { rows: number; first: unknown[] }> }[] }];
      const view = outputs[0]!.data[tableMime]!;
      assert.deepEqual([view.rows, view.first.length], [1_000_000, 20]);
      assert.ok(JSON.stringify(outputs).length < 30_000);
      await lab.openFile("table");
      await row(lab, "neutral").waitFor();
      await press(lab, "Next page");
      await table(lab).getByText("run the cell again to see more rows").waitFor();
      assert.match(await table(lab).innerText(), /19 of 1,000,000/);
      await lab.screenshot("table-saved");
    });
  });

  it("a progress bar moves in place and stays in the saved notebook", async () => {
    const lab = theLab();
    await lab.open("progress", ['import { progress } from "evtlab/widgets";\nfor (const clip of progress(Array.from({ length: 30 }, (_, i) => i), { title: "reading", unit: "clips" })) {\n  await new Promise((done) => setTimeout(done, 60));\n  if (clip === 24) break;\n}']);
    await lab.start(0);
    await lab.at(0).locator("progress").waitFor();
    await lab.page.waitForTimeout(700);
    await lab.screenshot("progress");
    const { outputs } = await lab.cellWhen(0, ({ execution_count }) => execution_count !== null);
    assert.equal(outputs.length, 1);
    assert.match(textOf(outputs[0]!), /^reading █+·+ 24\/30 clips, \d+\.\d s/);
    const saved = await lab.saved();
    assert.match(JSON.stringify(saved.cells), /24\/30 clips/);
  });

  it("a grid of 1280 pixels is not cut where there is less room, and the pointer still finds its pixels", async () => {
    const lab = theLab();
    await lab.open("wide", [
      'import { plot } from "evtlab";\nimport { movingEdges } from "evtlab/simulate";\nconst events = movingEdges({ events: 50_000, width: 346, height: 260, seed: 1 });\nplot.grid([plot.frame(events), plot.rate(events), plot.polarityMap(events), plot.cloud(events)], { width: 1280, columns: 2 })',
    ]);
    await lab.run(0);
    const figure = lab.at(0).locator(".js-plotly-plot");
    await figure.locator(".main-svg").first().waitFor();
    const place = (await lab.at(0).locator(".jp-OutputArea-output").first().boundingBox())!;
    const drawn = (await figure.boundingBox())!;
    assert.ok(drawn.width <= place.width + 1 && drawn.width > 0.9 * place.width, `${drawn.width} of ${place.width}`);
    assert.ok(place.height < drawn.height + 60, "room is left below");
    const picture = (await figure.locator(".cartesianlayer .subplot image").first().boundingBox())!;
    await lab.page.mouse.move(picture.x + (100.2 / 346) * picture.width, picture.y + (50.2 / 260) * picture.height);
    await lab.page.mouse.move(picture.x + (100.5 / 346) * picture.width, picture.y + (50.5 / 260) * picture.height, { steps: 4 });
    await figure.locator(".hoverlayer .hovertext").first().waitFor();
    const [, x, y] = /x (\d+) px, y (\d+) px/.exec((await figure.locator(".hoverlayer").textContent()) ?? "")!;
    assert.ok(Math.abs(Number(x) - 100) <= 1 && Math.abs(Number(y) - 50) <= 1, `${x}, ${y}`);
    await lab.screenshot("wide");
  });

  it("the pointer over a picture tells pixel and value", async () => {
    const lab = theLab();
    await lab.open("hover", [
      'import { EventTable, plot } from "evtlab";\nconst events = EventTable.from({ t: BigInt64Array.of(0n, 1n, 2n, 3n), x: Uint16Array.of(1, 1, 1, 2), y: Uint16Array.of(1, 1, 1, 0), p: Uint8Array.of(1, 1, 1, 0) }, { sensor: { width: 4, height: 2 } });\nplot.grid([plot.frame(events), plot.polarityMap(events, { limit: 4 })], { width: 900 })',
    ]);
    await lab.run(0);
    const figure = lab.at(0).locator(".js-plotly-plot");
    await figure.locator(".main-svg").first().waitFor();
    const over = async (panel: number, x: number, y: number): Promise<string> => {
      const { x: left, y: top, width, height } = (await figure.locator(".cartesianlayer .subplot").nth(panel).locator("image").first().boundingBox())!;
      await lab.page.mouse.move(left + ((x + 0.3) / 4) * width, top + ((y + 0.5) / 2) * height);
      await lab.page.mouse.move(left + ((x + 0.5) / 4) * width, top + ((y + 0.5) / 2) * height, { steps: 4 });
      await figure.locator(".hoverlayer .hovertext").first().waitFor();
      await lab.page.waitForTimeout(200);
      return ((await figure.locator(".hoverlayer").textContent()) ?? "").replaceAll(/\s+/g, " ");
    };
    assert.match(await over(0, 1, 1), /x 1 px, y 1 px ?on/);
    assert.match(await over(0, 2, 0), /x 2 px, y 0 px ?off/);
    await lab.screenshot("hover");
    assert.match(await over(1, 1, 1), /x 1 px, y 1 px ?3/);
    assert.match(await over(1, 0, 0), /x 0 px, y 0 px ?0/);
  });
}
