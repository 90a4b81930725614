/**
 * Tables one after the other.
 * @module
 */
import { TableError } from "../errors.js";
import type { EventColumns, Provenance } from "./schema.js";
import type { EventTable } from "./table.js";

/** Columns of all tables, copied once. @throws TableError when sensors differ or a table starts before the one before it ends. */
export function concatColumns(tables: readonly EventTable[]): EventColumns {
  checkFit(tables);
  return joined(tables);
}

/** Columns of all parts, copied once; those of the only part that has events are shared. */
export function concatParts(parts: readonly EventColumns[]): EventColumns {
  const filled = parts.filter(({ t }) => t.length > 0);
  return filled.length === 1 ? filled[0]! : joined(filled);
}

function joined(parts: readonly EventColumns[]): EventColumns {
  const length = parts.reduce((sum, { t }) => sum + t.length, 0);
  const all = { t: new BigInt64Array(length), x: new Uint16Array(length), y: new Uint16Array(length), p: new Uint8Array(length) };
  let offset = 0;
  for (const part of parts) {
    all.t.set(part.t, offset);
    all.x.set(part.x, offset);
    all.y.set(part.y, offset);
    all.p.set(part.p, offset);
    offset += part.t.length;
  }
  return all;
}

/** Formats and assumptions of all tables, each once. */
export function concatProvenance(tables: readonly EventTable[]): Provenance {
  const formats = new Set(tables.map((table) => table.provenance.format));
  const assumptions = new Set(tables.flatMap((table) => table.provenance.assumptions));
  return { format: [...formats].join(", "), assumptions: [...assumptions] };
}

function checkFit(tables: readonly EventTable[]): void {
  const [first] = tables;
  if (first === undefined) throw new TableError({ where: "concat", expected: "at least one table", received: "none" });
  let last: bigint | undefined;
  for (const [index, table] of tables.entries()) {
    const where = `concat, table ${index}`;
    const { width, height } = table.sensor;
    if (width !== first.sensor.width || height !== first.sensor.height) {
      throw new TableError({
        where,
        expected: `the ${first.sensor.width}x${first.sensor.height} sensor of the first table`,
        received: `${width}x${height}`,
        next: "Crop the tables to one region, or give both the same sensor",
      });
    }
    if (table.length === 0) continue;
    if (last !== undefined && table.t[0]! < last) {
      throw new TableError({
        where,
        expected: `a table that starts at ${last} µs or later, where the one before it ends`,
        received: `a start at ${table.t[0]} µs`,
        next: "Pass the tables in order of time",
      });
    }
    last = table.t[table.length - 1]!;
  }
}
