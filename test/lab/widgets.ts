/** Widgets in both directions, through comms and anywidget. */
import assert from "node:assert/strict";
import { textOf, type Lab } from "./lab.js";

export function widgets(theLab: () => Lab): void {
  before(async () => {
    const lab = theLab();
    await lab.open("slider", [
      'import { live, slider } from "evtlab/widgets";\nconst width = slider({ label: "window", min: 1, max: 100, step: 1, value: 33, unit: "ms" });\nconst bar = (ms: number) => ({ [Symbol.for("Jupyter.display")]: () => ({ "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="30"><rect width="${4 * ms}" height="30" fill="teal"/></svg>`, "text/plain": `${ms} ms wide` }) });\nawait live(width, bar);',
      'width.get("value")',
      'width.set("value", 80);',
    ]);
    await lab.run(0);
  });
  const range = (lab: Lab) => lab.at(0).locator('.evtlab-slider input[type="range"]');
  const drawn = (lab: Lab, ms: number) => lab.cellWhen(0, ({ outputs }) => outputs.some(({ data }) => data?.["text/plain"] === `${ms} ms wide`));

  it("moves in the browser, and the picture of the kernel follows", async () => {
    const lab = theLab();
    await range(lab).waitFor();
    assert.equal(await range(lab).inputValue(), "33");
    await drawn(lab, 33);
    const { width, height } = (await range(lab).boundingBox())!;
    await range(lab).click({ position: { x: width / 2, y: height / 2 } });
    const moved = Number(await range(lab).inputValue());
    assert.ok(moved > 45 && moved < 56, `${moved}`);
    await drawn(lab, moved);
    await range(lab).focus();
    await lab.page.keyboard.press("ArrowRight");
    await drawn(lab, moved + 1);
    await lab.screenshot("slider");
    assert.deepEqual((await lab.run(1)).outputs.map(textOf), [String(moved + 1)]);
  });

  it("follows when the kernel sets the value", async () => {
    const lab = theLab();
    await lab.run(2);
    await drawn(lab, 80);
    await lab.page.waitForFunction(() => (globalThis as unknown as { document: { querySelector(s: string): { value: string } } }).document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .evtlab-slider input").value === "80");
    assert.match(await lab.at(0).locator(".evtlab-slider output").innerText(), /80 ms/);
    await lab.screenshot("slider-set");
  });
}
