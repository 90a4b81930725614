/**
 * Rows of records as a table: arrays of plain objects, and tables of Arrow, which say their columns and rows alike
 * whatever copy of the package made them.
 * @module
 */
import { inspect } from "node:util";

import { escapeHtml } from "../../../src/events/markup.js";

/** So many rows are shown: the first ones, and the last few of a long table. */
const most = { first: 50, last: 5 } as const;
const mostColumns = 50;

interface Rows {
  readonly columns: readonly string[];
  readonly length: number;
  readonly cell: (row: number, column: string) => unknown;
}

/** The table as HTML, or `undefined` when the value is not made of rows. */
export function tableOf(value: unknown): string | undefined {
  const rows = Array.isArray(value) ? rowsOfRecords(value) : rowsOfArrow(value);
  if (rows === undefined) return undefined;
  const columns = rows.columns.slice(0, mostColumns);
  const line = (row: number): string => `<tr><th>${row}</th>${columns.map((column) => `<td>${text(rows.cell(row, column))}</td>`).join("")}</tr>`;
  const numbers = Array.from({ length: rows.length }, (_, row) => row);
  const all = rows.length <= most.first + most.last;
  const body = all
    ? numbers.map(line)
    : [...numbers.slice(0, most.first).map(line), `<tr><th>…</th><td colspan="${columns.length}"></td></tr>`, ...numbers.slice(-most.last).map(line)];
  const head = `<tr><th></th>${columns.map((column) => `<th>${escapeHtml(column)}</th>`).join("")}</tr>`;
  const left = rows.columns.length - columns.length;
  const size = `${rows.length.toLocaleString("en")} rows × ${rows.columns.length} columns${left > 0 ? `, the first ${mostColumns} shown` : ""}`;
  return `<div style="max-height:420px;overflow:auto"><table><thead>${head}</thead><tbody>${body.join("")}</tbody></table></div><p>${size}</p>`;
}

function rowsOfRecords(values: readonly unknown[]): Rows | undefined {
  if (values.length === 0 || values.length > 1_000_000 || !values.every(isRecord)) return undefined;
  const columns = [...new Set(values.slice(0, 1000).flatMap((record) => Object.keys(record)))];
  if (columns.length === 0) return undefined;
  return { columns, length: values.length, cell: (row, column) => values[row][column] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  readonly numRows: number;
  getChild(name: string): { get(row: number): unknown } | null;
}

function rowsOfArrow(value: unknown): Rows | undefined {
  const table = value as Partial<ArrowTable> | null;
  if (typeof table !== "object" || typeof table?.numRows !== "number" || typeof table.getChild !== "function" || !Array.isArray(table.schema?.fields)) return undefined;
  const columns = table.schema.fields.map(({ name }) => name);
  const children = new Map(columns.map((name) => [name, table.getChild!(name)]));
  return { columns, length: table.numRows, cell: (row, column) => children.get(column)?.get(row) };
}

function text(value: unknown): string {
  if (value === undefined) return "";
  const shown = typeof value === "string" ? value : inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 6, maxStringLength: 200 });
  return escapeHtml(shown.length > 300 ? `${shown.slice(0, 300)}…` : shown);
}
