/** JupyterLab's own debugger. */
import assert from "node:assert/strict";
import { textOf, type Lab } from "./lab.js";

const cell = `function area(width: number, height: number): number {
  const product = width * height;
  return product;
}
const sizes = [[2, 3], [4, 5]].map(([w, h]) => area(w!, h!));
sizes`;

const waiting = `async function waits(): Promise<number> {
  const first = await new Promise<number>((done) => setTimeout(() => done(10), 50));
  const second = await new Promise<number>((done) => setTimeout(() => done(2 * first), 50));
  return first + second;
}
await waits()`;

export function debugging(theLab: () => Lab): void {
  const bug = (lab: Lab) => lab.panel.locator(".jp-DebuggerBugButton");
  const variables = (lab: Lab) => lab.page.locator(".jp-DebuggerVariables-body:not(.lm-mod-hidden)");
  const frames = (lab: Lab) => lab.page.locator(".jp-DebuggerCallstackFrame");
  const button = (lab: Lab, command: string) => lab.page.locator(`#jp-debugger-sidebar [data-command="debugger:${command}"]`);
  /** Sets a breakpoint in a line, from 1: the first element of the gutter is its spacer, which has the icon, too. */
  const breakAt = async (lab: Lab, index: number, line: number): Promise<void> => {
    const place = lab.at(index).locator(".cm-breakpoint-gutter .cm-gutterElement").nth(line);
    await place.click();
    // JupyterLab draws it when the kernel has it.
    await place.locator(".cm-breakpoint-icon").waitFor({ state: "attached" });
  };

  before(async () => {
    const lab = theLab();
    await lab.open("debugger", ['const speed = 3;\nconst words = ["a", "b"];\nconst rows = Array.from({ length: 100 }, (_, i) => ({ i, square: i * i }));', cell, "area(7, 8)", waiting]);
    await lab.run(0);
  });

  it("is switched on by the bug button, and shows variables without a breakpoint", async () => {
    const lab = theLab();
    await bug(lab).click();
    await lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)[data-jp-debugger=true]").waitFor();
    await lab.command("debugger:show-panel");
    await variables(lab).getByText("speed").waitFor();
    await lab.screenshot("debugger-variables");
    const text = await variables(lab).innerText();
    assert.match(text, /speed\s*3/);
    assert.match(text, /words\s*Array\(2\)/);
  });

  it("shows a variable as a table of its own", async () => {
    const lab = theLab();
    const name = variables(lab).locator(".jp-DebuggerVariables-name", { hasText: /^rows$/ });
    await name.hover();
    await variables(lab).locator('[title="Render variable: rows"]').click();
    const shown = lab.page.locator(".jp-VariableRendererPanel-renderer");
    await shown.getByText("square").waitFor();
    await lab.screenshot("debugger-table");
    assert.match(await shown.innerText(), /\b361\b.*of 100/s);
    await lab.page.locator(".lm-TabBar-tab", { hasText: "rows - debugger" }).locator(".lm-TabBar-tabCloseIcon").click();
    await shown.waitFor({ state: "detached" });
  });

  it("stops at a breakpoint of the gutter, shows the call stack and variables, and goes on to the end", async () => {
    const lab = theLab();
    await lab.edit(1);
    await breakAt(lab, 1, 3);
    await lab.screenshot("debugger-breakpoint");
    await lab.start(1);
    await frames(lab).first().waitFor();
    await variables(lab).getByText("product").waitFor();
    await lab.screenshot("debugger-stopped");
    const stack = await lab.page.locator(".jp-DebuggerCallstackFrame-name").allInnerTexts();
    assert.deepEqual(stack, ["area", "(anonymous)", "cell"]);
    assert.match(await variables(lab).innerText(), /width\s*2.*height\s*3.*product\s*6/s);
    // Twice: the function is called twice.
    const proceed = button(lab, "continue");
    await proceed.click();
    await variables(lab).getByText("20", { exact: true }).waitFor();
    await proceed.click();
    const { outputs } = await lab.cellWhen(1, ({ outputs }) => outputs.length > 0);
    assert.equal(textOf(outputs[0]!), "[ 6, 20 ]");
    await lab.screenshot("debugger-ended");
  });

  it("stops in a function of an earlier cell, and steps", async () => {
    const lab = theLab();
    await lab.start(2);
    await frames(lab).first().waitFor();
    await button(lab, "stepOut").click();
    const area = frames(lab).getByText("area", { exact: true });
    await area.waitFor({ state: "detached" });
    await frames(lab).getByText("cell", { exact: true }).waitFor();
    await lab.screenshot("debugger-stepped");
    await button(lab, "continue").click();
    const { outputs } = await lab.cellWhen(2, ({ outputs }) => outputs.length > 0);
    assert.equal(textOf(outputs[0]!), "56");
  });

  it("stops behind an await, shows what the cell has, and steps over an await", async () => {
    const lab = theLab();
    await lab.edit(3);
    await breakAt(lab, 3, 3);
    await lab.start(3);
    await frames(lab).first().waitFor();
    assert.deepEqual(await lab.page.locator(".jp-DebuggerCallstackFrame-name").allInnerTexts(), ["waits"]);
    await variables(lab).getByText("first").waitFor();
    assert.match(await variables(lab).innerText(), /first\s*10/);
    await button(lab, "next").click();
    await variables(lab).getByText("second").waitFor();
    await variables(lab).getByText("20", { exact: true }).waitFor();
    await lab.screenshot("debugger-await");
    await button(lab, "continue").click();
    const { outputs } = await lab.cellWhen(3, ({ outputs }) => outputs.length > 0);
    assert.equal(textOf(outputs[0]!), "30");
  });

  it("is switched off, and nothing stops any more", async () => {
    const lab = theLab();
    await bug(lab).click();
    await lab.page.waitForTimeout(500);
    const { outputs } = await lab.run(2);
    assert.equal(textOf(outputs[0]!), "56");
  });
}
