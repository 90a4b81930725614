/** Subshells of JEP 91: cells that run while a cell of the main shell awaits. */
import assert from "node:assert/strict";

import { isChildOf, isMessage, type Header, type Message } from "../../src/jupyter/index.js";
import { KernelProcess, textOf } from "./kernel-process.js";

describe("kernel: subshells", () => {
  let kernel: KernelProcess;
  let subshell: string;
  before(async () => {
    kernel = await KernelProcess.start();
    const { reply } = await kernel.request("create_subshell_request", {}, "control");
    assert.equal(reply.content.status, "ok");
    subshell = (reply.content as { subshell_id: string }).subshell_id;
    await kernel.value("let step = 0; let stop = false;");
  });
  after(() => kernel.stop());

  const list = async () => (await kernel.request("list_subshell_request", {}, "control")).reply.content;
  const aside = async (code: string): Promise<readonly Message[]> => {
    const request = kernel.sendCell(code, {}, subshell);
    const { reply, output } = await kernel.answer<"execute_reply">(request);
    assert.equal(reply.content.status, "ok", JSON.stringify(reply.content));
    assert.equal((reply.parent_header as Header).subshell_id, subshell);
    return output;
  };
  const valueOf = (output: readonly Message[]): unknown => output.flatMap((m) => (isMessage(m, "execute_result") ? [m.content.data["text/plain"]] : []))[0];
  const training = (): Header => kernel.sendCell("stop = false; while (!stop) { step++; if (step % 20 === 0) console.log('step'); await new Promise((r) => setTimeout(r, 2)); }\n'trained'");
  const started = (request: Header): Promise<void> => kernel.until(() => textOf(kernel.outputOf(request), "stdout").includes("step"), "a step");

  it("says that it has them, and lists them", async () => {
    const { reply } = await kernel.request("kernel_info_request", {});
    assert.ok((reply.content as { supported_features: readonly string[] }).supported_features.includes("kernel subshells"));
    assert.deepEqual(await list(), { status: "ok", subshell_id: [subshell] });
  });

  it("read and change variables while a cell of the main shell awaits; each has its own output and value", async () => {
    const main = training();
    await started(main);
    const [first, second] = [valueOf(await aside("step")), valueOf(await aside("step"))];
    assert.ok(Number(second) >= Number(first) && Number(first) > 0);
    const printed = await aside("console.log('aside'); await new Promise((r) => setTimeout(r, 100)); console.log('late'); [step > 0]");
    assert.equal(textOf(printed, "stdout"), "aside\nlate\n");
    assert.equal(valueOf(printed), "[ true ]");
    await aside("stop = true; let seen = step;");
    const { reply, output } = await kernel.answer<"execute_reply">(main);
    assert.equal(reply.content.status, "ok");
    assert.equal(valueOf(output), "'trained'");
    assert.match(textOf(output, "stdout"), /^(step\n)+$/);
    assert.match((await kernel.value("seen"))!, /^\d+$/, "what a subshell declares is there for all");
  });

  it("fail alone: neither what waits in the main shell nor its cell is aborted", async () => {
    const main = training();
    const queued = kernel.sendCell("'after'");
    await started(main);
    const failing = kernel.sendCell("throw new Error('aside')", {}, subshell);
    const { reply } = await kernel.answer<"execute_reply">(failing);
    assert.equal(reply.content.status, "error");
    await aside("stop = true;");
    assert.equal((await kernel.answer<"execute_reply">(main)).reply.content.status, "ok");
    assert.equal(valueOf((await kernel.answer<"execute_reply">(queued)).output), "'after'");
  });

  it("stops with the cell in front of it when it has not begun yet", async () => {
    const loop = kernel.sendCell("console.log('loops'); for (;;);");
    await kernel.until(() => textOf(kernel.outputOf(loop), "stdout") !== "", "the loop");
    const behind = kernel.sendCell("for (;;);", {}, subshell);
    await kernel.until(() => kernel.published.some((m) => isMessage(m, "execute_input") && isChildOf(m, behind)), "a cell that is taken up");
    await new Promise((resolve) => setTimeout(resolve, 200));
    await kernel.request("interrupt_request", {}, "control");
    for (const request of [loop, behind]) {
      const { content } = (await kernel.answer<"execute_reply">(request, 4_000)).reply;
      assert.equal(content.status === "error" && content.ename, "Interrupted");
    }
  });

  it("are stopped with the main shell by an interrupt, whichever of them runs", async () => {
    const main = training();
    await started(main);
    const loop = kernel.sendCell("console.log('loops'); for (;;);", {}, subshell);
    await kernel.until(() => textOf(kernel.outputOf(loop), "stdout").includes("loops"), "the loop");
    await kernel.request("interrupt_request", {}, "control");
    for (const request of [main, loop]) {
      const { reply } = await kernel.answer<"execute_reply">(request);
      assert.equal(reply.content.status === "error" && reply.content.ename, "Interrupted");
    }
    assert.equal(valueOf(await aside("1 + 1")), "2");
    assert.equal(await kernel.value("2 + 2"), "4");
  });

  it("take no cells once deleted, and unknown ones are named", async () => {
    const content = { subshell_id: subshell };
    assert.deepEqual((await kernel.request("delete_subshell_request", content, "control")).reply.content, { status: "ok" });
    assert.deepEqual(await list(), { status: "ok", subshell_id: [] });
    const again = (await kernel.request("delete_subshell_request", content, "control")).reply.content;
    assert.match(again.status === "error" ? again.evalue : "", /no subshell/);
    const { reply } = await kernel.answer<"execute_reply">(kernel.sendCell("1", {}, subshell));
    assert.match(reply.content.status === "error" ? reply.content.evalue : "", /no subshell/);
    assert.equal(await kernel.value("3"), "3");
  });
});
