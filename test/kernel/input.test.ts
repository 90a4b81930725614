import assert from "node:assert/strict";

import { KernelProcess, plain, textOf } from "./kernel-process.js";

describe("kernel: input", () => {
  let kernel: KernelProcess;
  before(async () => {
    kernel = await KernelProcess.start();
  });
  after(() => kernel.stop());

  it("asks and waits, and hides a password", async () => {
    const { output } = await kernel.answering('const name = await input("Name: ");\nconst secret = await input("Word: ", { password: true });\nconsole.log(name, secret)', ["Ada \"L\"\nü", "s3"]);
    assert.equal(textOf(output, "stdout"), 'Ada "L"\nü s3\n');
    assert.deepEqual(kernel.questions.slice(-2).map(({ content }) => content), [
      { prompt: "Name: ", password: false },
      { prompt: "Word: ", password: true },
    ]);
  });

  it("stands still for prompt, confirm and alert, also within a function that is not async", async () => {
    const { reply, output } = await kernel.answering("function ask() { return [prompt('Size?', '5'), prompt('Unit?'), confirm('Sure?')]; }\nalert('Ready');\nask().join()", ["", "", "mm", "Yes"]);
    assert.equal(reply.content.status, "ok");
    assert.equal((output.at(-1)!.content.data as Record<string, string>)["text/plain"], "'5,mm,true'");
    assert.equal(kernel.questions.at(-2)?.content.prompt, "Unit? ");
  });

  it("lets the event loop run while input waits", async () => {
    const { output } = await kernel.answering("let ticks = 0; const timer = setInterval(() => ticks++, 5);\nawait input(); await new Promise((r) => setTimeout(r, 30)); clearInterval(timer); console.log(ticks > 0)", ["x"]);
    assert.equal(textOf(output, "stdout"), "true\n");
  });

  it("fails with a sentence where nobody can be asked", async () => {
    for (const code of ["await input('Name: ')", "prompt('Name?')"]) {
      const { reply } = await kernel.execute(code, { allow_stdin: false });
      assert.match(reply.content.status === "error" ? reply.content.evalue : "", /takes no input.*parameter/);
    }
    assert.equal(await kernel.value("1 + 1"), "2");
  });

  for (const code of ["await input()", "prompt()"]) {
    it(`is interrupted in ${code}`, async () => {
      const request = kernel.sendCell(`const kept = 7; ${code}`, { allow_stdin: true });
      const asked = kernel.questions.length;
      await kernel.until(() => kernel.questions.length > asked, "input_request");
      await kernel.request("interrupt_request", {}, "control");
      const { reply } = await kernel.answer<"execute_reply">(request);
      assert.equal(reply.content.status, "error");
      assert.match(plain((reply.content as { traceback: readonly string[] }).traceback), /interrupted/);
      assert.equal(await kernel.value("kept"), "7");
    });
  }

  it("ignores an answer that nobody asked for", async () => {
    kernel.send("input_reply", { value: "stray" }, "stdin");
    // It comes by a socket of its own: one that came after the question would be its answer.
    assert.equal(await kernel.value("1"), "1");
    const { output } = await kernel.answering("console.log(await input())", ["asked"]);
    assert.equal(textOf(output, "stdout"), "asked\n");
  });
});
