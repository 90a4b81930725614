import assert from "node:assert/strict";
import { createRequire } from "node:module";

import type { Message } from "../../src/jupyter/index.js";
import { KernelProcess } from "./kernel-process.js";

const require = createRequire(import.meta.url);

describe("kernel: display", () => {
  let kernel: KernelProcess;
  before(async () => {
    kernel = await KernelProcess.start();
  });
  after(() => kernel.stop());

  async function output(code: string): Promise<readonly Message[]> {
    const { reply, output } = await kernel.execute(code);
    assert.equal(reply.content.status, "ok", JSON.stringify(reply.content));
    return output;
  }

  it("asks a value for its MIME bundle", async () => {
    const [result] = await output("({ [Symbol.for('Jupyter.display')]() { return { 'text/html': '<b>card</b>', 'image/png': Uint8Array.of(1, 2, 3), 'application/json': { a: [1] } }; } })");
    assert.equal(result.header.msg_type, "execute_result");
    assert.deepEqual(result.content.data, { "text/html": "<b>card</b>", "image/png": "AQID", "application/json": { a: [1] } });
  });

  it("waits for a bundle that is a promise, and fails when it fails", async () => {
    const [result] = await output("class Slow { async [Symbol.for('Jupyter.display')]() { await new Promise((r) => setTimeout(r, 20)); return { 'text/plain': 'slow' }; } }\nnew Slow()");
    assert.deepEqual(result.content.data, { "text/plain": "slow" });
    const { reply } = await kernel.execute("({ async [Symbol.for('Jupyter.display')]() { throw new RangeError('cannot draw'); } })");
    assert.equal(reply.content.status === "error" && reply.content.evalue, "cannot draw");
    assert.equal((await kernel.execute("display({ [Symbol.for('Jupyter.display')]() { throw new RangeError('nor this'); } })")).reply.content.status, "error");
    assert.equal(await kernel.value("1"), "1");
  });

  it("displays on the way, in order, and updates in place", async () => {
    const messages = await output("display({ a: 1 });\ndisplay(new Slow());\nconst handle = display('first');\nhandle.update('second');\nundefined");
    assert.deepEqual(messages.map(({ header, content }) => [header.msg_type, (content.data as Record<string, unknown>)["text/plain"]]), [
      ["display_data", "{ a: 1 }"], ["display_data", "slow"], ["display_data", "'first'"], ["update_display_data", "'second'"],
    ]);
    const id = (message: Message): unknown => (message.content.transient as { display_id: string }).display_id;
    assert.equal(id(messages[2]), id(messages[3]));
    const [later] = await output("handle.update({ 'text/html': '<i>third</i>' }, { raw: true }); undefined");
    assert.equal(later.header.msg_type, "update_display_data");
    assert.equal(id(later), id(messages[2]));
  });

  it("shows records and Arrow tables as tables, cut when they are long, with their text beside", async () => {
    const [records] = await output("Array.from({ length: 200 }, (_, i) => ({ i, name: `<b>${i}</b>`, extra: i === 0 ? { deep: [1] } : undefined }))");
    const { "text/html": html, "text/plain": text } = records.content.data as Record<string, string>;
    assert.match(html, /<th>i<\/th><th>name<\/th><th>extra<\/th>/);
    assert.match(html, /&#60;b&#62;199&#60;\/b&#62;/);
    assert.doesNotMatch(html, /&#62;150&#60;/);
    assert.match(html, /200 rows × 3 columns/);
    assert.match(text, /name: '<b>0<\/b>'/);
    const [arrow] = await output(`const { tableFromArrays } = require(${JSON.stringify(require.resolve('apache-arrow'))}) as any;\ntableFromArrays({ t: BigInt64Array.of(5n, 6n), x: Uint16Array.of(1, 2) })`);
    assert.match((arrow.content.data as Record<string, string>)["text/html"], /<th>t<br><small>Int64<\/small><\/th><th>x<br><small>Uint16<\/small><\/th>[^]*<td>6<\/td><td>2<\/td>/);
    for (const code of ["[]", "[1, 2]", "[{}]", "[new Map()]", "null", "({ a: 1 })"]) {
      const [plainValue] = await output(code);
      assert.deepEqual(Object.keys(plainValue.content.data as object), ["text/plain"], code);
    }
  });

  it("shows nothing for a cell that ends with a display", async () => {
    assert.deepEqual((await output("display(1)")).map(({ header }) => header.msg_type), ["display_data"]);
  });

  it("shows errors that were not thrown with frames of cells, and none of the kernel", async () => {
    const printed = await output("const trouble = Object.assign(new RangeError('trouble'), { code: 7 });\nfunction where() { console.trace('here'); }\nconsole.log([trouble]); where(); trouble");
    const [log, trace, value] = printed.map(({ content }) => String(content.text ?? (content.data as Record<string, string>)["text/plain"]));
    assert.match(log!, /RangeError: trouble\n +at cell \d+, 1:31 \{\n +code: 7\n/);
    assert.match(trace!, /^Trace: here\n +at where \(cell \d+, 2:28\)\n +at cell \d+, 3:25\n$/);
    assert.match(value!, /^RangeError: trouble\n +at cell \d+, 1:31 \{\n +code: 7\n\}$/);
  });

  it("clears output", async () => {
    const messages = await output("console.log('gone'); clearOutput(true); console.log('stays')");
    assert.deepEqual(messages.map(({ header }) => header.msg_type), ["stream", "clear_output", "stream"]);
    assert.deepEqual(messages[1].content, { wait: true });
  });

  it("has the interface of tslab", async () => {
    await output('import * as tslab from "tslab";');
    const forms: Readonly<Record<string, readonly [string, unknown]>> = {
      html: ["text/html", "x"], markdown: ["text/markdown", "x"], latex: ["text/latex", "x"], svg: ["image/svg+xml", "x"],
      text: ["text/plain", "x"], javascript: ["text/javascript", "x"],
      png: ["image/png", "AQI="], jpeg: ["image/jpeg", "AQI="], gif: ["image/gif", "AQI="], pdf: ["application/pdf", "AQI="],
    };
    for (const [name, [mime, data]] of Object.entries(forms)) {
      const [message] = await output(`tslab.display.${name}(${data === "x" ? "'x'" : "Uint8Array.of(1, 2)"})`);
      assert.equal(message.header.msg_type, "display_data");
      assert.deepEqual(message.content.data, { [mime]: data });
    }
    const [json] = await output("tslab.display.raw('application/vnd.x+json', '{\"a\":1}')");
    assert.deepEqual(json.content.data, { "application/vnd.x+json": { a: 1 } });
    const updates = await output("const place = tslab.newDisplay(); place.text('one'); place.html('two');");
    assert.deepEqual(updates.map(({ header }) => header.msg_type), ["display_data", "update_display_data"]);
    assert.match(String(await kernel.value("Object.keys(tslab.versions).join()")), /tslab,typescript,node/);
    assert.equal((await kernel.execute("tslab.display.html(5)")).reply.content.status, "error");
    assert.equal(await kernel.value("typeof require('tslab').display.html"), "'function'");
  });
});
