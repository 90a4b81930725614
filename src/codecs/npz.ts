/**
 * Events in arrays of NumPy: an `.npz` with a column each, or one array of records in an `.npz` or `.npy`.
 *
 * There is no standard: the names are matched in their usual spellings (t, ts, timestamps, x, x_pos, p, polarity, …),
 * also as fields of records (N-ImageNet's `event_data`). Times of floating point are seconds; of whole numbers
 * the name ("t_us"), an entry `time_unit` beside them, or the option `timeUnit` must say what they are. Arrays of
 * Python objects are pickles, which can run anything, and refused.
 *
 * Source: "NEP 1 — A Simple File Format for NumPy Arrays"; the arrays of rpg_vid2e and N-ImageNet.
 * @module
 */
import { isZip, openZipEntry, readZip, type ByteSource } from "../bytes/index.js";
import { FormatError } from "../errors.js";
import { firstWhereRead } from "../events/first-where.js";
import type { SensorSize } from "../events/schema.js";
import type { SensorWindow } from "../events/time.js";
import { field } from "../wasm/decode-block.js";
import type { DecodeOptions, EventBatch, EventCodec, ReadColumnsOptions, WholeColumns } from "./codec.js";
import { GrowingColumns } from "./columns.js";
import { columnOf, parseColumns, unknownUnit } from "./column-names.js";
import { emitTrigger } from "./emit.js";
import { isNpy, readNpyHeader, type NpyArray } from "./npy.js";
import { writeNpz } from "./npz.writer.js";
import { NumberDecoder, read, roughTime, type NumberColumn, type NumberType } from "./number-columns.js";
import { readRecords } from "./read-records.js";
import { recordFormat } from "./records.definition.js";
import type { TimeUnitName } from "./text.definition.js";
import { asInTables, readRuns } from "./whole.js";
import { WordDecoder } from "./word-decoder.js";

const name = "npz";
const stepRows = 1 << 14;

export const npz: EventCodec = {
  name,
  title: "NumPy arrays (npz, npy)",
  source: "NEP 1; rpg_vid2e, N-ImageNet",
  endings: ["npz"],
  triggers: true,
  bookmarks: false,
  async sniff(head, source) {
    if (isNpy(head)) return true;
    if (!isZip(head) || source.size === undefined) return false;
    const entries = await readZip(source).catch(() => []);
    return entries.length > 0 && entries.every((entry) => entry.name.endsWith(".npy"));
  },
  async info(source) {
    const arrays = await openArrays(source);
    const columns = findColumns(arrays, undefined);
    const { sensor } = await settings(arrays);
    const assumptions = columns?.t.type.kind === "float" && columns.unit === undefined ? ["Times are floating-point numbers and were taken as seconds."] : [];
    const header = Object.fromEntries(arrays.map(({ name: key, array }) => [key, `${array.descr} ${array.shape.join("x") || "scalar"}`]));
    return { format: name, sensor, header, assumptions };
  },
  read: (source, options = {}) => readArrays(source, options),
  readWindow: async (source, window, options = {}) => readArrays(source, options, window),
  readColumns,
  write: writeNpz,
};

interface NamedArray {
  readonly name: string;
  readonly source: ByteSource;
  readonly array: NpyArray;
}

/** Where a column lies: in which array, and where in its rows. */
interface Place {
  readonly member: NamedArray;
  readonly offset: number;
  readonly type: NumberType;
}

type Columns = Readonly<Record<"t" | "x" | "y" | "p", Place>> & { readonly unit: TimeUnitName | undefined; readonly rows: number };

async function openArrays(source: ByteSource): Promise<NamedArray[]> {
  const head = new Uint8Array(16);
  await source.read(head, 0);
  if (isNpy(head)) return [{ name: "array", source, array: await readNpyHeader(source) }];
  const arrays: NamedArray[] = [];
  for (const entry of await readZip(source)) {
    if (!entry.name.endsWith(".npy")) continue;
    const member = await openZipEntry(source, entry);
    // What a header promises is compared with what the archive states, which is compared with what bombs do.
    arrays.push({ name: entry.name.slice(0, -4), source: member, array: await readNpyHeader({ ...member, size: entry.size }) });
  }
  return arrays;
}

