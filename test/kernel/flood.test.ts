/** Much output arrives whole and in order, and the memory that it took is given back. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { isMessage } from "../../src/jupyter/index.js";
import { KernelProcess, textOf } from "./kernel-process.js";

const megabytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;

describe("kernel: floods of output", function () {
  this.timeout(240_000);
  let kernel: KernelProcess;
  let child: number;
  let fresh: { kernel: number; cells: number };
  before(async () => {
    kernel = await KernelProcess.start();
    child = Number(await kernel.value("process.pid"));
    // The compiler reads ahead for a moment.
    await delay(3_000);
    fresh = await settled();
  });
  after(() => kernel.stop());

  const patience = 60_000;
  const lines = async (): Promise<void> => {
    const { output } = await kernel.execute("for (let i = 0; i < 100_000; i++) console.log('line', i);", {}, patience);
    assert.ok(textOf(output, "stdout") === Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join(""));
  };
  const displays = async (): Promise<void> => {
    const { output } = await kernel.execute("for (let i = 0; i < 10_000; i++) display({ 'text/plain': `display ${i}` }, { raw: true });", {}, patience);
    assert.equal(output.length, 10_000);
    assert.ok(output.every((message, i) => isMessage(message, "display_data") && message.content.data["text/plain"] === `display ${i}`));
  };
  const value = async (): Promise<void> => {
    const [message] = (await kernel.execute("display({ 'text/html': 'z'.repeat(50_000_000) }, { raw: true })", {}, patience)).output;
    assert.ok(isMessage(message!, "display_data") && String(message.content.data["text/html"]).length === 50_000_000);
    const { output } = await kernel.execute("process.stdout.write('ä'.repeat(25_000_000)); 'done'", {}, patience);
    assert.ok(textOf(output, "stdout") === "ä".repeat(25_000_000));
  };
  /** What it has when it is idle. */
  const settled = async (): Promise<{ kernel: number; cells: number }> => {
    kernel.published.length = kernel.replies.length = 0;
    await delay(4_000);
    return { kernel: megabytes(kernel.process.pid!), cells: megabytes(child) };
  };

  it("100,000 lines arrive", lines);
  it("10,000 displays arrive", displays);
  it("values of 50 MB arrive", value);

  it("memory returns to its level", async function () {
    if (!existsSync("/proc/self/status")) this.skip();
    // The first flood has grown what stays: code, tables, pages of the heap.
    const level = await settled();
    for (let round = 0; round < 3; round++) {
      await lines();
      await displays();
      await value();
    }
    const after = await settled();
    const heap = Number(await kernel.value("Math.round(process.memoryUsage().heapTotal / 1e6)"));
    const told = (name: "kernel" | "cells"): string => [fresh, level, after].map((at) => at[name].toFixed(0)).join(", ");
    console.log(`      fresh, after one flood, after four: kernel ${told("kernel")} MB; cells ${told("cells")} MB, of which the heap of V8 ${heap} MB`);
    assert.ok(after.kernel < level.kernel + 60, `the kernel has ${after.kernel} MB instead of ${level.kernel}`);
    assert.ok(after.cells < level.cells + 60, `the process of the cells has ${after.cells} MB instead of ${level.cells}`);
    // Much more than that has passed through it.
    assert.ok(after.kernel < fresh.kernel + 100, `the kernel has ${after.kernel} MB, ${fresh.kernel} when it was fresh`);
    // The process of the cells keeps freed memory for the next table; its heap shows that nothing is held.
    assert.ok(heap < 60, `the heap has ${heap} MB`);
  });
});
