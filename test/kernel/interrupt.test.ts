import assert from "node:assert/strict";

import { isChildOf, isMessage } from "../../src/jupyter/index.js";
import { KernelProcess, textOf } from "./kernel-process.js";

/** States in which a cell can be when it is interrupted; each prints when it is there. */
const states: Readonly<Record<string, string>> = {
  "a loop": "console.log('there'); for (;;);",
  "a loop that prints": "console.log('there'); for (let i = 0; ; i++) console.log(i);",
  "a loop that catches everything": "console.log('there'); for (;;) { try { while (true); } catch {} finally {} }",
  "a loop after await": "await new Promise((resolve) => setTimeout(resolve, 5)); console.log('there'); for (;;);",
  "a loop in a timer": "await new Promise((resolve) => setTimeout(() => { console.log('there'); for (;;); }, 5));",
  "a loop in an immediate": "await new Promise(() => { setImmediate(() => 0); setImmediate(() => { console.log('there'); for (;;); }); setImmediate(() => 0); });",
  "a loop in an interval": "await new Promise(() => setInterval(() => { console.log('there'); for (;;); }, 1));",
  "a loop before the next tick": "await new Promise(() => process.nextTick(() => { console.log('there'); for (;;); }));",
  "a loop in a promise reaction": "await Promise.resolve().then(() => { console.log('there'); for (;;); });",
  "a pending await": "console.log('there'); await new Promise(() => {});",
  "a waiting timer": "console.log('there'); await new Promise((resolve) => setTimeout(resolve, 60_000));",
  "an async loop": "console.log('there'); for (;;) await new Promise((resolve) => setTimeout(resolve, 1));",
  "a loop of microtasks": "console.log('there'); for (;;) await null;",
  "a slow regular expression": "console.log('there'); /^(a+)+$/.test('a'.repeat(40) + 'b');",
  "Atomics.wait": "console.log('there'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  "another process": "import { execSync } from 'node:child_process';\nconsole.log('there'); execSync('sleep 30');",
};

