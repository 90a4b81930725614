import assert from "node:assert/strict";

import { isEvtlabError } from "../../src/errors.js";
import { slider, Widget } from "../../src/widgets/index.js";
import { KernelProcess, textOf } from "../kernel/kernel-process.js";

describe("widgets", () => {
  it("keep their state without a kernel, and tell their listeners", () => {
    const widget = slider({ min: 0, max: 10, value: 2, label: "bins" });
    const heard: number[] = [];
    const stop = widget.on("value", (value) => heard.push(value));
    widget.set("value", 5);
    stop();
    widget.set("value", 6);
    assert.deepEqual([widget.get("value"), heard], [6, [5]]);
    const bundle = (widget as unknown as Record<symbol, () => Record<string, unknown>>)[Symbol.for("Jupyter.display")]!();
    assert.deepEqual(Object.keys(bundle), ["text/plain"]);
  });

  it("refuse a slider that cannot slide", () => {
    for (const options of [{ min: 1, max: 1 }, { min: 0, max: 1, value: 2 }, { min: 0, max: Infinity }, { min: 0, max: 1, step: -1 }]) {
      assert.throws(() => slider(options), (error) => isEvtlabError(error, "OptionError"));
    }
    assert.throws(() => new Widget({ esm: "", state: {}, colour: "red" } as never), /colour/);
  });

  describe("in a kernel", () => {
    let kernel: KernelProcess;
    before(async () => {
      kernel = await KernelProcess.start();
    });
    after(() => kernel.stop());

    it("open a channel with the state of an anywidget and follow it in both directions", async () => {
      const { output } = await kernel.execute("import { slider, live } from 'evtlab/widgets';\nconst size = slider({ min: 0, max: 9, value: 3, label: 'size', unit: 'ms' });\nawait live(size, (value) => `drawn ${value}`);");
      const open = output.find(({ header }) => header.msg_type === "comm_open")!;
      const id = open.content.comm_id as string;
      const { state, buffer_paths } = open.content.data as { state: Record<string, unknown>; buffer_paths: unknown[] };
      assert.equal(open.content.target_name, "jupyter.widget");
      assert.deepEqual([state["_model_module"], state["_view_name"], state["value"], state["unit"], buffer_paths], ["anywidget", "AnyView", 3, "ms", []]);
      assert.match(String(state["_esm"]), /export default/);
      const [view, picture] = output.filter(({ header }) => header.msg_type === "display_data").map(({ content }) => content.data as Record<string, unknown>);
      assert.deepEqual(view!["application/vnd.jupyter.widget-view+json"], { version_major: 2, version_minor: 0, model_id: id });
      assert.equal(picture!["text/plain"], "'drawn 3'");

      await kernel.execute("size.on('value', (value) => console.log('now', value)); undefined");
      const moved = await kernel.tell("comm_msg", { comm_id: id, data: { method: "update", state: { value: 7, foreign: 1 }, buffer_paths: [] } });
      assert.match(textOf(moved, "stdout"), /now 7/);
      await kernel.until(() => kernel.published.some(({ header, content }) => header.msg_type === "update_display_data" && (content.data as Record<string, unknown>)["text/plain"] === "'drawn 7'"), "a new picture");
      assert.equal(await kernel.value("size.get('value')"), "7");

      const { output: set } = await kernel.execute("size.set('value', 1)");
      assert.deepEqual(set.find(({ header }) => header.msg_type === "comm_msg")!.content.data, { method: "update", state: { value: 1 }, buffer_paths: [] });
      const asked = await kernel.tell("comm_msg", { comm_id: id, data: { method: "request_state" } });
      assert.equal((asked.find(({ header }) => header.msg_type === "comm_msg")!.content.data as { state: { value: number } }).state.value, 1);
    });

    it("send bytes beside the state", async () => {
      const { output } = await kernel.execute("import { Widget } from 'evtlab/widgets';\nconst bytes = new Widget({ esm: 'export default { render() {} }', state: { data: Uint8Array.of(1, 2), n: 1 } });\nbytes");
      const open = output.find(({ header }) => header.msg_type === "comm_open")!;
      assert.deepEqual((open.content.data as { buffer_paths: unknown }).buffer_paths, [["data"]]);
      assert.deepEqual(open.buffers.map((each) => [...each]), [[1, 2]]);
      await kernel.tell("comm_msg", { comm_id: open.content.comm_id as string, data: { method: "update", state: {}, buffer_paths: [["data"]] } }, [Uint8Array.of(9, 8, 7)]);
      assert.equal(await kernel.value("[...bytes.get('data')]"), "[ 9, 8, 7 ]");
    });
  });
});
