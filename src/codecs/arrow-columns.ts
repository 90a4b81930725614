/**
 * Events in Arrow columns of any number type: what Arrow IPC and Parquet files share.
 * @module
 */
import { DataType, TimeUnit, type Field, type Schema } from "apache-arrow";
import { FormatError } from "../errors.js";
import { describedBy } from "../events/arrow.js";
import type { SensorSize, TriggerColumns } from "../events/schema.js";
import { columnOf, unknownUnit } from "./column-names.js";
import type { NumberType } from "./number-columns.js";
import type { TimeUnitName } from "./text.definition.js";

/** A field that holds one of the columns. */
export interface ColumnField {
  readonly index: number;
  /** Bits are expanded to bytes. */
  readonly type: NumberType | "bits";
}

export interface EventSchema {
  readonly fields: Readonly<Record<"t" | "x" | "y" | "p", ColumnField>>;
  /** Of times, where the schema says it. */
  readonly unit: TimeUnitName | undefined;
  readonly sensor: SensorSize | undefined;
  readonly triggers: TriggerColumns | undefined;
}

const timeUnits: Readonly<Record<number, TimeUnitName>> = {
  [TimeUnit.SECOND]: "s", [TimeUnit.MILLISECOND]: "ms", [TimeUnit.MICROSECOND]: "us", [TimeUnit.NANOSECOND]: "ns",
};

/**
 * Which fields are t, x, y and p, in their usual spellings.
 * @throws FormatError when one is missing or no column of numbers; TableError for metadata that evtlab did not write
 */
export function eventSchema(schema: Schema, where: string): EventSchema {
  const { sensor, triggers } = describedBy(schema.metadata);
  const fields: Partial<Record<string, ColumnField>> = {};
  let unit: TimeUnitName | undefined = schema.metadata.has("evtlab.width") ? "us" : undefined;
  schema.fields.forEach((field, index) => {
    const found = columnOf(field.name);
    const type = found && numberType(field);
    if (!found || !type || fields[found.column]) return;
    fields[found.column] = { index, type };
    if (found.column === "t") unit ??= found.unit ?? unitOf(field);
  });
  for (const name of ["t", "x", "y", "p"]) {
    if (fields[name]) continue;
    const received = schema.fields.map((field) => `${field.name} (${String(field.type)})`).join(", ") || "none";
    throw new FormatError({ where, expected: "columns of numbers named t, x, y and p in one of their usual spellings", received });
  }
  return { fields: fields as EventSchema["fields"], unit, sensor, triggers };
}

/** The unit of the times: stated, or seconds for floating point. @throws FormatError for whole numbers without one */
export function timeUnitOf({ unit, fields }: EventSchema, stated: TimeUnitName | undefined, where: string): TimeUnitName {
  const { type } = fields.t;
  const found = stated ?? unit ?? (type !== "bits" && type.kind === "float" ? "s" : undefined);
  if (found === undefined) throw unknownUnit(where, "the times");
  return found;
}

/** Bytes of a float, by its precision. */
const halfSingleDouble = { 0: 2, 1: 4, 2: 8 } as const;

function unitOf({ type }: Field): TimeUnitName | undefined {
  return DataType.isTimestamp(type) || DataType.isDuration(type) ? timeUnits[type.unit] : undefined;
}

function numberType({ type }: Field): NumberType | "bits" | undefined {
  if (DataType.isBool(type)) return "bits";
  const plain = { bigEndian: false } as const;
  if (DataType.isInt(type) && [8, 16, 32, 64].includes(type.bitWidth)) return { ...plain, kind: "integer", size: (type.bitWidth / 8) as 1 | 2 | 4 | 8, signed: type.isSigned };
  if (DataType.isFloat(type) && Number(type.precision) in halfSingleDouble) return { ...plain, kind: "float", size: halfSingleDouble[Number(type.precision) as 0 | 1 | 2], signed: true };
  if (DataType.isTimestamp(type) || DataType.isDuration(type)) return { ...plain, kind: "integer", size: 8, signed: true };
  return undefined;
}

/** Bits as bytes of 0 and 1. */
export function expandBits(bits: Uint8Array, first: number, rows: number): Uint8Array {
  const bytes = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) bytes[i] = (bits[(first + i) >> 3] >> ((first + i) & 7)) & 1;
  return bytes;
}

export const bitType: NumberType = { kind: "boolean", size: 1, signed: false, bigEndian: false };
