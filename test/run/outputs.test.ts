import assert from "node:assert/strict";
import { createMessage, type Contents, type MessageType } from "../../src/jupyter/messages.js";
import { asTerminal, Displays, OutputArea } from "../../src/run/outputs.js";
import { code } from "./notebooks.js";

const sender = { session: "s", username: "u" };
const message = <Type extends MessageType>(type: Type, content: Contents[Type]) => createMessage(sender, type, content);
const display = (value: string, id?: string) => ({ data: { "text/plain": value }, metadata: {}, ...(id !== undefined && { transient: { display_id: id } }) });

describe("outputs of a cell", () => {
  it("joins neighbouring texts of one stream and keeps the order of streams", () => {
    const cell = code("");
    const area = new OutputArea(cell, new Displays());
    for (const [name, text] of [["stdout", "a"], ["stdout", "b\n"], ["stderr", "c"], ["stdout", "d"]] as const) area.receive(message("stream", { name, text }));
    assert.deepEqual(cell.outputs.map((output) => output.output_type === "stream" && [output.name, output.text]), [["stdout", "ab\n"], ["stderr", "c"], ["stdout", "d"]]);
  });

  it("updates a display wherever it was shown, also from a later cell", () => {
    const displays = new Displays();
    const [first, second] = [code(""), code("")];
    new OutputArea(first, displays).receive(message("display_data", display("1", "d")));
    new OutputArea(second, displays).receive(message("update_display_data", display("2", "d")));
    assert.deepEqual(first.outputs, [{ output_type: "display_data", data: { "text/plain": "2" }, metadata: {} }]);
    assert.deepEqual(second.outputs, []);
  });

  it("clears at once, or with the next output", () => {
    const cell = code("");
    const area = new OutputArea(cell, new Displays());
    area.receive(message("display_data", display("1")));
    area.receive(message("clear_output", { wait: true }));
    assert.equal(cell.outputs.length, 1);
    area.receive(message("display_data", display("2")));
    assert.deepEqual(cell.outputs.map((output) => "data" in output && output.data["text/plain"]), ["2"]);
    area.receive(message("clear_output", { wait: false }));
    assert.deepEqual(cell.outputs, []);
  });

  it("shows what a terminal would show", () => {
    assert.equal(asTerminal("10%\r50%\r100%\ndone\r\n"), "100%\ndone\n");
    assert.equal(asTerminal("ab\b\bcd"), "cd");
    assert.equal(asTerminal("kept\r"), "kept\r");
  });
});
