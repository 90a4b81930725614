/** Completion and tooltips while writing. */
import assert from "node:assert/strict";
import type { Lab } from "./lab.js";

export function reading(theLab: () => Lab): void {
  // The package is imported in the first cell: JupyterLab waits one second for completions, and its types load once.
  before(async () => {
    const lab = theLab();
    await lab.open("reading", ["/** The area of a box in square metres. */\nfunction area(width: number, height: number): number { return width * height; }\nconst boxes = [{ width: 2, height: 3 }];\nimport { build } from \"evtlab/represent\";", "boxes[0]!.he", 'import { voxel } from "evtlab/represent";', "area(2, 3)", 'import { readFileSync } from "node:f']);
    await lab.run(0);
  });

  const offered = async (lab: Lab): Promise<string[]> => {
    const items = lab.page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item .jp-Completer-match");
    await items.first().waitFor();
    return items.allInnerTexts();
  };

  it("completes members of a typed value", async () => {
    const lab = theLab();
    await lab.edit(1);
    await lab.page.keyboard.press("Backspace");
    await lab.page.keyboard.press("Backspace");
    await lab.page.keyboard.press("Tab");
    const items = await offered(lab);
    assert.ok(items.includes("width") && items.includes("height"), items.join());
    await lab.screenshot("completion-member");
    await lab.page.keyboard.type("he");
    await lab.page.keyboard.press("Tab");
    await lab.cellWhen(1, ({ source }) => source === "boxes[0]!.height");
  });

  it("completes what a package exports, and names of modules", async () => {
    const lab = theLab();
    await lab.edit(2);
    for (let i = 0; i < '} from "evtlab/represent";'.length + 1; i++) await lab.page.keyboard.press("ArrowLeft");
    await lab.page.keyboard.press("Tab");
    assert.deepEqual(await offered(lab), ["voxelGrid"]);
    await lab.screenshot("completion-import");
    await lab.page.keyboard.press("Enter");
    await lab.cellWhen(2, ({ source }) => source === 'import { voxelGrid } from "evtlab/represent";');
    await lab.edit(4);
    await lab.page.keyboard.press("Tab");
    assert.deepEqual(await offered(lab), ["node:fs", "node:fs/promises"]);
    await lab.screenshot("completion-module");
    await lab.page.keyboard.press("Escape");
  });

  it("shows signature and documentation by Shift-Tab", async () => {
    const lab = theLab();
    await lab.edit(3);
    await lab.page.keyboard.press("Home");
    await lab.page.keyboard.press("ArrowRight");
    await lab.page.keyboard.press("Shift+Tab");
    const tooltip = lab.page.locator(".jp-Tooltip");
    await tooltip.waitFor();
    await lab.screenshot("tooltip");
    const text = await tooltip.innerText();
    assert.match(text, /area\(width: number, height: number\): number/);
    assert.match(text, /The area of a box in square metres\./);
    await lab.page.keyboard.press("Escape");
  });
}
