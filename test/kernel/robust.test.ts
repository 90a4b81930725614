import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

import { createMessage, encodeMessage, isChildOf, type Message } from "../../src/jupyter/index.js";
import { KernelProcess } from "./kernel-process.js";

describe("kernel: bad input", () => {
  let kernel: KernelProcess;
  before(async () => {
    kernel = await KernelProcess.start();
  });
  after(() => kernel.stop());

  const alive = async () => assert.equal(await kernel.value("6 * 7"), "42");

  it("lives through frames that are no message, and says on stderr what was wrong with them", async () => {
    const good = encodeMessage(createMessage(kernel.sender, "kernel_info_request", {}), kernel.connection) as Buffer[];
    const foreign = encodeMessage(createMessage(kernel.sender, "kernel_info_request", {}), { ...kernel.connection, key: "another" }) as Buffer[];
    const mutated = Array.from({ length: 20 }, (_, i) => good.map((frame, k) => (k === (i % good.length) ? randomBytes(frame.length) : frame)));
    const broken: Buffer[][] = [[Buffer.from("hello")], [Buffer.alloc(0)], good.slice(0, 3), [...good.slice(0, 2), Buffer.from("{"), ...good.slice(3)], foreign, ...mutated];
    for (const channel of ["shell", "control", "stdin"] as const) for (const frames of broken) await kernel[channel].send(frames);
    await alive();
    await kernel.until(() => /<IDS\|MSG>/.test(kernel.stderr) && /signature made with the key/.test(kernel.stderr), "words on stderr");
    assert.ok(!kernel.replies.some((reply) => !reply.header.msg_type.endsWith("_reply")));
  });

  it("answers a type that it does not know with an error", async () => {
    for (const channel of ["shell", "control"] as const) {
      const message = createMessage(kernel.sender, "no_such_request" as "kernel_info_request", {});
      await kernel[channel].send(encodeMessage(message, kernel.connection) as Buffer[]);
      await kernel.until(() => kernel.replies.some((reply) => isChildOf(reply, message.header)), "a reply");
      const reply = kernel.replies.find((each) => isChildOf(each, message.header)) as Message;
      assert.deepEqual([reply.header.msg_type, reply.content.status], ["no_such_reply", "error"]);
      assert.match(String(reply.content.evalue), /knows no message of type "no_such_request"/);
    }
    await alive();
  });

  it("answers requests whose fields are missing or of a wrong type", async () => {
    const contents: [string, object][] = [["execute_request", {}], ["execute_request", { code: 5 }], ["complete_request", {}], ["inspect_request", { code: "x", cursor_pos: "y" }], ["is_complete_request", { code: null }], ["history_request", { hist_access_type: 7 }], ["debug_request", {}]];
    for (const [type, content] of contents) {
      const { reply } = await kernel.answer(kernel.send(type as "kernel_info_request", content as never));
      assert.ok("status" in reply.content || "success" in reply.content, `${type}: ${JSON.stringify(reply.content)}`);
    }
    for (const [type, content] of [["comm_msg", {}], ["comm_open", { comm_id: 1 }], ["comm_close", {}]] as const) await kernel.tell(type, content as never);
    await alive();
  });

  it("refuses a cell of 100 MB with a sentence", async () => {
    const { reply } = await kernel.execute(`const text = "${"x".repeat(100e6)}"`, {}, 60_000);
    assert.match(reply.content.status === "error" ? reply.content.evalue : "", /100\.0 MB.*at most 16 MB.*file/);
    await alive();
  }).timeout(90_000);
});
