/**
 * Tables as outputs: the first page and the rest on demand where evtlab's extension draws them, HTML elsewhere.
 * @module
 */
import { escapeHtml } from "../../../src/events/markup.js";
import type { Json, MimeBundle } from "../../../src/jupyter/index.js";
import { tableMime, tableTarget, type RowsSent, type TableAsked, type TableRow, type TableView } from "../table-view.js";
import { onCommOpen } from "./comms.js";
import { rowsOf, type Rows } from "./rows.js";

/** So many rows are in the HTML: the first ones, and the last few of a long table. */
const most = { first: 50, last: 5 } as const;
const page = 20;
/** So many tables stay for their pages though no variable holds them; older ones as long as some variable does. */
const held = 8;
const remembered = 1000;

const tables = new Map<string, WeakRef<object>>();
const newest: object[] = [];

/** The forms of a value that is made of rows; `undefined` for any other. */
export function tableBundle(value: object): MimeBundle | undefined {
  const rows = rowsOf(value);
  if (rows === undefined) return undefined;
  const bundle = { "text/html": htmlOf(rows), ...(rows.opaque && { "text/plain": textOf(rows) }) };
  if (rows.length <= most.first + most.last) return bundle;
  const { columns, types, hiddenColumns, length } = rows;
  const view: TableView = { version: 1, id: remember(value), columns, ...(types && { types }), hiddenColumns, rows: length, page, first: rows.slice(0, page) };
  return { ...bundle, [tableMime]: view as unknown as Json };
}

/** Answers front ends that turn pages. */
export function servePages(): void {
  onCommOpen(tableTarget, (comm, { data }) => {
    const value = tables.get((data as TableAsked).id)?.deref();
    if (value === undefined) return comm.close();
    comm.onMessage = ({ data: { from } }) => {
      const rows = rowsOf(value);
      if (rows === undefined) return comm.close();
      const first = typeof from === "number" && from > 0 ? Math.min(Math.floor(from), rows.length) : 0;
      const sent: RowsSent = { from: first, rows: rows.slice(first, first + page), total: rows.length };
      comm.send({ ...sent });
    };
  });
}

function remember(value: object): string {
  const id = crypto.randomUUID();
  tables.set(id, new WeakRef(value));
  newest.push(value);
  if (newest.length > held) newest.shift();
  for (const old of tables.keys()) {
    if (tables.size <= remembered) break;
    tables.delete(old);
  }
  return id;
}

function sizeOf({ length, columns, hiddenColumns }: Rows): string {
  const count = columns.length + hiddenColumns;
  return `${length.toLocaleString("en")} rows × ${count} columns${hiddenColumns > 0 ? `, the first ${columns.length} shown` : ""}`;
}

function htmlOf(rows: Rows): string {
  const { columns, types, length } = rows;
  const line = ([name, ...cells]: TableRow): string => `<tr><th>${escapeHtml(name)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  const lines = (from: number, end: number): string => rows.slice(from, end).map(line).join("");
  const body =
    length <= most.first + most.last
      ? lines(0, length)
      : `${lines(0, most.first)}<tr><th>…</th><td colspan="${columns.length}"></td></tr>${lines(length - most.last, length)}`;
  const head = columns.map((column, i) => `<th>${escapeHtml(column)}${types === undefined ? "" : `<br><small>${escapeHtml(types[i])}</small>`}</th>`).join("");
  return `<div style="max-height:420px;overflow:auto"><table><thead><tr><th></th>${head}</tr></thead><tbody>${body}</tbody></table></div><p>${sizeOf(rows)}</p>`;
}

/** The first rows in columns. */
function textOf(rows: Rows): string {
  const lines = [["", ...rows.columns], ...rows.slice(0, 10)];
  const widths = lines[0].map((_, column) => Math.min(24, Math.max(...lines.map((line) => line[column].length))));
  const shown = lines.map((line) => line.map((cell, column) => (cell.length > 24 ? `${cell.slice(0, 23)}…` : cell).padStart(widths[column])).join("  ").trimEnd());
  return [...shown, ...(rows.length > 10 ? ["…"] : []), sizeOf(rows)].join("\n");
}