describe("kernel: interrupts", () => {
  let kernel: KernelProcess;
  before(async () => {
    kernel = await KernelProcess.start();
    await kernel.value("let kept = 0");
  });
  after(() => kernel.stop());

  async function running(code: string): Promise<ReturnType<KernelProcess["sendCell"]>> {
    const request = kernel.sendCell(code);
    await kernel.until(() => /there/.test(textOf(kernel.outputOf(request), "stdout")), "sign that the cell runs");
    return request;
  }

  async function takenUp(code: string): Promise<ReturnType<KernelProcess["sendCell"]>> {
    const request = kernel.sendCell(code);
    await kernel.until(() => kernel.published.some((m) => isMessage(m, "execute_input") && isChildOf(m, request)), "a cell that is taken up");
    return request;
  }

  let round = 0;
  for (const [state, code] of Object.entries(states)) {
    it(`stops ${state} and keeps the variables`, async () => {
      const request = await running(code);
      const { reply } = await kernel.request("interrupt_request", {}, "control");
      assert.deepEqual(reply.content, { status: "ok" });
      const { reply: executed, output } = await kernel.answer<"execute_reply">(request);
      assert.equal(executed.content.status, "error");
      if (state !== "another process") assert.equal(executed.content.ename, "Interrupted");
      assert.equal(output.filter((message) => isMessage(message, "error")).length, 1);
      assert.equal(await kernel.value(`kept = kept + 1`), String(++round));
    });
  }

  it("leaves an engine that trains on where training was stopped inside of a gradient", async () => {
    await kernel.value(`import { currentEngine } from "evtlab/engine";
      import type { Scalar } from "@tensorflow/tfjs-core";
      const { tf, name } = await currentEngine();
      const weights = tf.variable(tf.randomNormal([64, 64]));
      const gradient = () => tf.tidy(() => tf.variableGrads(() => tf.mean(tf.square(tf.matMul(weights, tf.matMul(weights, weights)))) as Scalar, [weights]).value.dataSync()[0]!);
      gradient();
      const held = tf.memory().numTensors;`);
    for (let round = 0; round < 3; round++) {
      const request = await running("console.log('there'); for (;;) gradient();");
      await kernel.request("interrupt_request", {}, "control");
      assert.equal((await kernel.answer<"execute_reply">(request)).reply.content.status, "error");
      assert.equal(await kernel.value("Number.isFinite(gradient())"), "true");
    }
    assert.equal(await kernel.value("[tf.engine().state.kernelDepth, tf.engine().state.scopeStack.length, tf.memory().numTensors - held < 60].join()"), "'0,0,true'");
  });

  it("stops the timers of an interrupted cell", async () => {
    const request = await running("let ticks = 0; setInterval(() => { ticks++; }, 1); console.log('there'); await new Promise(() => {});");
    await kernel.request("interrupt_request", {}, "control");
    await kernel.answer(request);
    const ticks = await kernel.value("ticks");
    await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 50))");
    assert.equal(await kernel.value("ticks"), ticks);
  });

  it("takes SIGINT for an interrupt", async () => {
    const request = await running("console.log('there'); for (;;);");
    kernel.process.kill("SIGINT");
    const { content } = (await kernel.answer<"execute_reply">(request)).reply;
    assert.equal(content.status === "error" && content.ename, "Interrupted");
  });

  it("stops a cell at whatever moment after it was sent: while it is compiled, handed over, begins", async () => {
    for (let delay = 0; delay <= 30; delay += 0.5) {
      // Names that no cell had before take the compiler long.
      const request = await takenUp(`const wait${round++}: Map<string, Array<Promise<number>>> = new Map(); for (;;);`);
      const since = performance.now();
      while (performance.now() - since < delay) await new Promise(setImmediate);
      await kernel.request("interrupt_request", {}, "control");
      const { reply } = await kernel.answer<"execute_reply">(request, 4_000);
      assert.equal(reply.content.status === "error" && reply.content.ename, "Interrupted");
    }
    assert.equal(await kernel.value("'alive'"), "'alive'");
  });

  it("stops a cell whose start takes longer than the interrupt before was given", async () => {
    // The process is busy for 700 ms: so long, the cell after the first interrupt cannot start.
    const busy = kernel.sendCell("setTimeout(() => { console.log('busy'); for (const end = Date.now() + 700; Date.now() < end; ); }, 500)");
    await kernel.answer(busy);
    const first = await takenUp("await new Promise(() => {});");
    await new Promise((resolve) => setTimeout(resolve, 350));
    await kernel.request("interrupt_request", {}, "control");
    await kernel.answer(first, 4_000);
    await kernel.until(() => /busy/.test(textOf(kernel.published.filter((m) => isChildOf(m, busy)), "stdout")), "a busy process");
    const second = await takenUp("for (;;);");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await kernel.request("interrupt_request", {}, "control");
    const { reply } = await kernel.answer<"execute_reply">(second, 4_000);
    assert.equal(reply.content.status === "error" && reply.content.ename, "Interrupted");
  });

  it("stops what keeps a cell from its start: a loop in a timer of an earlier one", async () => {
    const loop = kernel.sendCell("setTimeout(() => { console.log('busy'); for (;;); }, 500)");
    await kernel.answer(loop);
    await kernel.until(() => /busy/.test(textOf(kernel.published.filter((m) => isChildOf(m, loop)), "stdout")), "a busy process");
    const request = await takenUp("for (;;);");
    // It is compiled by then.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await kernel.request("interrupt_request", {}, "control");
    const { reply } = await kernel.answer<"execute_reply">(request, 4_000);
    assert.equal(reply.content.status === "error" && reply.content.ename, "Interrupted");
    assert.equal(await kernel.value("'alive'"), "'alive'");
  });

  it("hits no cell but the one it is meant for, also when that ends by itself in the same moment", async () => {
    for (let delay = 0; delay < 12; delay += 0.25) {
      const ending = kernel.sendCell("console.log('there'); await new Promise((resolve) => setTimeout(resolve, 6));");
      await kernel.until(() => /there/.test(textOf(kernel.outputOf(ending), "stdout")), "sign that the cell runs");
      const since = performance.now();
      while (performance.now() - since < delay) await new Promise(setImmediate);
      await kernel.request("interrupt_request", {}, "control");
      const next = kernel.sendCell(`'next' + ${delay}`);
      const { output, reply } = await kernel.answer<"execute_reply">(next, 4_000);
      if (reply.content.status === "ok") assert.equal(output.filter((message) => isMessage(message, "execute_result")).length, 1);
      // Sent before the one in front of it had failed.
      else assert.equal(reply.content.status, "aborted");
    }
    assert.equal(await kernel.value("'alive'"), "'alive'");
  });

  it("stops a handler of a comm, without a cell", async () => {
    await kernel.execute("comms.onCommOpen('loop', () => { console.log('there'); for (;;); });");
    const opened = kernel.send("comm_open", { comm_id: "loop-1", target_name: "loop", data: {} });
    await kernel.until(() => /there/.test(textOf(kernel.outputOf(opened), "stdout")), "sign that the handler runs");
    await kernel.request("interrupt_request", {}, "control");
    assert.equal(await kernel.value("'alive'"), "'alive'");
    await kernel.until(() => kernel.published.some((m) => isMessage(m, "status") && m.content.execution_state === "idle" && isChildOf(m, opened)), "an end of the handler");
  });

  it("lets no later cell wait for one that the compiler was busy with", async () => {
    const before = Number(await kernel.value("kept"));
    // The compiler would be busy for minutes.
    const orders = (name: string): string => `type ${name}<T, K = T> = [T] extends [never] ? [] : K extends K ? [K, ...${name}<Exclude<T, K>>] : never; const a${name}: ${name}<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10> = 0;`;
    const request = await takenUp(Array.from({ length: 50 }, (_, i) => orders(`Orders${i}`)).join("\n"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kernel.request("interrupt_request", {}, "control");
    const { reply } = await kernel.answer<"execute_reply">(request, 4_000);
    assert.equal(reply.content.status === "error" && reply.content.ename, "Interrupted");
    // Values and types of earlier cells are known still.
    assert.equal(await kernel.value("kept"), String(before));
    const { content } = (await kernel.execute("kept.length")).reply;
    assert.equal(content.status === "error" && content.ename, "TypeCheckError");
  });

  it("does nothing when no cell runs, and survives interrupts in a row", async () => {
    for (let i = 0; i < 5; i++) await kernel.request("interrupt_request", {}, "control");
    assert.equal(await kernel.value("'calm'"), "'calm'");
    const request = await running("console.log('there'); for (;;);");
    for (let i = 0; i < 5; i++) await kernel.request("interrupt_request", {}, "control");
    await kernel.answer(request);
    assert.equal(await kernel.value("'alive'"), "'alive'");
  });

  it("answers completion while a cell runs", async () => {
    const request = await running("console.log('there'); for (;;);");
    const { content } = (await kernel.request("complete_request", { code: "kept.toFi", cursor_pos: 9 })).reply;
    assert.ok(content.status === "ok" && content.matches.includes("toFixed"));
    await kernel.request("interrupt_request", {}, "control");
    await kernel.answer(request);
  });

  it("survives an interrupt after the cell has used AsyncLocalStorage", async () => {
    await kernel.execute("import { AsyncLocalStorage } from 'node:async_hooks';\nconst storage = new AsyncLocalStorage();\nstorage.run(1, () => 0);");
    // Before Node 24 a loop in a timer ends the process then, which the kernel survives and says.
    const codes = Number.parseInt(process.versions.node) < 24 ? ["console.log('there'); for (;;);"] : Object.values(states);
    for (const code of codes) {
      const request = await running(code);
      await kernel.request("interrupt_request", {}, "control");
      await kernel.answer(request);
      assert.equal(await kernel.value("typeof storage"), "'object'");
    }
  });
});