/** The columns in a file, and what is known of them. */
async function understand(source: ByteSource, options: DecodeOptions) {
  const arrays = await openArrays(source);
  const columns = findColumns(arrays, options.columns);
  if (!columns) {
    throw new FormatError({
      where: source.name,
      expected: "arrays, or fields of records, named t, x, y and p in one of their usual spellings and of equal length",
      received: arrays.map((one) => `${one.name} (${one.array.fields.map(({ name: key }) => key).join(", ") || one.array.descr}, ${one.array.shape.join("x") || "scalar"})`).join("; ") || "none",
      next: 'For one array of rows name its columns with `columns: "t x y p"`',
    });
  }
  const stated = await settings(arrays);
  const unit = options.timeUnit ?? columns.unit ?? stated.unit ?? (columns.t.type.kind === "float" ? "s" : undefined);
  if (unit === undefined) throw unknownUnit(source.name, `the times of type ${columns.t.member.array.descr}`);
  return { arrays, columns, unit, sensor: options.sensor ?? stated.sensor };
}

/** Arrays of the types of a table, one a column. */
async function readColumns(source: ByteSource, options: ReadColumnsOptions): Promise<WholeColumns | undefined> {
  const { arrays, columns, unit, sensor } = await understand(source, options);
  const place = ({ member: { source: bytes, array } }: Place) => ({ source: bytes, position: array.start, bytes: rowBytes(array) * columns.rows });
  const plain = [columns.t, columns.x, columns.y, columns.p].every(({ member, type }) => member.source.size !== undefined && rowBytes(member.array) === type.size);
  if (unit !== "us" || !plain || !asInTables(columns)) return undefined;
  const whole = await readRuns(name, [{ rows: columns.rows, t: place(columns.t), x: place(columns.x), y: place(columns.y), p: place(columns.p) }], sensor, options);
  if (!whole) return undefined;
  const triggers = new GrowingColumns();
  for await (const batch of readTriggers(arrays, options, undefined)) triggers.append(batch.columns, batch.triggers);
  return { ...whole, triggers: triggers.finish().triggers };
}

async function* readArrays(source: ByteSource, options: DecodeOptions, window?: SensorWindow): AsyncGenerator<EventBatch> {
  const { arrays, columns, unit, sensor } = await understand(source, options);
  const [from, to] = window ? await rowsOf(columns, unit, window) : [0, columns.rows];
  yield* readTriggers(arrays, options, window);

  const record = recordLayout(columns, unit);
  if (record) {
    const { member } = columns.t;
    const format = recordFormat(name, record);
    const decoder = new WordDecoder(format, sensor, options);
    try {
      const extent = { position: member.array.start + from * record.bytes, bytes: (to - from) * record.bytes };
      yield* readRecords(member.source, to > from ? [extent] : [], decoder, format, options);
    } finally {
      decoder.release();
    }
    return;
  }
  const decoder = new NumberDecoder(name, sensor, { unit, offset: 0n }, options);
  const members = [...new Set([columns.t, columns.x, columns.y, columns.p].map(({ member }) => member))];
  const total = members.reduce((sum, { array }) => sum + rowBytes(array), 0);
  const buffers = new Map(members.map((member) => [member, new Uint8Array(stepRows * rowBytes(member.array))]));
  try {
    for (let row = from; row < to; row += stepRows) {
      options.signal?.throwIfAborted();
      const rows = Math.min(stepRows, to - row);
      for (const { source: bytes, array } of members) {
        const wanted = rows * rowBytes(array);
        const got = await bytes.read(buffers.get(members.find((member) => member.array === array)!)!.subarray(0, wanted), array.start + row * rowBytes(array));
        if (got < wanted) throw cutOff(bytes.name, array.start + row * rowBytes(array) + got);
      }
      const numbers = (place: Place): NumberColumn => ({ bytes: buffers.get(place.member)!, offset: place.offset, stride: rowBytes(place.member.array), type: place.type });
      yield* decoder.take({ t: numbers(columns.t), x: numbers(columns.x), y: numbers(columns.y), p: numbers(columns.p) }, rows, row * total);
      yield* decoder.flush((row + rows) * total);
    }
  } finally {
    decoder.release();
  }
}

