/** Tables of a million rows: the first page in the output, the others over a comm. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { isMessage, type JsonObject } from "../../src/jupyter/index.js";
import { tableMime, tableTarget, type RowsSent, type TableView } from "../../kernel-ext/src/table-view.js";
import { KernelProcess } from "./kernel-process.js";

const arrow = JSON.stringify(createRequire(import.meta.url).resolve("apache-arrow"));

describe("kernel: tables", () => {
  let kernel: KernelProcess;
  let comms = 0;
  before(async () => {
    kernel = await KernelProcess.start();
    await kernel.execute(`const { tableFromArrays } = require(${arrow}) as any;`);
  });
  after(() => kernel.stop());

  async function shown(code: string): Promise<Record<string, unknown> & { view: TableView }> {
    const { reply, output } = await kernel.execute(code);
    assert.equal(reply.content.status, "ok", JSON.stringify(reply.content));
    const data = output.at(-1)!.content.data as Record<string, unknown>;
    return { ...data, view: data[tableMime] as TableView };
  }
  /** Opens a channel as a front end does; undefined when the kernel closes it. */
  async function open(id: string): Promise<((from: unknown) => Promise<RowsSent>) | undefined> {
    const comm_id = `table-${++comms}`;
    const answer = await kernel.tell("comm_open", { comm_id, target_name: tableTarget, data: { id } });
    if (answer.some((message) => isMessage(message, "comm_close"))) return undefined;
    return async (from) => {
      const [sent] = await kernel.tell("comm_msg", { comm_id, data: { from } as JsonObject });
      return sent!.content.data as unknown as RowsSent;
    };
  }

  it("of Arrow are turned page by page", async () => {
    const { view, "text/plain": text, "text/html": html } = await shown("const million = tableFromArrays({ t: BigInt64Array.from({ length: 1_000_000 }, (_, i) => BigInt(i) * 10n), p: new Uint8Array(1_000_000) });\nmillion");
    assert.deepEqual([view.columns, view.types, view.rows, view.hiddenColumns], [["t", "p"], ["Int64", "Uint8"], 1_000_000, 0]);
    assert.deepEqual([view.first.length, view.first[1]], [view.page, ["1", "10", "0"]]);
    assert.match(String(text), /^ +t +p\n0 +0 +0\n1 +10 +0\n[^]*1,000,000 rows × 2 columns$/);
    assert.match(String(html), /<td>9999990<\/td>/);
    const rows = (await open(view.id))!;
    assert.deepEqual((await rows(500_000)).rows[0], ["500000", "5000000", "0"]);
    const last = await rows(999_990);
    assert.deepEqual([last.total, last.rows.length, last.rows.at(-1)], [1_000_000, 10, ["999999", "9999990", "0"]]);
    for (const odd of [-5, 0.4, "1", null]) assert.equal((await rows(odd)).from, 0, String(odd));
    assert.deepEqual((await rows(5e9)).rows, []);
  });

  it("of records follow the array as it changes", async () => {
    const { view } = await shown("const grows = Array.from({ length: 100 }, (_, i) => ({ i, name: `row ${i}` }));\ngrows");
    const rows = (await open(view.id))!;
    await kernel.execute("grows.push({ i: 100, name: 'new' }); undefined");
    const { rows: found, total } = await rows(100);
    assert.deepEqual([found, total], [[["100", "100", "new"]], 101]);
  });

  it("of danfojs have their index as names of the rows, and show a series as well", async () => {
    const { view, "text/plain": text } = await shown("import { EventTable } from 'evtlab';\nconst n = 200;\nconst frame = await EventTable.from({ t: BigInt64Array.from({ length: n }, (_, i) => BigInt(i)), x: new Uint16Array(n).fill(7), y: new Uint16Array(n), p: new Uint8Array(n) }, { sensor: { width: 8, height: 8 } }).toDataFrame();\nframe.tail(100)");
    assert.deepEqual([view.rows, view.types], [100, ["int32", "int32", "int32", "int32"]]);
    assert.deepEqual(view.first[0], ["100", "100", "7", "0", "0"]);
    assert.match(String(text), /100 rows × 4 columns/);
    assert.match(String((await shown("frame.column('x').valueCounts()"))["text/html"]), /<td>200<\/td>/);
  });

  it("stay for their pages without a variable, the last few of them, and are gone with their process", async () => {
    const { view } = await shown("tableFromArrays({ x: new Uint16Array(1000) })");
    assert.equal((await (await open(view.id))!(990)).rows.length, 10);
    assert.equal(await open("never shown"), undefined);
    await kernel.execute("process.kill(process.pid, 'SIGKILL'); await new Promise(() => undefined)");
    assert.equal(await open(view.id), undefined);
  });

  it("that are short come whole, with nothing to turn", async () => {
    assert.equal((await shown("[{ a: 1 }, { a: 2 }]")).view, undefined);
  });
});
