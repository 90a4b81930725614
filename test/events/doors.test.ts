import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { inspect } from "node:util";
import { tmpdir } from "node:os";
import { decode } from "fast-png";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable, type CardBundle } from "../../src/events/index.js";
import { movingEdges } from "../../src/simulate/index.js";
import { digest, rows, triggerRows } from "./random-table.js";

const made = movingEdges({ width: 64, height: 48, events: 5000, seed: 9 });
const table = new EventTable(made, {
  sensor: made.sensor,
  origin: -7n,
  triggers: { t: BigInt64Array.of(3n, 2n ** 40n), id: Uint8Array.of(1, 6), p: Uint8Array.of(1, 0) },
  provenance: { format: "evt3", assumptions: ['no geometry: "64x48" assumed', "<b>"] },
});
const hasDuckDB = await import("@duckdb/node-api").then(() => true, () => false);

describe("events: other forms", () => {
  let before: string;
  beforeEach(() => (before = digest(table)));
  afterEach(() => assert.equal(digest(table), before, "unchanged"));

  describe("Parquet", () => {
    it("and back keeps events, triggers and metadata, and is smaller", async () => {
      const bytes = await table.toParquet();
      assert.ok(bytes.length < table.length * 6, `${bytes.length} bytes`);
      const back = await EventTable.fromParquet(bytes);
      assert.deepEqual(rows(back), rows(table));
      assert.deepEqual(triggerRows(back.triggers), triggerRows(table.triggers));
      assert.deepEqual([back.sensor, back.origin, back.provenance], [table.sensor, table.origin, table.provenance]);
    });

    it("refuses other bytes", async () => {
      const bytes = await table.toParquet();
      for (const wrong of [new Uint8Array(0), Uint8Array.of(1, 2, 3, 4, 5), bytes.subarray(0, bytes.length - 9)]) {
        await assert.rejects(EventTable.fromParquet(wrong), (error) => isEvtlabError(error, "TableError"));
      }
    });

    it("is read by an independent reader", async function () {
      if (!hasDuckDB) return this.skip();
      const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
      const { DuckDBInstance } = await import("@duckdb/node-api");
      const folder = mkdtempSync(`${tmpdir()}/evtlab-`);
      const instance = await DuckDBInstance.create(":memory:");
      const connection = await instance.connect();
      try {
        writeFileSync(`${folder}/events.parquet`, await table.toParquet());
        const answer = await connection.runAndReadAll(`select t, x, y, p from '${folder}/events.parquet'`);
        assert.deepEqual(answer.columnTypes().map(String), ["BIGINT", "USMALLINT", "USMALLINT", "UTINYINT"]);
        assert.deepEqual(answer.getRowsJS().map((row) => row.join(" ")), rows(table));
      } finally {
        connection.closeSync();
        instance.closeSync();
        rmSync(folder, { recursive: true });
      }
    });
  });

  describe("SQL", () => {
    it("groups as a loop does, sees triggers, and leaves no file", async function () {
      if (!hasDuckDB) return this.skip();
      const files = readdirSync(".").length;
      const answer = await table.sql("select y, count(*) as n, min(t) as first from events where p = 1 group by y order by y");
      const expected = new Map<number, { y: number; n: bigint; first: bigint }>();
      for (let i = 0; i < table.length; i++) {
        if (table.p[i] === 0) continue;
        const row = expected.get(table.y[i]!) ?? { y: table.y[i]!, n: 0n, first: table.t[i]! };
        expected.set(row.y, { ...row, n: row.n + 1n });
      }
      assert.deepEqual(answer.map((row) => ({ ...row })), [...expected.values()].sort((a, b) => a.y - b.y));
      assert.deepEqual(await table.sql("select t, id, p from triggers"), [{ t: 3n, id: 1, p: 1 }, { t: 2n ** 40n, id: 6, p: 0 }]);
      assert.deepEqual(await table.slice(0, 0).sql("select * from events"), []);
      assert.equal(readdirSync(".").length, files);
    });

    it("says what is wrong with a query, and reads no files", async function () {
      if (!hasDuckDB) return this.skip();
      await assert.rejects(table.sql("select z from events"), (error) => isEvtlabError(error, "TableError") && /"z"/.test(error.message));
      await assert.rejects(table.sql("select * from read_text('package.json')"), (error) => isEvtlabError(error, "TableError") && /disabled/.test(error.message));
    });
  });

  it("a danfojs DataFrame groups as a loop does", async () => {
    const frame = await table.toDataFrame();
    assert.deepEqual([frame.shape, frame.columns], [[5000, 4], ["t", "x", "y", "p"]]);
    const counts = new Map<number, number>();
    for (const y of table.y) counts.set(y, (counts.get(y) ?? 0) + 1);
    const grouped = frame.groupby(["y"]).agg({ t: "count" });
    assert.deepEqual(new Map(grouped.values.map(([y, n]) => [y, n])), counts);
    assert.equal(frame.column("t").max(), Number(table.t[4999]));
    assert.equal(frame.query(frame.column("p").eq(1)).shape[0], table.polarity("on").length);
  });

  describe("the card", () => {
    const show = (shown: EventTable): CardBundle => shown[Symbol.for("Jupyter.display") as never] as never;
    const bundle = (shown: EventTable): CardBundle => (show(shown) as unknown as () => CardBundle).call(shown);

    it("says in text what the summary counts", () => {
      assert.match(bundle(table)["text/plain"], /^5,000 events in .* 64x48, \d\d\.\d% on, 2 triggers, from evt3; no geometry/);
      assert.equal(inspect(table), `EventTable { ${bundle(table)["text/plain"]} }`);
      assert.equal(bundle(table.slice(0, 0))["text/plain"].slice(0, 9), "no events");
    });

    it("holds a picture of the events and nothing that loads or runs", () => {
      const html = bundle(table)["text/html"];
      const png = decode(Buffer.from(/base64,([^"]+)"/.exec(html)![1]!, "base64"));
      assert.deepEqual([png.width, png.height, png.channels], [64, 48, 4]);
      assert.ok(png.data.some((value, i) => i % 4 === 3 && value === 255));
      assert.deepEqual([...html.matchAll(/(?:src|href)="([^"]{0,10})/g)].map(([, start]) => start), ["data:image"]);
      assert.doesNotMatch(html, /<script|\son\w+=/);
    });

    it("escapes what comes from a file", () => {
      const hostile = '"><img src=x onerror=alert(1)><script>&\'';
      const html = bundle(new EventTable(table, { ...table, provenance: { format: hostile, assumptions: [hostile] } }))["text/html"];
      assert.doesNotMatch(html, /<script|<img src=x/);
      assert.equal(html.split("&#60;script&#62;&#38;&#39;").length, 3);
    });

    it("shows tables of one event, of one microsecond, and of none", () => {
      const one = EventTable.from({ t: BigInt64Array.of(4n), x: Uint16Array.of(0), y: Uint16Array.of(0), p: Uint8Array.of(1) });
      for (const shown of [one, one.concat(one), one.slice(0, 0)]) assert.doesNotMatch(bundle(shown)["text/html"], /NaN|Infinity|undefined/);
    });
  });
});
