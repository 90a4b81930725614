/**
 * Values that are made of rows: arrays of plain objects, tables of Arrow, and data frames and series of danfojs, which are
 * known by what they can do, whatever copy of the package made them.
 * @module
 */
import { inspect } from "node:util";

import type { TableRow } from "../table-view.js";

const mostColumns = 50;

/** A value as a table. */
export interface Rows {
  /** The columns that are shown. */
  readonly columns: readonly string[];
  readonly types?: readonly string[];
  readonly hiddenColumns: number;
  readonly length: number;
  /** Rows `from` to `end`, as text. */
  readonly slice: (from: number, end: number) => readonly TableRow[];
  /** True for values that `inspect` would show as their inner parts. */
  readonly opaque: boolean;
}

/** `undefined` when the value is not made of rows. */
export function rowsOf(value: object): Rows | undefined {
  return Array.isArray(value) ? rowsOfRecords(value) : (rowsOfArrow(value) ?? rowsOfDanfo(value));
}

interface Source {
  readonly columns: readonly string[];
  readonly types?: readonly string[];
  readonly length: number;
  readonly cell: (row: number, column: number) => unknown;
  readonly name?: (row: number) => unknown;
}

function rowsFrom({ columns: all, types, length, cell, name = (row) => row }: Source, opaque: boolean): Rows {
  const columns = all.slice(0, mostColumns);
  const row = (index: number): TableRow => [text(name(index)), ...columns.map((_, column) => text(cell(index, column)))];
  return {
    columns,
    ...(types && { types: types.slice(0, mostColumns) }),
    hiddenColumns: all.length - columns.length,
    length,
    slice: (from, end) => Array.from({ length: Math.max(0, Math.min(end, length) - from) }, (_, i) => row(from + i)),
    opaque,
  };
}

function rowsOfRecords(values: readonly unknown[]): Rows | undefined {
  if (values.length === 0 || values.length > 10_000_000 || !values.every(isRecord)) return undefined;
  const columns = [...new Set(values.slice(0, 1000).flatMap((record) => Object.keys(record)))];
  if (columns.length === 0) return undefined;
  return rowsFrom({ columns, length: values.length, cell: (row, column) => values[row]?.[columns[column]] }, false);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
  readonly numRows: number;
  getChildAt(index: number): { get(row: number): unknown } | null;
}

function rowsOfArrow(value: object): Rows | undefined {
  const { schema, numRows, getChildAt } = value as Partial<ArrowTable>;
  if (typeof numRows !== "number" || typeof getChildAt !== "function" || !Array.isArray(schema?.fields)) return undefined;
  const columns = schema.fields.map(({ name }) => name);
  const vectors = columns.map((_, i) => getChildAt.call(value, i));
  return rowsFrom({ columns, types: schema.fields.map(({ type }) => String(type)), length: numRows, cell: (row, column) => vectors[column]?.get(row) }, true);
}

interface DanfoFrame {
  readonly columns: readonly string[];
  readonly index: readonly unknown[];
  readonly dtypes: readonly string[];
  /** Rows of a frame, cells of a series. */
  readonly values: readonly unknown[];
}

function rowsOfDanfo(value: object): Rows | undefined {
  const { columns, index, dtypes } = value as Partial<DanfoFrame>;
  if (!Array.isArray(columns) || !Array.isArray(index) || !Array.isArray(dtypes) || !("$data" in value)) return undefined;
  const { values } = value as unknown as DanfoFrame;
  const cell = (row: number, column: number): unknown => (Array.isArray(values[row]) ? values[row][column] : values[row]);
  return rowsFrom({ columns, types: dtypes, length: values.length, cell, name: (row) => index[row] }, true);
}

function text(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "bigint") return String(value);
  const shown = typeof value === "string" ? value : inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 6, maxStringLength: 200 });
  return shown.length > 300 ? `${shown.slice(0, 300)}…` : shown;
}
