/** Questions to the person, and displays that change. */
import assert from "node:assert/strict";
import { textOf, type Lab } from "./lab.js";

export function asking(theLab: () => Lab): void {
  it("asks for a line and for a password, which stays hidden", async () => {
    const lab = theLab();
    await lab.open("input", ['const name = await input("Your name: ");\nname.toUpperCase()', 'const secret = await input("Password: ", { password: true });\nsecret.length', 'confirm("Go on?")']);
    const box = (index: number) => lab.at(index).locator("input.jp-Stdin-input");
    await lab.start(0);
    await box(0).waitFor();
    assert.notEqual(await box(0).getAttribute("type"), "password");
    await lab.screenshot("input");
    await box(0).fill("Ada");
    await box(0).press("Enter");
    const answered = await lab.cellWhen(0, ({ outputs, execution_count }) => execution_count !== null && outputs.some(({ output_type }) => output_type === "execute_result"));
    assert.match(answered.outputs.map(textOf).join("\n"), /'ADA'/);
    await lab.start(1);
    await box(1).waitFor();
    assert.equal(await box(1).getAttribute("type"), "password");
    await box(1).fill("hunter2");
    await lab.screenshot("password");
    await box(1).press("Enter");
    const hidden = await lab.cellWhen(1, ({ outputs }) => outputs.some(({ output_type }) => output_type === "execute_result"));
    assert.match(hidden.outputs.map(textOf).join("\n"), /7$/);
    assert.doesNotMatch(JSON.stringify(await lab.saved()), /hunter2/);
    await lab.start(2);
    await box(2).fill("y");
    await box(2).press("Enter");
    await lab.cellWhen(2, ({ outputs }) => outputs.some((output) => textOf(output) === "true"));
  });

  it("updates a display in place, and the saved notebook has the last picture", async () => {
    const lab = theLab();
    const picture = `const svg = (share: number) => ({ [Symbol.for("Jupyter.display")]: () => ({ "image/svg+xml": \`<svg xmlns="http://www.w3.org/2000/svg" width="300" height="30"><rect width="\${300 * share}" height="30" fill="teal"/></svg>\`, "text/plain": \`\${100 * share} %\` }) });
const handle = display(svg(0));
for (let i = 1; i <= 5; i++) {
  await new Promise((done) => setTimeout(done, 60));
  handle.update(svg(i / 5));
}`;
    await lab.open("display", [picture, "handle.update(svg(0.5));"]);
    const { outputs } = await lab.run(0);
    assert.deepEqual(outputs.map(textOf), ["100 %"]);
    assert.match(String(outputs[0]!.data!["image/svg+xml"]), /width="300" height="30" fill/);
    await lab.run(1);
    await lab.cellWhen(0, ({ outputs }) => textOf(outputs[0]!) === "50 %");
    await lab.screenshot("display");
    const saved = await lab.saved();
    const [first] = saved.cells as unknown as { outputs: { data: Record<string, unknown> }[] }[];
    assert.equal(first!.outputs.length, 1);
    assert.equal(String(first!.outputs[0]!.data["text/plain"]), "50 %");
  });
}
