import assert from "node:assert/strict";

import { isMessage, type Message } from "../../src/jupyter/index.js";
import { KernelProcess, plain, textOf } from "./kernel-process.js";

describe("kernel: comms", () => {
  let kernel: KernelProcess;
  before(async () => {
    kernel = await KernelProcess.start();
  });
  after(() => kernel.stop());

  const comms = async (target?: string) => {
    const { reply } = await kernel.request("comm_info_request", target === undefined ? {} : { target_name: target });
    return reply.content.status === "ok" ? reply.content.comms : {};
  };

  it("opens a channel to the front end, with data, metadata and bytes", async () => {
    const { output } = await kernel.execute("const channel = comms.openComm('jupyter.widget', { data: { value: 3 }, metadata: { version: '2.1.0' }, buffers: [Uint8Array.of(1, 2, 3)] });\nconst heard: unknown[] = [];\nchannel.onMessage = ({ data, buffers }) => { heard.push(data, ...buffers); console.log('heard'); channel.send({ echo: data }, buffers); };\nchannel.onClose = () => console.log('closed');\nundefined");
    const [open] = output;
    assert.equal(open.header.msg_type, "comm_open");
    const id = open.content.comm_id as string;
    assert.deepEqual(open.content, { comm_id: id, target_name: "jupyter.widget", data: { value: 3 } });
    assert.deepEqual(open.metadata, { version: "2.1.0" });
    assert.deepEqual(open.buffers.map((bytes) => [...bytes]), [[1, 2, 3]]);
    assert.deepEqual(await comms(), { [id]: { target_name: "jupyter.widget" } });
    assert.deepEqual(await comms("another"), {});

    const answered = await kernel.tell("comm_msg", { comm_id: id, data: { method: "update" } }, [Uint8Array.of(9), new Uint8Array(0)]);
    assert.equal(textOf(answered, "stdout"), "heard\n");
    const echo = answered.find((message) => isMessage(message, "comm_msg")) as Message;
    assert.deepEqual(echo.content.data, { echo: { method: "update" } });
    assert.deepEqual(echo.buffers.map((bytes) => [...bytes]), [[9], []]);
    assert.equal(await kernel.value("heard.length"), "3");

    assert.equal(textOf(await kernel.tell("comm_close", { comm_id: id, data: {} }), "stdout"), "closed\n");
    assert.equal(await kernel.value("channel.open"), "false");
    assert.deepEqual(await comms(), {});
  });

  it("is heard while a cell waits, and the output belongs to the message", async () => {
    const { output } = await kernel.execute("const slider = comms.openComm('x');\nlet moved = 0;\nslider.onMessage = () => { moved++; console.log('moved'); };\nundefined");
    const id = output[0].content.comm_id as string;
    const waiting = kernel.sendCell("while (moved < 2) await new Promise((r) => setTimeout(r, 5));\nmoved");
    for (let i = 0; i < 2; i++) assert.equal(textOf(await kernel.tell("comm_msg", { comm_id: id, data: {} }), "stdout"), "moved\n");
    const { reply, output: result } = await kernel.answer<"execute_reply">(waiting);
    assert.equal(reply.content.status, "ok");
    assert.equal(textOf(result, "stdout"), "");
  });

  it("accepts channels that the front end opens, and closes those to an unknown target", async () => {
    await kernel.execute("comms.onCommOpen('mine', (comm, { data }) => comm.send({ hello: data }))");
    const [hello] = await kernel.tell("comm_open", { comm_id: "a1", target_name: "mine", data: { n: 1 } });
    assert.deepEqual(hello.content, { comm_id: "a1", data: { hello: { n: 1 } } });
    const [closed] = await kernel.tell("comm_open", { comm_id: "b2", target_name: "nobody", data: {} });
    assert.equal(closed.header.msg_type, "comm_close");
    assert.equal(closed.content.comm_id, "b2");
    assert.deepEqual(await comms("nobody"), {});
  });

  it("shows what a handler throws and lives on", async () => {
    const { output } = await kernel.execute("const broken = comms.openComm('y'); broken.onMessage = () => { throw new RangeError('no such value'); };\nundefined");
    await kernel.tell("comm_msg", { comm_id: output[0].content.comm_id as string, data: {} });
    await kernel.until(() => kernel.published.some((m) => isMessage(m, "stream") && /RangeError: no such value/.test(plain([m.content.text]))), "the error");
    assert.equal(await kernel.value("1"), "1");
    await kernel.tell("comm_msg", { comm_id: "unknown", data: {} });
    await kernel.tell("comm_close", { comm_id: "unknown", data: {} });
  });

  it("closes all channels when the process that held them ends", async () => {
    const { output } = await kernel.execute("comms.openComm('z'); undefined");
    const id = output[0].content.comm_id;
    await kernel.execute("process.kill(process.pid, 'SIGKILL'); await new Promise(() => undefined)");
    await kernel.until(() => kernel.published.some((m) => isMessage(m, "comm_close") && m.content.comm_id === id), "comm_close");
    assert.deepEqual(await comms(), {});
  });
});
