import assert from "node:assert/strict";

import { isMessage, type DebugEvent, type DebugResponse, type JsonObject } from "../../src/jupyter/index.js";
import { SourceLines } from "../../kernel-ext/src/debugger/source-lines.js";
import { murmur2 } from "../../kernel-ext/src/debugger/murmur2.js";
import { transform } from "../../kernel-ext/src/language/transform.js";
import { KernelProcess, textOf } from "./kernel-process.js";

/** Line 4 is the return of `area`. */
const cell = `interface Box { readonly width: number; readonly height: number }

function area({ width, height }: Box): number {
  return width * height;
}
const boxes: Box[] = [{ width: 2, height: 3 }, { width: 4, height: 5 }];
const sizes = boxes.map(area);
console.log(sizes.join());`;

describe("kernel: debugger", () => {
  let kernel: KernelProcess;
  let seq = 0;
  before(async () => {
    kernel = await KernelProcess.start();
  });
  after(() => kernel.stop());

  async function ask(command: string, args?: JsonObject): Promise<DebugResponse> {
    const { reply } = await kernel.request("debug_request", { type: "request", seq: ++seq, command, ...(args && { arguments: args }) }, "control");
    return reply.content;
  }
  async function body<Body = Record<string, never>>(command: string, args?: JsonObject): Promise<Body> {
    const response = await ask(command, args);
    assert.ok(response.success, `${command}: ${response.message}`);
    return response.body as Body;
  }
  const events = (): DebugEvent[] => kernel.published.filter((m) => isMessage(m, "debug_event")).map(({ content }) => content as unknown as DebugEvent);
  async function stops(count: number): Promise<DebugEvent> {
    const stopped = () => events().filter(({ event }) => event === "stopped");
    await kernel.until(() => stopped().length >= count, `stop ${count}`);
    return stopped().at(-1)!;
  }
  const top = async () => (await body<{ stackFrames: { id: number; name: string; line: number; source: { path: string } }[] }>("stackTrace", { threadId: 1 })).stackFrames;
  async function locals(frameId = 0): Promise<Record<string, string>> {
    const { scopes } = await body<{ scopes: { name: string; variablesReference: number }[] }>("scopes", { frameId });
    const found = scopes.find(({ name }) => name === "Locals")!;
    const { variables } = await body<{ variables: { name: string; value: string }[] }>("variables", { variablesReference: found.variablesReference });
    return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  }
  let stopCount = 0;

  it("announces itself, and is off until a front end attaches", async () => {
    const { reply } = await kernel.request("kernel_info_request", {});
    assert.deepEqual(reply.content.status === "ok" && reply.content.supported_features, ["debugger", "kernel subshells"]);
    const info = await body<{ isStarted: boolean; hashMethod: string }>("debugInfo");
    assert.deepEqual([info.isStarted, info.hashMethod], [false, "Murmur2"]);
  });

  it("shows variables without a breakpoint", async () => {
    await kernel.execute("const speed = 3; let words = ['a', 'b']; const late = new Map([['k', 1]]);");
    const { variables } = await body<{ variables: { name: string; value: string; type: string; variablesReference: number }[] }>("inspectVariables");
    const byName = new Map(variables.map((variable) => [variable.name, variable]));
    assert.equal(byName.get("speed")?.value, "3");
    assert.equal(byName.get("words")?.value, "Array(2) [a, b]");
    assert.match(byName.get("late")!.value, /^Map\(1\)/);
    const members = await body<{ variables: { name: string; value: string }[] }>("variables", { variablesReference: byName.get("words")!.variablesReference });
    assert.deepEqual(members.variables.slice(0, 2).map(({ name, value }) => [name, value]), [["0", '"a"'], ["1", '"b"']]);
    assert.equal((await body<{ data: Record<string, string> }>("richInspectVariables", { variableName: "speed" })).data["text/plain"], "3");
    await kernel.execute('const shown = { [Symbol.for("Jupyter.display")]: async () => ({ "text/markdown": "*shown*" }) };');
    assert.deepEqual((await body<{ data: Record<string, string> }>("richInspectVariables", { variableName: "shown" })).data, { "text/markdown": "*shown*" });
    assert.equal((await ask("richInspectVariables", { variableName: "speed; 1" })).success, false);
  });

  it("stops at a breakpoint of a cell, shows frames and variables, steps, and goes on", async () => {
    await body("initialize", { clientID: "test" });
    await body("attach");
    const { sourcePath } = await body<{ sourcePath: string }>("dumpCell", { code: cell });
    const info = await body<{ tmpFilePrefix: string; tmpFileSuffix: string; hashSeed: number; isStarted: boolean }>("debugInfo");
    assert.equal(sourcePath, `${info.tmpFilePrefix}${murmur2(cell, info.hashSeed)}${info.tmpFileSuffix}`);
    assert.ok(info.isStarted);
    const set = await body<{ breakpoints: { verified: boolean; line: number }[] }>("setBreakpoints", { source: { path: sourcePath }, breakpoints: [{ line: 4 }], sourceModified: false });
    assert.deepEqual(set.breakpoints.map(({ verified, line }) => [verified, line]), [[true, 4]]);
    await body("configurationDone");
    assert.equal((await body<{ content: string }>("source", { source: { path: sourcePath } })).content, cell);

    const run = kernel.sendCell(cell);
    const stopped = await stops(++stopCount);
    assert.deepEqual(stopped.body, { reason: "breakpoint", threadId: 1, allThreadsStopped: true });
    const frames = await top();
    assert.deepEqual(frames.map(({ name, line, source }) => [name, line, source.path]), [["area", 4, sourcePath], ["cell", 7, sourcePath]]);
    assert.deepEqual(await locals(), { width: "2", height: "3" });
    // JupyterLab would show the globals in place of these, when it asked before it heard of the stop.
    assert.equal((await ask("inspectVariables")).success, false);
    assert.deepEqual((await body<{ stoppedThreads: number[] }>("debugInfo")).stoppedThreads, [1]);
    assert.equal((await body<{ result: string }>("evaluate", { expression: "width + 100", frameId: 0 })).result, "102");

    await body("continue", { threadId: 1 });
    await stops(++stopCount);
    assert.deepEqual(await locals(), { width: "4", height: "5" });
    await body("next", { threadId: 1 });
    await stops(++stopCount);
    assert.ok((await top())[0]!.line >= 4);
    await body("continue", { threadId: 1 });
    const { reply, output } = await kernel.answer<"execute_reply">(run);
    assert.equal(reply.content.status, "ok");
    assert.equal(textOf(output, "stdout"), "6,20\n");
    assert.ok(events().some(({ event }) => event === "continued"));
  });

  it("stops in a function of an earlier cell, also after an await", async () => {
    const caller = "await new Promise((r) => setTimeout(r, 5));\nconst one = area({ width: 7, height: 8 });\none";
    const run = kernel.sendCell(caller);
    await stops(++stopCount);
    assert.deepEqual(await locals(), { width: "7", height: "8" });
    assert.equal((await top())[1]!.line, 2);
    await body("stepOut", { threadId: 1 });
    await stops(++stopCount);
    assert.deepEqual((await top()).map(({ name }) => name), ["cell"]);
    await body("continue", { threadId: 1 });
    assert.equal((await kernel.answer<"execute_reply">(run)).reply.content.status, "ok");
  });

  it("steps out into a cell that has nothing left to do but its value", async () => {
    const run = kernel.sendCell("area({ width: 2, height: 2 })");
    await stops(++stopCount);
    await body("stepOut", { threadId: 1 });
    await stops(++stopCount);
    assert.deepEqual((await top()).map(({ name, line }) => [name, line]), [["cell", 1]]);
    await body("continue", { threadId: 1 });
    assert.equal((await kernel.answer<"execute_reply">(run)).reply.content.status, "ok");
  });

  it("is interrupted while it stands still, with variables kept", async () => {
    const run = kernel.sendCell("area({ width: 1, height: 1 })");
    await stops(++stopCount);
    await kernel.request("interrupt_request", {}, "control");
    assert.equal((await kernel.answer<"execute_reply">(run)).reply.content.status, "error");
    assert.equal(await kernel.value("speed"), "3");
  });

  it("stops where an error is thrown, if asked", async () => {
    const { sourcePath } = await body<{ sourcePath: string }>("dumpCell", { code: cell });
    await body("setBreakpoints", { source: { path: sourcePath }, breakpoints: [] });
    await body("setExceptionBreakpoints", { filters: ["raised"] });
    const run = kernel.sendCell("function fails(depth: number): never {\n  throw new RangeError(`deep ${depth}`);\n}\nfails(2)");
    const { body: stopped } = await stops(++stopCount);
    assert.equal((stopped as { reason: string }).reason, "exception");
    assert.match((stopped as { text: string }).text, /RangeError: deep 2/);
    assert.equal((await top())[0]!.line, 2);
    await body("setExceptionBreakpoints", { filters: [] });
    await body("continue", { threadId: 1 });
    assert.equal((await kernel.answer<"execute_reply">(run)).reply.content.status, "error");
  });

  it("goes on in the next process when the one with the cells ends", async () => {
    await kernel.execute("process.kill(process.pid, 'SIGKILL'); await new Promise(() => undefined)");
    const { sourcePath } = await body<{ sourcePath: string }>("dumpCell", { code: cell });
    await body("setBreakpoints", { source: { path: sourcePath }, breakpoints: [{ line: 6 }] });
    const run = kernel.sendCell(cell);
    await stops(++stopCount);
    assert.equal((await top())[0]!.line, 6);
    await body("disconnect");
    const { output } = await kernel.answer<"execute_reply">(run);
    assert.equal(textOf(output, "stdout"), "6,20\n");
    assert.equal((await body<{ isStarted: boolean }>("debugInfo")).isStarted, false);
  });

  it("refuses what it does not know with a sentence", async () => {
    const response = await ask("restartFrame");
    assert.equal(response.success, false);
    assert.match(response.message!, /no request "restartFrame"/);
    assert.match((await ask("variables", { variablesReference: 99 })).message!, /pause that is over/);
    assert.match((await ask("source", { source: { path: "/nowhere.ts" } })).message!, /No cell has the file/);
    assert.equal((await ask("toString")).success, false);
  });

  it("hashes as JupyterLab does, and maps lines in both directions", () => {
    // Made with a transcription of the reference implementation into Python.
    const expected = { "": 3990065800, a: 2167009006, abc: 3350977461, abcd: 804720481, "const x = 1;\nüñ": 3722140193 };
    for (const [text, hash] of Object.entries(expected)) assert.equal(murmur2(text, 0xc70f6907), hash);
    const { sourceMap, javascript } = transform(cell, "cell.ts", 1, new Set(), new Map());
    const lines = new SourceLines(sourceMap);
    const script = javascript.split("\n");
    const place = lines.inScript(3)!;
    assert.match(script[place.line]!.slice(place.column), /^return width \* height/);
    assert.equal(lines.inSource(place.line, place.column)!.line, 3);
    // The interface has no code: the next line that has some stands for it.
    assert.ok(lines.inScript(0)!.sourceLine >= 2);
  });
});
