import assert from "node:assert/strict";

import { isMessage } from "../../src/jupyter/index.js";
import { KernelProcess, plain, textOf } from "./kernel-process.js";

describe("kernel: execution", () => {
  let kernel: KernelProcess;
  before(async () => {
    kernel = await KernelProcess.start();
  });
  after(() => kernel.stop());

  it("describes itself", async () => {
    const { content } = (await kernel.request("kernel_info_request", {})).reply;
    assert.equal(content.status, "ok");
    assert.equal(content.protocol_version, "5.5");
    assert.equal(content.language_info.name, "typescript");
    assert.equal(content.language_info.file_extension, ".ts");
  });

  it("gives the value of the last expression as execute_result", async () => {
    const { reply, output } = await kernel.execute("const half = 21;\nhalf * 2;");
    assert.equal(reply.content.status, "ok");
    assert.deepEqual(output.map(({ header }) => header.msg_type), ["execute_result"]);
    assert.deepEqual(output[0].content.data, { "text/plain": "42" });
    assert.equal(output[0].content.execution_count, reply.content.execution_count);
  });

  it("shows nothing for undefined, and an object literal as an object", async () => {
    assert.equal(await kernel.value("undefined"), undefined);
    assert.equal(await kernel.value("{ a: 1 }"), "{ a: 1 }");
    assert.equal(await kernel.value("{ const inner = 1; inner + 1; }"), undefined);
  });

  it("keeps stdout and stderr in order", async () => {
    const { output } = await kernel.execute("console.log('one'); console.error('two'); process.stdout.write('three'); console.log();");
    assert.deepEqual(output.map(({ content }) => [content.name, content.text]), [["stdout", "one\n"], ["stderr", "two\n"], ["stdout", "three\n"]]);
  });

  it("captures what other processes write", async () => {
    const { output } = await kernel.execute("import { execSync } from 'node:child_process';\nexecSync('echo from a child; echo trouble >&2', { stdio: 'inherit' });");
    assert.equal(textOf(output, "stdout"), "from a child\n");
    assert.equal(textOf(output, "stderr"), "trouble\n");
  });

  it("keeps what native libraries log while they load out of the notebook, but not their errors", async () => {
    const lines = ["WARNING: All log messages before absl::InitializeLog() is called are written to STDERR", "I0000 00:00:1795288005.285190   29754 port.cc:153] oneDNN custom operations are on.", "E0000 00:00:1795288005.285191   29754 cuda.cc:12] no device", "I am no log"];
    const { output } = await kernel.execute(`import { writeSync } from 'node:fs';\nfor (const part of ${JSON.stringify([lines.join("\n").slice(0, 100), `${lines.join("\n")}\n`.slice(100)])}) { writeSync(2, part); await new Promise((resolve) => setTimeout(resolve, 50)); }`);
    assert.equal(textOf(output, "stderr"), `${lines[2]}\n${lines[3]}\n`);
    await kernel.until(() => kernel.stderr.includes("oneDNN"), "the log in that of the kernel");
  });

  it("brackets every request with busy and idle, and echoes the cell", async () => {
    const request = kernel.sendCell("'x'");
    await kernel.answer(request);
    const types = kernel.published.filter((m) => m.parent_header.msg_id === request.msg_id).map((m) => (isMessage(m, "status") ? m.content.execution_state : m.header.msg_type));
    assert.deepEqual(types, ["busy", "execute_input", "execute_result", "idle"]);
  });

  it("says nothing when silent, and counts only what is stored", async () => {
    const before = (await kernel.execute("1")).reply.content.execution_count;
    const { output } = await kernel.execute("console.log('quiet'); 2", { silent: true });
    assert.deepEqual(output, []);
    await kernel.execute("3", { store_history: false });
    assert.equal((await kernel.execute("4")).reply.content.execution_count, before! + 1);
  });

  it("evaluates user expressions, each with its own fate", async () => {
    const { content } = (await kernel.execute("const base = 10", { user_expressions: { good: "base + 1", bad: "nowhere" } })).reply;
    assert.equal(content.status, "ok");
    const { good, bad } = content.user_expressions as Record<string, { status: string; data?: unknown }>;
    assert.deepEqual(good.data, { "text/plain": "11" });
    assert.equal(bad.status, "error");
  });

  it("aborts the cells that were waiting when one fails", async () => {
    const requests = ["throw new Error('stop here')", "'never'", "'never either'"].map((code) => kernel.sendCell(code));
    const statuses = [];
    for (const request of requests) statuses.push((await kernel.answer<"execute_reply">(request)).reply.content.status);
    assert.deepEqual(statuses, ["error", "aborted", "aborted"]);
    assert.equal(await kernel.value("'again'"), "'again'");
  });

  it("runs a cell that was sent when the error of the one before was seen", async () => {
    for (let round = 0; round < 20; round++) {
      const failing = kernel.sendCell("throw new Error('seen')");
      await kernel.until(() => kernel.published.some((message) => isMessage(message, "error") && message.parent_header.msg_id === failing.msg_id), "error");
      assert.equal(await kernel.value("1 + 1"), "2", `round ${round}`);
    }
  });

  it("goes on after a failure with stop_on_error off", async () => {
    const failing = kernel.sendCell("throw new Error('go on')", { stop_on_error: false });
    const next = kernel.sendCell("'ran'");
    assert.equal((await kernel.answer<"execute_reply">(failing)).reply.content.status, "error");
    assert.equal((await kernel.answer<"execute_reply">(next)).reply.content.status, "ok");
  });

  it("gives late output to the cell that started it", async () => {
    const early = kernel.sendCell("setTimeout(() => console.log('late'), 50); 0");
    await kernel.answer(early);
    await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 150)); console.log('mine')");
    assert.equal(textOf(kernel.outputOf(early), "stdout"), "late\n");
  });

  it("remembers what was executed", async () => {
    await kernel.execute("'remember me'");
    const { content } = (await kernel.request("history_request", { output: false, raw: true, hist_access_type: "tail", n: 1 })).reply;
    assert.equal(content.status, "ok");
    assert.equal(content.history[0][2], "'remember me'");
    const found = (await kernel.request("history_request", { output: false, raw: true, hist_access_type: "search", pattern: "*remember*" })).reply.content;
    assert.equal(found.status === "ok" && found.history.length, 1);
  });

  it("answers heartbeats, comm_info and is_complete", async () => {
    await kernel.heartbeat.send("beat");
    assert.equal(String((await kernel.heartbeat.receive())[0]), "beat");
    assert.deepEqual((await kernel.request("comm_info_request", {})).reply.content, { status: "ok", comms: {} });
    const status = async (code: string): Promise<string> => (await kernel.request("is_complete_request", { code })).reply.content.status;
    assert.equal(await status("const a = 1"), "complete");
    assert.equal(await status("function f() {"), "incomplete");
    assert.equal(await status("const t = `open"), "incomplete");
    assert.equal(await status("const = 5"), "invalid");
    assert.equal(await status("'open"), "invalid");
  });

  it("ends with a shutdown request", async () => {
    const other = await KernelProcess.start();
    const ended = new Promise((resolve) => other.process.once("exit", resolve));
    const { reply } = await other.request("shutdown_request", { restart: true }, "control");
    assert.deepEqual(reply.content, { status: "ok", restart: true });
    assert.equal(await ended, 0);
    await other.stop();
  });
});

