/**
 * The names that tables of events carry, in files of text and of arrays.
 * @module
 */
import { FormatError, OptionError } from "../errors.js";
import type { TextColumn, TimeUnitName } from "./text.definition.js";

const spellings: Readonly<Record<"t" | "x" | "y" | "p", RegExp>> = {
  t: /^(t|ts|time|times|timestamp|timestamps|time_?stamp)$/,
  x: /^(x|xs|x_?(pos|coord|coordinate)?s?|col|column)$/,
  y: /^(y|ys|y_?(pos|coord|coordinate)?s?|row)$/,
  p: /^(p|ps|pol|pols|polarity|polarities|on|sign)$/,
};
const units: Readonly<Record<string, TimeUnitName>> = {
  s: "s", sec: "s", secs: "s", second: "s", seconds: "s", ms: "ms", millis: "ms", milliseconds: "ms",
  us: "us", usec: "us", micros: "us", microseconds: "us", "µs": "us", "μs": "us", ns: "ns", nsec: "ns", nanoseconds: "ns",
};

/** What a name stands for, with the unit of time if the name states one: "t", "timestamp_us", "t [ns]", "ts(s)". */
export function columnOf(name: string): { readonly column: TextColumn; readonly unit?: TimeUnitName } | undefined {
  const plain = name.trim().toLowerCase().replace(/^["']|["']$/g, "");
  const stated = /^(.*?)(?:[ _-]?[[(]([a-zµμ]+)[\])]|[_-]([a-zµμ]+))$/.exec(plain);
  const unit = stated ? units[stated[2] ?? stated[3]] : undefined;
  const base = unit ? stated![1].trim() : plain;
  for (const [column, spelling] of Object.entries(spellings)) {
    if (spelling.test(base)) return { column: column as TextColumn, ...(unit && column === "t" && { unit }) };
  }
  return undefined;
}

/** The option `columns`, checked. */
export function parseColumns(text: string): TextColumn[] {
  const columns = text.trim().split(/[\s,;]+/);
  const known = columns.every((column) => ["t", "x", "y", "p", "-"].includes(column));
  const once = ["t", "x", "y", "p"].every((column) => columns.filter((other) => other === column).length === 1);
  if (known && once && columns.length <= 16) return columns as TextColumn[];
  throw new OptionError({ where: "columns", expected: 'each of t, x, y and p once, and "-" for columns to pass over: "t x y p"', received: `"${text}"` });
}

/** Whole numbers whose unit nobody states. */
export function unknownUnit(where: string, what: string): FormatError {
  return new FormatError({
    where,
    expected: "a unit of time",
    received: `${what}, which are whole numbers and could be any`,
    next: 'Say which with `timeUnit: "us"` (or "ns", "ms", "s")',
  });
}