function cutOff(where: string, at: number): FormatError {
  return new FormatError({ where, expected: "as many values as the header states", received: `the end at byte ${at}`, next: "The file is cut off or damaged: fetch it again" });
}

function rowBytes({ shape, itemBytes }: NpyArray): number {
  return shape.slice(1).reduce((product, size) => product * size, 1) * itemBytes;
}

/** The four columns, by names, by fields, or by the option `columns`. */
function findColumns(arrays: readonly NamedArray[], option: string | undefined): Columns | undefined {
  const wanted = ["t", "x", "y", "p"] as const;
  const candidates: { places: Partial<Record<string, Place>>; unit: TimeUnitName | undefined }[] = [];
  const byName: (typeof candidates)[number] = { places: {}, unit: undefined };
  for (const member of arrays) {
    const { array } = member;
    const found = columnOf(member.name);
    if (found && array.type && (array.shape.length === 1 || (array.shape.length === 2 && array.shape[1] === 1))) {
      byName.places[found.column] ??= { member, offset: 0, type: array.type };
      byName.unit ??= found.unit;
    }
    if (array.fields.length > 0 && array.shape.length === 1) {
      const fields: (typeof candidates)[number] = { places: {}, unit: undefined };
      for (const { name: key, offset, type } of array.fields) {
        const column = columnOf(key);
        if (!column || !type) continue;
        fields.places[column.column] ??= { member, offset, type };
        fields.unit ??= column.unit;
      }
      candidates.push(fields);
    }
    if (option !== undefined && array.type && array.shape.length === 2 && array.shape[1] > 3) {
      const roles = parseColumns(option);
      const type = array.type;
      if (roles.length === array.shape[1]) {
        candidates.push({ places: Object.fromEntries(roles.map((role, i) => [role, { member, offset: i * array.itemBytes, type }])), unit: undefined });
      }
    }
  }
  for (const { places, unit } of [byName, ...candidates]) {
    const lengths = new Set(wanted.map((column) => places[column]?.member.array.shape[0]));
    const [rows] = lengths;
    if (wanted.every((column) => places[column]) && lengths.size === 1) return { t: places["t"]!, x: places["x"]!, y: places["y"]!, p: places["p"]!, unit, rows: rows! };
  }
  return undefined;
}

/** Records that the kernel reads as they are. */
function recordLayout({ t, x, y, p }: Columns, unit: TimeUnitName) {
  const { member } = t;
  const { array } = member;
  const wide = (place: Place, sizes: readonly number[]) => place.member === member && place.type.kind !== "float" && !place.type.bigEndian && sizes.includes(place.type.size);
  if (array.fields.length === 0 || unit !== "us" || array.itemBytes > 4096) return undefined;
  if (!wide(t, [8]) || !wide(x, [2]) || !wide(y, [2]) || !wide(p, [1, 2])) return undefined;
  return {
    bytes: array.itemBytes, t: t.offset, x: x.offset, y: y.offset, p: p.offset, pBytes: p.type.size as 1 | 2, pSigned: p.type.signed,
    signed: x.type.signed || y.type.signed,
  };
}

