/**
 * The checks of the public conformance suite runtimed/kernel-testbed (commit of 7 June 2026), with its snippets for
 * TypeScript, one test each under its name there. The suite is a Rust program; what it asks of a kernel is asked here
 * over the same sockets, and more strictly where it accepts silence.
 */
import assert from "node:assert/strict";

import { isChildOf, isMessage, type Contents, type Message, type MessageType } from "../../src/jupyter/index.js";
import { KernelProcess, textOf } from "./kernel-process.js";

const snippets = {
  rich: '[{letter: "A", frequency: 0.08167}, {letter: "B", frequency: 0.01492}]',
  display: 'await Deno.jupyter.broadcast("display_data", { data: { "text/html": "<b>bold</b>" }, metadata: {}, transient: {} })',
  update:
    'await Deno.jupyter.broadcast("display_data", { data: { "text/html": "<b>initial</b>" }, metadata: {}, transient: { display_id: "test_update" } }); await Deno.jupyter.broadcast("update_display_data", { data: { "text/html": "<b>updated</b>" }, metadata: {}, transient: { display_id: "test_update" } })',
} as const;

describe("kernel: runtimed/kernel-testbed", () => {
  let kernel: KernelProcess;
  before(async () => {
    kernel = await KernelProcess.start();
  });
  after(() => kernel.stop());

  const info = async () => (await kernel.request("kernel_info_request", {})).reply.content as Contents["kernel_info_reply"] & { status: "ok" };
  const ok = async (code: string): Promise<readonly Message[]> => {
    const { reply, output } = await kernel.execute(code);
    assert.equal(reply.content.status, "ok", JSON.stringify(reply.content));
    return output;
  };
  const only = <Type extends MessageType>(output: readonly Message[], type: Type): Message<Type> => {
    const found = output.filter((message) => isMessage(message, type));
    assert.equal(found.length, 1, `${found.length} messages of type ${type}`);
    return found[0] as Message<Type>;
  };

  it("heartbeat_responds", async () => {
    await kernel.heartbeat.send("ping");
    assert.equal(String((await kernel.heartbeat.receive())[0]), "ping");
  });
  it("iopub_welcome", () => assert.deepEqual(kernel.published.slice(0, 2).map(({ header }) => header.msg_type), ["iopub_welcome", "status"]));
  it("kernel_info_reply_valid", async () => assert.equal((await info()).status, "ok"));
  it("kernel_info_has_language_info", async () => assert.equal((await info()).language_info.name, "typescript"));
  it("kernel_info_has_protocol_version", async () => assert.match((await info()).protocol_version, /^5\.\d+/));
  it("execute_stdout", async () => assert.equal(textOf(await ok("console.log('hello')"), "stdout"), "hello\n"));
  it("execute_stderr", async () => assert.equal(textOf(await ok("console.error('error')"), "stderr"), "error\n"));
  it("execute_reply_ok", async () => void (await ok("const x = 1")));
  it("status_busy_idle_lifecycle", async () => {
    const { reply } = await kernel.execute("1 + 1");
    const states = kernel.published.filter((message) => message.parent_header.msg_id === reply.parent_header.msg_id && isMessage(message, "status"));
    assert.deepEqual(states.map(({ content }) => content.execution_state), ["busy", "idle"]);
  });
  it("execute_input_broadcast", async () => {
    const { reply } = await kernel.execute("const x = 2");
    const input = kernel.published.find((message) => message.parent_header.msg_id === reply.parent_header.msg_id && isMessage(message, "execute_input"));
    assert.deepEqual(input?.content, { code: "const x = 2", execution_count: reply.content.execution_count });
  });

  it("complete_request", async () => {
    await ok("const testVariableForCompletion = 42");
    const { reply } = await kernel.request("complete_request", { code: "testVariableFor", cursor_pos: 15 });
    assert.deepEqual(reply.content.status === "ok" && [...reply.content.matches], ["testVariableForCompletion"]);
  });
  it("inspect_request", async () => {
    const { reply } = await kernel.request("inspect_request", { code: "testVariableForCompletion", cursor_pos: 10, detail_level: 0 });
    assert.ok(reply.content.status === "ok" && reply.content.found);
  });
  it("is_complete_complete", async () => assert.equal((await kernel.request("is_complete_request", { code: "const x = 1" })).reply.content.status, "complete"));
  it("is_complete_incomplete", async () => assert.equal((await kernel.request("is_complete_request", { code: "const x = {" })).reply.content.status, "incomplete"));
  it("history_request", async () => {
    const { reply } = await kernel.request("history_request", { output: false, raw: true, hist_access_type: "tail", n: 2 });
    assert.equal(reply.content.status === "ok" && reply.content.history.length, 2);
  });
  it("comm_info_request", async () => assert.deepEqual((await kernel.request("comm_info_request", {})).reply.content, { status: "ok", comms: {} }));
  it("error_handling", async () => {
    const { reply, output } = await kernel.execute("function function");
    assert.equal(reply.content.status, "error");
    assert.equal(only(output, "error").content.ename, "SyntaxError");
  });

  it("display_data", async () => assert.deepEqual(only(await ok(snippets.display), "display_data").content.data, { "text/html": "<b>bold</b>" }));
  it("update_display_data", async () => {
    const output = await ok(snippets.update);
    assert.deepEqual(only(output, "display_data").content.transient, { display_id: "test_update" });
    assert.deepEqual(only(output, "update_display_data").content, { data: { "text/html": "<b>updated</b>" }, metadata: {}, transient: { display_id: "test_update" } });
  });
  it("execute_result", async () => assert.equal(only(await ok("1 + 1"), "execute_result").content.data["text/plain"], "2"));
  it("rich_execute_result", async () => assert.match(String(only(await ok(snippets.rich), "execute_result").content.data["text/html"]), /<table[^]*0\.08167[^]*<\/table>/));

  it("stdin_input_request", async () => {
    const { reply, output } = await kernel.answering("prompt('Enter: ')", ['"test_input_42"']);
    assert.equal(reply.content.status, "ok");
    assert.match(String(only(output, "execute_result").content.data["text/plain"]), /test_input_42/);
  });
  it("comms_lifecycle", async () => {
    const output = await kernel.tell("comm_open", { comm_id: "test-comm", target_name: "jupyter.kernel_testbed.test", data: {} });
    assert.equal(only(output, "comm_close").content.comm_id, "test-comm");
    await kernel.tell("comm_close", { comm_id: "test-comm", data: {} });
    await ok("const x = 3");
  });
  it("interrupt_request", async () => assert.equal((await kernel.request("interrupt_request", {}, "control")).reply.content.status, "ok"));
  it("execution_count_increments", async () => {
    const [first, second] = [await kernel.execute("const x = 1"), await kernel.execute("const x = 1")];
    assert.equal(second.reply.content.execution_count, first.reply.content.execution_count! + 1);
  });
  it("parent_header_correlation", async () => {
    const before = kernel.published.length;
    const { reply } = await kernel.execute("console.log('hello')");
    const request = reply.parent_header as Message["header"];
    assert.equal(request.msg_type, "execute_request");
    assert.ok(kernel.published.slice(before).every((message) => isChildOf(message, request)));
  });
  it("shutdown_reply", async () => {
    const ended = new Promise((resolve) => kernel.process.once("exit", resolve));
    const request = kernel.send("shutdown_request", { restart: false }, "control");
    await kernel.until(() => kernel.replies.some((message) => isChildOf(message, request)), "shutdown_reply");
    assert.equal(await ended, 0);
  });
});
