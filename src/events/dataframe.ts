/**
 * Events as a danfojs DataFrame.
 *
 * danfojs-node is bundled into the package when it is built, on @tensorflow/tfjs-core and its CPU backend; it is
 * loaded at the first call. Reading Excel files and URLs and danfojs' own plots are left out.
 * @module
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { MissingError } from "../errors.js";
import type { EventTable } from "./table.js";

export type Cell = number | string | boolean | null | undefined;
/** Names of aggregations: "count", "sum", "mean", "std", "var", "min", "max". */
export type Aggregation = "count" | "sum" | "mean" | "std" | "var" | "min" | "max";

/** The part of danfojs' Series that is typed here; see danfo.jsdata.org for the rest. */
export interface Series {
  readonly values: readonly Cell[];
  readonly size: number;
  sum(): number;
  mean(): number;
  std(): number;
  min(): number;
  max(): number;
  count(): number;
  eq(other: Cell | Series): Series;
  gt(other: number | Series): Series;
  lt(other: number | Series): Series;
  and(other: Series): Series;
  unique(): Series;
  valueCounts(): Series;
}

/** Rows of a {@link DataFrame} in groups. */
export interface Groupby {
  count(): DataFrame;
  sum(): DataFrame;
  mean(): DataFrame;
  min(): DataFrame;
  max(): DataFrame;
  agg(aggregations: Readonly<Record<string, Aggregation | readonly Aggregation[]>>): DataFrame;
}

/** The part of danfojs' DataFrame that is typed here. */
export interface DataFrame {
  readonly columns: readonly string[];
  readonly index: readonly (string | number)[];
  readonly shape: readonly [rows: number, columns: number];
  readonly values: readonly (readonly Cell[])[];
  column(name: string): Series;
  groupby(columns: readonly string[]): Groupby;
  query(condition: Series): DataFrame;
  sortValues(column: string, options?: { readonly ascending?: boolean }): DataFrame;
  head(rows?: number): DataFrame;
  tail(rows?: number): DataFrame;
  describe(): DataFrame;
  print(): void;
  toString(): string;
}

interface Danfo {
  readonly DataFrame: new (columns: Readonly<Record<string, readonly number[]>>) => DataFrame;
}

/** A DataFrame of plain numbers: int64 has no type there, so `t` becomes a number, exact below 2^53 µs (285 years). */
export function toDataFrame({ t, x, y, p }: EventTable): DataFrame {
  const { DataFrame } = load();
  return new DataFrame({ t: Array.from(t, Number), x: Array.from(x), y: Array.from(y), p: Array.from(p) });
}

let danfo: Danfo | undefined;
function load(): Danfo {
  if (danfo !== undefined) return danfo;
  // Beside the compiled files, or in dist when the sources run as they are.
  const places = ["../../vendor/danfo.cjs", "../../dist/vendor/danfo.cjs"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const bundle = places.find((path) => existsSync(path));
  if (bundle === undefined) {
    throw new MissingError({ where: "toDataFrame", expected: "the bundled danfojs in dist/vendor", received: "no such file", next: "Run: npm run build" });
  }
  danfo = createRequire(import.meta.url)(bundle) as Danfo;
  return danfo;
}
