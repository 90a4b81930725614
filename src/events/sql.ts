/**
 * Queries over events, by DuckDB: an optional package that is loaded at the first query.
 *
 * Each query copies the events into the database: measured on two cores, a group-by takes 0.4 s over 1 million
 * events and 4 s over 20 million, nearly all of it the copy. Slice first, or loop over the columns, where that counts.
 * @module
 */
import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { MissingError, TableError } from "../errors.js";
import type { EventColumns } from "./schema.js";
import type { EventTable } from "./table.js";

/** One row of an answer: a value a column, integers of 64 bits and more as bigint. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Rows that DuckDB takes at once. */
const chunkLength = 2048;

/**
 * The rows of a query over the tables `events` (t, x, y, p) and `triggers` (t, id, p). The database lives in memory
 * for this one call, and neither reads nor writes files.
 * @throws MissingError without the package @duckdb/node-api, TableError with DuckDB's words about a faulty query.
 */
export async function query(events: EventTable, sql: string): Promise<SqlRow[]> {
  const duckdb = await load();
  const instance = await duckdb.DuckDBInstance.create(":memory:", { temp_directory: "" });
  let connection: DuckDBConnection | undefined;
  try {
    connection = await instance.connect();
    const { t, id, p } = events.triggers;
    await fill(duckdb, connection, "events", { t: events.t, x: events.x, y: events.y, p: events.p });
    await fill(duckdb, connection, "triggers", { t, id, p });
    await connection.run("SET enable_external_access = false");
    const answer = await connection.runAndReadAll(sql);
    return answer.getRowObjectsJS();
  } catch (cause) {
    throw new TableError({
      where: "sql",
      expected: "a query over the tables events (t, x, y, p) and triggers (t, id, p)",
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  } finally {
    connection?.closeSync();
    instance.closeSync();
  }
}

type Column = EventColumns[keyof EventColumns];
type DuckDB = typeof import("@duckdb/node-api");

/** Copies columns in chunks: the memory behind a chunk's vector is a typed array of the column's own type. */
async function fill(duckdb: DuckDB, connection: DuckDBConnection, table: string, columns: Readonly<Record<string, Column>>): Promise<void> {
  const kinds = Object.values(columns).map((column) =>
    column instanceof BigInt64Array ? duckdb.BIGINT : column instanceof Uint16Array ? duckdb.USMALLINT : duckdb.UTINYINT,
  );
  const fields = Object.keys(columns).map((name, i) => `${name} ${kinds[i]} NOT NULL`);
  await connection.run(`CREATE TABLE ${table} (${fields.join(", ")})`);
  const length = columns["t"]!.length;
  const appender = await connection.createAppender(table);
  for (let start = 0; start < length; start += chunkLength) {
    const end = Math.min(start + chunkLength, length);
    const chunk = duckdb.DuckDBDataChunk.create(kinds, end - start);
    for (const [i, column] of Object.values(columns).entries()) {
      const vector = chunk.getColumnVector(i) as DuckDBVector & { readonly items: Column };
      vector.items.set(column.subarray(start, end) as never);
      vector.flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function load(): Promise<DuckDB> {
  try {
    return await import("@duckdb/node-api");
  } catch (cause) {
    throw new MissingError({
      where: "sql",
      expected: "the optional package @duckdb/node-api",
      received: (cause as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND" ? "no such package" : String(cause),
      next: "Run: npm install @duckdb/node-api@1.5.5-r.5",
      cause,
    });
  }
}
