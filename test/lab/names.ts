/** Names in cells: explained under the pointer, and gone to. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatNotebook } from "../../src/jupyter/nbformat.js";
import { code, notebook } from "../run/notebooks.js";
import type { Lab, LabWindow } from "./lab.js";

export function names(theLab: () => Lab): void {
  before(async () => {
    const lab = theLab();
    await lab.open("names", [
      "/** A rectangle, in metres. */\ninterface Box { width: number; height: number }\n/** The area of a box in square metres. */\nfunction area(box: Box): number { return box.width * box.height; }\nlet small: Box = { width: 2, height: 3 };",
      'import { EventTable } from "evtlab/events";\nlet table: EventTable | undefined;',
      ...Array.from({ length: 12 }, (_, i) => `// A cell between.\n${i};\n\n\n\n`),
      "const size = area(small);\ntable?.count;\nsmall = { width: 1, height: 1 };",
      "const until = Date.now() + 8000;\nwhile (Date.now() < until);",
    ]);
    await lab.run(0);
    await lab.run(1);
    await inView(lab);
  });
  afterEach(() => theLab().page.keyboard.press("Escape"));

  /** The middle of a word in the code of a cell. */
  const place = async (lab: Lab, cell: number, word: string): Promise<{ x: number; y: number }> => {
    const found = await lab.at(cell).locator(".cm-content").evaluate((content, word) => {
      const page = globalThis as unknown as { document: PageDocument };
      const walker = page.document.createTreeWalker(content, 4);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const at = node.data.search(new RegExp(`\\b${word}\\b`));
        if (at < 0) continue;
        const range = page.document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      }
      return undefined;
    }, word);
    assert.ok(found, `no ${word} in cell ${cell}`);
    return found;
  };
  const rest = async (lab: Lab, cell: number, word: string): Promise<void> => {
    const { x, y } = await place(lab, cell, word);
    await lab.page.mouse.move(x, y + 300);
    await lab.page.mouse.move(x - 3, y);
    await lab.page.mouse.move(x, y, { steps: 3 });
  };
  /** The cell that is read, with the cursor in it. */
  const inView = async (lab: Lab): Promise<void> => {
    await lab.page.evaluate(() => void ((globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget!.content.activeCellIndex = 14));
    await lab.scrollTo(14);
    await lab.at(14).locator(".cm-content").click();
  };
  const hover = (lab: Lab) => lab.page.locator(".evtlab-hover");
  const selected = (lab: Lab): Promise<string> => lab.page.evaluate(() => String((globalThis as unknown as { getSelection(): unknown }).getSelection()));
  const becomes = async (lab: Lab, selection: string, cell: number): Promise<void> => {
    for (let tries = 0; (await selected(lab)) !== selection; tries++) {
      assert.ok(tries < 100, `"${await selected(lab)}" is selected, not ${selection}`);
      await lab.page.waitForTimeout(50);
    }
    assert.equal(await lab.page.evaluate(() => (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget!.content.activeCellIndex), cell);
  };

  it("a name under the resting pointer shows its type and documentation", async () => {
    const lab = theLab();
    await rest(lab, 14, "area");
    await hover(lab).waitFor();
    assert.match(await hover(lab).innerText(), /area\(box: Box\): number[^]*The area of a box in square metres\./);
    await lab.screenshot("names-hover");
    await lab.page.mouse.move(5, 500);
    await hover(lab).waitFor({ state: "detached" });
  });

  it("what is no name shows nothing", async () => {
    const lab = theLab();
    await rest(lab, 14, "1");
    await lab.page.waitForTimeout(1500);
    assert.equal(await hover(lab).count(), 0);
  });

  it("Go to Declaration of the context menu selects the name in the cell that declares it, also of one that is assigned", async () => {
    const lab = theLab();
    for (const word of ["area", "small"]) {
      await inView(lab);
      const { x, y } = await place(lab, 14, word);
      await lab.page.mouse.click(x, y, { button: "right" });
      const entry = lab.page.locator(".lm-Menu-itemLabel", { hasText: "Go to Declaration" });
      await entry.waitFor();
      if (word === "area") await lab.screenshot("names-menu");
      await entry.click();
      await becomes(lab, word, 0);
    }
    await lab.screenshot("names-declaration");
  });

  it("Go to Type selects the interface in its cell, from the tooltip and from the palette", async () => {
    const lab = theLab();
    await inView(lab);
    await rest(lab, 14, "small");
    await hover(lab).getByRole("button", { name: "Go to Type" }).click();
    await becomes(lab, "Box", 0);
    await inView(lab);
    const { x, y } = await place(lab, 14, "small");
    await lab.page.mouse.click(x, y);
    await lab.command("evtlab:go-to-type");
    await becomes(lab, "Box", 0);
  });

  it("a type of a package is shown beside the notebook, and a number has none", async () => {
    const lab = theLab();
    await inView(lab);
    await rest(lab, 14, "size");
    await hover(lab).getByRole("button", { name: "Go to Type" }).click();
    await lab.page.getByText("The type of size has no declaration.").first().waitFor();
    await rest(lab, 14, "table");
    await hover(lab).getByRole("button", { name: "Go to Type" }).click();
    const panel = lab.page.locator("#evtlab-declaration");
    await panel.getByText("class EventTable").first().waitFor();
    assert.match(await panel.innerText(), /events\/table\.d\.ts, line \d+/);
    await lab.screenshot("names-type");
    await lab.page.locator(".lm-TabBar-tab", { hasText: "EventTable" }).locator(".lm-TabBar-tabCloseIcon").click();
  });

  it("a function of an own file opens in an editor beside the notebook, its name selected", async () => {
    const lab = theLab();
    mkdirSync(join(lab.root, "own files"), { recursive: true });
    writeFileSync(join(lab.root, "own files", "shapes.ts"), `${"// A line above.\n".repeat(60)}export function circle(radius: number): number {\n  return Math.PI * radius ** 2;\n}\n`);
    await lab.open("names-of-files", ['import { circle } from "./own files/shapes.ts";\nconst round = circle(2);']);
    await rest(lab, 0, "circle");
    await hover(lab).getByRole("button", { name: "Go to Declaration" }).click();
    const editor = lab.page.locator(".jp-FileEditor .cm-content");
    await editor.getByText("return Math.PI").waitFor();
    for (let tries = 0; (await selected(lab)) !== "circle"; tries++) {
      assert.ok(tries < 100, `"${await selected(lab)}" is selected`);
      await lab.page.waitForTimeout(50);
    }
    await lab.screenshot("names-file");
    await lab.page.locator(".lm-TabBar-tab", { hasText: "shapes.ts" }).locator(".lm-TabBar-tabCloseIcon").click();
    await lab.openFile("names");
    await lab.run(0);
    await lab.run(1);
  });

  it("answers while a cell runs", async () => {
    const lab = theLab();
    await lab.scrollTo(15);
    await lab.start(15);
    await lab.until("busy");
    await rest(lab, 14, "area");
    await hover(lab).waitFor();
    assert.equal((await lab.cell(15)).execution_count, null);
  });

  it("is silent in notebooks of other kernels", async () => {
    const lab = theLab();
    const python = notebook(code("print(len('a'))"));
    python.metadata["kernelspec"] = { name: "python3", language: "python", display_name: "Python 3" };
    writeFileSync(join(lab.root, "names-python.ipynb"), formatNotebook(python));
    await lab.openFile("names-python");
    await rest(lab, 0, "print");
    await lab.page.waitForTimeout(1500);
    assert.deepEqual(await hover(lab).allInnerTexts(), []);
    const { x, y } = await place(lab, 0, "print");
    await lab.page.mouse.click(x, y, { button: "right" });
    await lab.page.locator(".lm-Menu-itemLabel", { hasText: "Paste" }).first().waitFor();
    assert.equal(await lab.page.locator(".lm-Menu-itemLabel:visible", { hasText: "Go to Declaration" }).count(), 0);
  });
}

/** The part of the page's document that is used. */
interface PageDocument {
  createTreeWalker(root: unknown, what: number): { nextNode(): { readonly data: string } | null };
  createRange(): { setStart(node: object, offset: number): void; setEnd(node: object, offset: number): void; getBoundingClientRect(): { x: number; y: number; width: number; height: number } };
}
