/**
 * Whole recordings whose columns lie in the file as they are in a table: read once, straight to where they stay.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { isEvtlabError } from "../errors.js";
import { unwrittenColumns } from "../events/memory.js";
import type { EventColumns, SensorSize } from "../events/schema.js";
import type { DecodeOptions, ReadColumnsOptions, Seen, WholeColumns } from "./codec.js";
import { zeroOrOne, type NumberType } from "./number-columns.js";
import type { Opened } from "./opened.js";
import { rowFormat } from "./rows.definition.js";
import { WordDecoder } from "./word-decoder.js";

/** Where the values of a column lie, one behind the other. */
export interface ColumnPlace {
  readonly source: ByteSource;
  readonly position: number;
  /** There are at least these in the source. */
  readonly bytes: number;
}

/** Rows whose columns lie in one piece each. */
export type ColumnRun = Readonly<Record<keyof EventColumns, ColumnPlace>> & { readonly rows: number };

/** Rows read at once: 4 MiB of times. */
const stepRows = 1 << 19;
/** Rows looked at at once: as many as the block of a decoder holds. */
const checkRows = 1 << 16;
/** Columns within so many bytes come in one read. */
const nearBytes = 1 << 20;
const largestTable = 2 ** 31;

/** All of a recording without going through batches; `undefined` where its codec cannot. */
export async function readWhole({ codec, source }: Opened, options: ReadColumnsOptions): Promise<WholeColumns | undefined> {
  if (!codec.readColumns || source.size === undefined || options.shift || options.device === "cpu" || typeof WebAssembly === "undefined") return undefined;
  try {
    return await codec.readColumns(source, options);
  } catch (error) {
    if (isEvtlabError(error)) return undefined; // `read` meets it again, and gives what lies before it
    throw error;
  }
}

/** True of t in 64 bits, x and y in 16 unsigned and p in 8 unsigned, all little-endian. */
export function asInTables(columns: Readonly<Record<keyof EventColumns, { readonly type: NumberType | "bits" }>>): boolean {
  const wanted = { t: [8, true], x: [2, false], y: [2, false], p: [1, false] } as const;
  return (["t", "x", "y", "p"] as const).every((column) => {
    const { type } = columns[column];
    const [size, signed] = wanted[column];
    return type !== "bits" && type.kind !== "float" && type.size === size && type.signed === signed && (size === 1 || !type.bigEndian);
  });
}

/** The columns of all runs; `undefined` when a value does not fit, or there is none. */
export async function readRuns(codec: string, runs: readonly ColumnRun[], sensor: SensorSize | undefined, options: ReadColumnsOptions): Promise<Omit<WholeColumns, "triggers"> | undefined> {
  const total = runs.reduce((sum, { rows }) => sum + rows, 0);
  const held = runs.every((run) => columnNames.every((column) => run[column].bytes >= run.rows * rowBytes[column]));
  if (!held || !(total > 0 && total <= largestTable)) return undefined;
  const columns = unwrittenColumns(total);
  const check = new ColumnCheck(codec, options.sensor ?? sensor, options);
  try {
    const fill = filler();
    let filled = 0;
    let bytesRead = 0;
    for (const run of runs) {
      for (let row = 0; row < run.rows; row += stepRows) {
        options.signal?.throwIfAborted();
        const rows = Math.min(stepRows, run.rows - row);
        const part = slice(columns, filled, filled + rows);
        if (!(await fill(part, run, row)) || !check.take(part)) return undefined;
        filled += rows;
        bytesRead += rows * 13;
        options.onRows?.(bytesRead, filled);
      }
    }
    return { columns, seen: check.seen! };
  } finally {
    check.release();
  }
}

/** Reads rows into a part of the columns; false when the file ends before. */
function filler(): (part: EventColumns, run: ColumnRun, row: number) => Promise<boolean> {
  // A wait for the file costs as much as some ten thousand rows: what lies close together comes in one read.
  let near = new Uint8Array(0);
  return async (part, run, row) => {
    const places = columnNames.map((column) => ({ column, start: run[column].position + row * rowBytes[column], bytes: part[column].byteLength }));
    const start = Math.min(...places.map((place) => place.start));
    const span = Math.max(...places.map((place) => place.start + place.bytes)) - start;
    const { source } = run.t;
    if (span <= nearBytes && columnNames.every((column) => run[column].source === source)) {
      if (near.length < span) near = new Uint8Array(span);
      if ((await source.read(near.subarray(0, span), start)) < span) return false;
      for (const place of places) bytesOf(part[place.column]).set(near.subarray(place.start - start, place.start - start + place.bytes));
      return true;
    }
    const whole = await Promise.all(places.map(async (place) => (await run[place.column].source.read(bytesOf(part[place.column]), place.start)) === place.bytes));
    return !whole.includes(false);
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const columnNames = ["t", "x", "y", "p"] as const;
const rowBytes = { t: 8, x: 2, y: 2, p: 1 } as const;

/** Looks at columns as the block path does, without giving them out again. */
class ColumnCheck {
  seen: Seen | undefined;
  readonly #decoder: WordDecoder;

  constructor(codec: string, sensor: SensorSize | undefined, options: DecodeOptions) {
    this.#decoder = new WordDecoder(rowFormat(codec), sensor, { ...options, onError: "stop" }, 0, ({ seen }) => (this.seen = seen));
  }

  /** Brings polarities to 0 and 1. False when an event lies outside the sensor. */
  take(columns: EventColumns): boolean {
    const { block } = this.#decoder;
    for (let row = 0; row < columns.t.length; row += checkRows) {
      const { t, x, y, p } = slice(columns, row, Math.min(columns.t.length, row + checkRows));
      zeroOrOne(p);
      block.t.set(t);
      block.x.set(x);
      block.y.set(y);
      try {
        for (const step of [this.#decoder.decode(0, t.length, () => 0), this.#decoder.flush(0)]) for (const _ of step);
      } catch (error) {
        if (isEvtlabError(error, "DecodeError")) return false;
        throw error;
      }
    }
    return true;
  }

  release(): void {
    this.#decoder.release();
  }
}

function slice({ t, x, y, p }: EventColumns, from: number, to: number): EventColumns {
  return { t: t.subarray(from, to), x: x.subarray(from, to), y: y.subarray(from, to), p: p.subarray(from, to) };
}