/** What lies beside the events: the size of the sensor and the unit of time. */
async function settings(arrays: readonly NamedArray[]): Promise<{ sensor: SensorSize | undefined; unit: TimeUnitName | undefined }> {
  const scalar = async (key: string): Promise<number | string | undefined> => {
    const found = arrays.find((one) => one.name === key);
    if (!found || found.array.shape.some((size) => size !== 1) || found.array.itemBytes > 64) return undefined;
    const bytes = new Uint8Array(found.array.itemBytes);
    if ((await found.source.read(bytes, found.array.start)) < bytes.length) return undefined;
    if (found.array.type) return Number(read({ bytes, offset: 0, stride: 0, type: found.array.type }, 0));
    const text = found.array.descr.includes("U") ? bytes.filter((_, i) => i % 4 === 0) : bytes;
    return Buffer.from(text).toString("latin1").replace(/\0.*$/s, "");
  };
  const [width, height, unit] = [await scalar("width"), await scalar("height"), (await scalar("time_unit")) ?? (await scalar("t_unit"))];
  const valid = (size: unknown): size is number => Number.isInteger(size) && (size as number) > 0 && (size as number) <= 65535;
  return {
    sensor: valid(width) && valid(height) ? { width, height } : undefined,
    unit: unit === "ns" || unit === "us" || unit === "ms" || unit === "s" ? unit : undefined,
  };
}

/** Edges as evtlab writes them: arrays trigger_t in microseconds, trigger_id, trigger_p. */
async function* readTriggers(arrays: readonly NamedArray[], options: DecodeOptions, window: SensorWindow | undefined): AsyncGenerator<EventBatch> {
  const [t, id, p] = ["trigger_t", "trigger_id", "trigger_p"].map((key) => arrays.find((one) => one.name === key));
  const rows = t?.array.shape[0] ?? 0;
  const fits = t?.array.descr === "<i8" && id?.array.descr === "|u1" && p?.array.descr === "|u1" && [t, id, p].every((one) => one.array.shape.length === 1 && one.array.shape[0] === rows);
  if (!fits || rows === 0 || options.shift) return;
  const decoder = new WordDecoder(recordFormat(name, { bytes: 16, t: 0, x: 8, y: 10, p: 12, pBytes: 1, pSigned: false, signed: false }), undefined, options);
  const { block } = decoder;
  try {
    for (let row = 0; row < rows; row += stepRows) {
      const count = Math.min(stepRows, rows - row);
      const parts = [];
      for (const { source, array } of [t, id, p]) {
        const bytes = new Uint8Array(count * array.itemBytes);
        if ((await source.read(bytes, array.start + row * array.itemBytes)) < bytes.length) throw cutOff(source.name, array.start);
        parts.push(bytes);
      }
      const times = new BigInt64Array(parts[0].buffer);
      for (let i = 0; i < count; i++) {
        if (window && (times[i] < window.from || times[i] >= window.to)) continue;
        if (block.state[field.triggers] === block.size.triggers) yield* decoder.flush(0);
        emitTrigger(block, times[i], parts[1][i], parts[2][i] === 0 ? 0 : 1);
      }
    }
    yield* decoder.flush(0);
  } finally {
    decoder.release();
  }
}

/** The rows of a window, found by halves in times that can be read anywhere; all rows otherwise. */
async function rowsOf(columns: Columns, unit: TimeUnitName, window: SensorWindow): Promise<[number, number]> {
  const { member, offset, type } = columns.t;
  if (member.source.size === undefined) return [0, columns.rows];
  const bytes = new Uint8Array(rowBytes(member.array));
  const before = (time: bigint): Promise<number> =>
    firstWhereRead(0, columns.rows, async (row) => {
      await member.source.read(bytes, member.array.start + row * bytes.length);
      return roughTime({ bytes, offset, stride: 0, type }, 0, unit) >= Number(time);
    });
  // Rounding, and steps back, may put events a little outside.
  return [Math.max(0, (await before(window.from - 2n)) - stepRows), Math.min(columns.rows, (await before(window.to + 2n)) + stepRows)];
}
