/** Starts that fail: a sentence instead of silence, and no process that stays behind. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { KernelError } from "../../src/errors.js";
import { findKernel, KernelClient, kernelName } from "../../src/jupyter/index.js";
import type { RunnableCell } from "../../kernel-ext/src/pipe.js";
import type { Session } from "../../kernel-ext/src/session.js";
import { KernelProcess } from "./kernel-process.js";

const cell: RunnableCell = { id: 1, label: "cell 1", source: "1", javascript: "1", sourceMap: "{}", columnShift: 0, imports: [] };

describe("kernel: starts", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "evtlab-start-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Node runs this before it becomes a process of the cells, while the file "ill" is there. */
  const illness = (code: string): string => {
    const file = join(folder, "illness.mjs");
    writeFileSync(join(folder, "ill"), "");
    writeFileSync(file, `import { existsSync } from "node:fs";\nif (/child.main\\.js$/.test(process.argv[1]) && existsSync(${JSON.stringify(join(folder, "ill"))})) { ${code} }`);
    return `--import=${pathToFileURL(file)}`;
  };
  const open = async (place: string, startLimit?: number): Promise<Session> => {
    const path: string = "../../dist/kernel-ext/src/session.js";
    const { Session: Started } = (await import(path)) as { Session: typeof Session };
    return new Started(place, { onOutput: () => {}, onLoss: () => {}, onInspectorEvent: () => {}, ...(startLimit !== undefined && { startLimit }) });
  };

  it("a process of the cells that ends at once is an error of each cell until it starts", async () => {
    const kernel = await KernelProcess.start({ folder, env: { NODE_OPTIONS: illness("console.error('no more disk'); process.exit(3);") } });
    try {
      for (let i = 0; i < 2; i++) {
        const { content } = (await kernel.execute("1 + 1")).reply;
        assert.match(content.status === "error" ? content.evalue : "", /could not start \(exit code 3\).*no more disk/s);
      }
      rmSync(join(folder, "ill"));
      assert.equal(await kernel.value("1 + 1"), "2");
    } finally {
      await kernel.stop();
    }
  });

  it("one that gives no sign of life is ended", async () => {
    process.env["NODE_OPTIONS"] = illness("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");
    const session = await open(folder, 1_000).finally(() => delete process.env["NODE_OPTIONS"]);
    assert.match((await session.execute(cell)).error?.evalue ?? "", /could not start \(signal SIGKILL\).*no sign of life for 1 s/);
    session.close();
  });

  it("ports that another program took in between are a sentence, and a client starts it again with others", async () => {
    const thief = join(folder, "thief.mjs");
    const taken = join(folder, "taken");
    const theft = `const { hb_port } = JSON.parse(readFileSync(process.argv[2], "utf8"));
      appendFileSync(${JSON.stringify(taken)}, hb_port + " ");
      await new Promise((resolve) => createServer().listen(hb_port, "127.0.0.1", resolve));`;
    writeFileSync(thief, `import { appendFileSync, existsSync, readFileSync } from "node:fs"; import { createServer } from "node:net";
      const thefts = existsSync(${JSON.stringify(taken)}) ? readFileSync(${JSON.stringify(taken)}, "utf8").trim().split(" ").length : 0;
      if (/kernel-ext.src.main.js$/.test(process.argv[1]) && thefts < Number(process.env.THEFTS)) { ${theft} }`);
    const own = findKernel(kernelName);
    const started = (thefts: number): Promise<KernelClient> =>
      KernelClient.start({ ...own, spec: { ...own.spec, env: { NODE_OPTIONS: `--import=${pathToFileURL(thief)}`, THEFTS: String(thefts) } } });
    const client = await started(2);
    try {
      const { content } = await client.execute("1 + 1");
      assert.equal(content.status, "ok");
      assert.equal(readFileSync(taken, "utf8").trim().split(" ").length, 2);
    } finally {
      await client.shutdown();
    }
    await assert.rejects(started(99), (error: Error) => error instanceof KernelError && /hb of the connection file: expected tcp:\/\/127\.0\.0\.1:\d+ for this kernel alone, got "Address already in use"/.test(error.message));
    assert.equal(readFileSync(taken, "utf8").trim().split(" ").length, 5);
  });

  it("a folder that is gone is said to be gone", async () => {
    const session = await open(join(folder, "nowhere"));
    assert.match((await session.execute(cell)).error?.evalue ?? "", /could not start .*nowhere is gone/);
    session.close();
  });

  it("leaves no process behind when the kernel and its folder go while it starts", async function () {
    if (!existsSync("/proc/self/task")) return this.skip();
    for (const wait of [0, 50, 150, 300]) {
      const place = mkdtempSync(join(folder, "notebook-"));
      const kernel = await KernelProcess.start({ folder: place });
      const children = readFileSync(`/proc/${kernel.process.pid}/task/${kernel.process.pid}/children`, "utf8").split(" ").filter(Boolean);
      await delay(wait);
      rmSync(place, { recursive: true });
      await kernel.stop();
      // That of the cells, and that of the compiler.
      assert.equal(children.length, 2);
      for (let tries = 0; children.some((pid) => existsSync(`/proc/${pid}`)); tries++) {
        assert.ok(tries < 100, "a process lives on");
        await delay(100);
      }
    }
  });
});
