/**
 * Event tables as Apache Arrow tables, both ways without copying.
 *
 * The Arrow table has the fields `t: int64, x: uint16, y: uint16, p: uint8`, none of them nullable. What else a
 * table knows lies in the schema's metadata, and so survives Arrow IPC and Parquet:
 *
 * | key | value |
 * |---|---|
 * | `evtlab.width`, `evtlab.height` | sensor size in pixels |
 * | `evtlab.origin` | microseconds on the sensor clock that durations count from |
 * | `evtlab.format` | format the events were read from |
 * | `evtlab.assumptions` | JSON array of sentences |
 * | `evtlab.triggers` | only with triggers: base64 of their columns one after the other: t (int64 little-endian), id, p (uint8) |
 * @module
 */
import { Field, Int64, makeData, RecordBatch, Schema, Struct, Table, tableFromIPC, tableToIPC, Uint16, Uint8 } from "apache-arrow";
import { TableError } from "../errors.js";
import { noTriggers, type EventColumns, type TriggerColumns } from "./schema.js";
import type { TableOptions } from "./table.js";

/** The Arrow type of an event table. */
export type ArrowEventTypes = { t: Int64; x: Uint16; y: Uint16; p: Uint8 };
export type ArrowEvents = Table<ArrowEventTypes>;

type Described = EventColumns & Required<TableOptions>;

/** The part of an Arrow table that is read: told by its fields, so that a table of another copy of Arrow passes. */
export interface ArrowLike {
  readonly schema: { readonly metadata: ReadonlyMap<string, string> };
  getChild(name: string): { readonly data: readonly { readonly values: unknown; readonly length: number; readonly nullCount: number }[] } | null;
}

/** An Arrow table of one record batch over the same memory. */
export function toArrow(events: Described): ArrowEvents {
  const types = { t: new Int64(), x: new Uint16(), y: new Uint16(), p: new Uint8() };
  const fields = Object.entries(types).map(([name, type]) => new Field(name, type, false));
  const schema = new Schema<ArrowEventTypes>(fields, metadata(events));
  const { length } = events.t;
  const children = [
    makeData({ type: types.t, length, nullCount: 0, data: events.t }),
    makeData({ type: types.x, length, nullCount: 0, data: events.x }),
    makeData({ type: types.y, length, nullCount: 0, data: events.y }),
    makeData({ type: types.p, length, nullCount: 0, data: events.p }),
  ];
  const data = makeData({ type: new Struct<ArrowEventTypes>(schema.fields), length, nullCount: 0, children });
  return new Table(schema, new RecordBatch(schema, data));
}

/** Columns and options of an Arrow table: of one record batch without copying, of several joined. */
export function fromArrow(table: ArrowLike): { columns: EventColumns; options: TableOptions } {
  const columns = { t: column(table, "t"), x: column(table, "x"), y: column(table, "y"), p: column(table, "p") } as EventColumns;
  return { columns, options: describedBy(table.schema.metadata) };
}

/** Bytes of the Arrow IPC stream format. */
export function toIPC(events: Described, format: "stream" | "file" = "stream"): Uint8Array {
  return tableToIPC(toArrow(events), format);
}

/** The table in Arrow IPC bytes (stream or file format): its columns are views into them. */
export function fromIPC(bytes: Uint8Array): ArrowLike {
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    throw new TableError({ where: "fromIPC", expected: "bytes in the Arrow IPC stream or file format", received: (cause as Error).message, cause });
  }
}

/** The metadata of an Arrow schema. */
export function metadata({ sensor, origin, provenance, triggers }: Required<TableOptions>): Map<string, string> {
  const entries = new Map([
    ["evtlab.width", String(sensor.width)],
    ["evtlab.height", String(sensor.height)],
    ["evtlab.origin", String(origin)],
    ["evtlab.format", provenance.format],
    ["evtlab.assumptions", JSON.stringify(provenance.assumptions)],
  ]);
  if (triggers.t.length > 0) entries.set("evtlab.triggers", packTriggers(triggers));
  return entries;
}

/** What the metadata of an Arrow schema says of a table. @throws TableError when it is not as evtlab writes it. */
export function describedBy(entries: ReadonlyMap<string, string>): TableOptions {
  const width = entries.get("evtlab.width");
  const height = entries.get("evtlab.height");
  const origin = entries.get("evtlab.origin");
  const triggers = entries.get("evtlab.triggers");
  try {
    return {
      ...(width !== undefined && height !== undefined && { sensor: { width: Number(width), height: Number(height) } }),
      ...(origin !== undefined && { origin: BigInt(origin) }),
      provenance: {
        format: entries.get("evtlab.format") ?? "arrow",
        assumptions: JSON.parse(entries.get("evtlab.assumptions") ?? "[]") as string[],
      },
      triggers: triggers === undefined ? noTriggers : unpackTriggers(triggers),
    };
  } catch (cause) {
    throw new TableError({ where: "Arrow schema metadata", expected: "evtlab.* entries as evtlab writes them", received: (cause as Error).message, cause });
  }
}

const arrayTypes = { t: BigInt64Array, x: Uint16Array, y: Uint16Array, p: Uint8Array };

function column(table: ArrowLike, name: keyof EventColumns): EventColumns[keyof EventColumns] {
  const where = `Arrow column ${name}`;
  const Type = arrayTypes[name];
  const chunks = table.getChild(name)?.data;
  if (chunks === undefined) throw new TableError({ where, expected: "columns t, x, y and p", received: `none named ${name}` });
  const parts = chunks.map(({ values, length, nullCount }) => {
    if (nullCount > 0) throw new TableError({ where, expected: "no nulls", received: `${nullCount}` });
    if (ArrayBuffer.isView(values) && Object.prototype.toString.call(values) === `[object ${Type.name}]`) {
      return (values as Uint16Array).subarray(0, length); // Buffers of IPC are padded to whole words.
    }
    throw new TableError({
      where,
      expected: `values in a ${Type.name}`,
      received: Object.prototype.toString.call(values).slice(8, -1),
      next: "Cast the column to int64 (t), uint16 (x, y) or uint8 (p)",
    });
  });
  if (parts.length === 1) return parts[0]!;
  const joined = new Type(parts.reduce((sum, { length }) => sum + length, 0)) as Uint16Array;
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function packTriggers({ t, id, p }: TriggerColumns): string {
  const bytes = [t, id, p].map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return Buffer.concat(bytes).toString("base64");
}

function unpackTriggers(text: string): TriggerColumns {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  if (bytes.length % 10 !== 0) throw new RangeError(`triggers of ${bytes.length} bytes, where each takes 10`);
  const length = bytes.length / 10;
  return {
    t: new BigInt64Array(bytes.buffer, 0, length),
    id: bytes.subarray(8 * length, 9 * length),
    p: bytes.subarray(9 * length),
  };
}