describe("kernel: errors", () => {
  let kernel: KernelProcess;
  before(async () => {
    kernel = await KernelProcess.start();
  });
  after(() => kernel.stop());

  async function failure(code: string): Promise<{ ename: string; evalue: string; text: string }> {
    const { reply, output } = await kernel.execute(code);
    assert.equal(reply.content.status, "error");
    const message = output.find((m) => isMessage(m, "error"));
    assert.ok(message !== undefined && isMessage(message, "error"));
    const { ename, evalue, traceback } = message.content;
    assert.deepEqual({ ...message.content }, { ename: reply.content.ename, evalue: reply.content.evalue, traceback: reply.content.traceback });
    return { ename, evalue, text: plain(traceback) };
  }

  it("names the cell, line and column, with no frame of the kernel", async () => {
    await kernel.value("interface Unused { a: number }\n\nfunction deep(value: { x?: { y: number } }): number {\n  return value.x!.y;\n}");
    const { ename, evalue, text } = await failure("type Also = string;\nconst result =\n  deep({});");
    assert.equal(ename, "TypeError");
    assert.match(evalue, /Cannot read properties of undefined/);
    assert.match(text, /at deep \(cell 1, 4:19\)\n +4 \|   return value\.x!\.y;\n +\^\n +at cell 2, 3:3\n +3 \|   deep\(\{\}\);\n +\^$/);
  });

  it("maps errors after await, in callbacks and with causes", async () => {
    const { text } = await failure("await new Promise((resolve) => setTimeout(resolve, 1));\ntry {\n  JSON.parse('{');\n} catch (cause) {\n  throw new RangeError('outer', { cause });\n}");
    assert.match(text, /^RangeError: outer\n +at cell 3, 5:9/);
    assert.match(text, /Caused by: SyntaxError: .*\n +at cell 3, 3:8/);
    assert.doesNotMatch(text, /node:|dist/);
  });

  it("shows the line of the cell that waits for what failed", async () => {
    const { text } = await failure("import { open } from 'node:fs/promises';\nasync function first(): Promise<void> {\n  await open('no such file');\n}\nawait first();");
    assert.match(text, /at first \(cell \d+, 3:3\)\n.*\n +\^\n +at cell \d+, 5:1\n +5 \| await first\(\);\n +\^$/);
  });

  it("shows thrown values that are no errors", async () => {
    assert.equal((await failure("throw 'a string'")).evalue, "'a string'");
    assert.equal((await failure("throw { code: 7 }")).evalue, "{ code: 7 }");
    assert.equal((await failure("throw undefined")).evalue, "undefined");
  });

  it("stops at a syntax error before anything runs", async () => {
    const { ename, text } = await failure("console.log('no');\nconst a = (1;");
    assert.equal(ename, "SyntaxError");
    assert.match(text, /at cell \d+, 2:13\n +2 \| const a = \(1;\n +\^/);
  });

  it("reports late errors on stderr of the cell that caused them, and lives on", async () => {
    const early = kernel.sendCell("setTimeout(() => { throw new Error('too late'); }, 20);\nvoid Promise.reject(new Error('unheard')); 0");
    await kernel.answer(early);
    await kernel.until(() => /too late/.test(textOf(kernel.outputOf(early), "stderr")), "late error");
    assert.match(textOf(kernel.outputOf(early), "stderr"), /unheard/);
    assert.equal(await kernel.value("'alive'"), "'alive'");
  });

  it("answers process.exit with an error and survives a crash", async () => {
    await kernel.value("let kept = 1");
    assert.match((await failure("process.exit(3)")).evalue, /process\.exit\(3\)/);
    assert.equal(await kernel.value("kept"), "1");
    const { ename, evalue } = await failure("process.abort()");
    assert.equal(ename, "ProcessEnded");
    assert.match(evalue, /SIGABRT.*variables are gone/);
    assert.equal((await failure("kept")).ename, "TypeCheckError");
    assert.equal(await kernel.value("2 + 2"), "4");
  });

  it("survives a crash that leaves another process behind", async () => {
    assert.equal((await failure("import { spawn } from 'node:child_process';\nspawn('sleep', ['3'], { stdio: 'inherit' }); process.abort();")).ename, "ProcessEnded");
    assert.equal(await kernel.value("5"), "5");
  });

  it("notices a crash between cells", async () => {
    const early = kernel.sendCell("let soon = 1; setTimeout(() => process.abort(), 20); 0");
    await kernel.answer(early);
    await kernel.until(() => /variables are gone/.test(textOf(kernel.outputOf(early), "stderr")), "word of the crash");
    assert.equal((await failure("soon")).ename, "TypeCheckError");
    assert.equal(await kernel.value("3 + 3"), "6");
  });
});
