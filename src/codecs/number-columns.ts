/**
 * Columns of numbers of any type, put into the rows of a decoder: what arrays of NumPy and datasets of HDF5 hold.
 * @module
 */
import { DecodeError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import { field, type DecodeBlock } from "../wasm/decode-block.js";
import type { DecodeOptions, EventBatch } from "./codec.js";
import { rowFormat } from "./rows.definition.js";
import { unitPower, type TimeUnitName } from "./text.definition.js";
import { report, WordDecoder } from "./word-decoder.js";

export interface NumberType {
  readonly kind: "integer" | "float" | "boolean";
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly bigEndian: boolean;
}

/** Numbers at `offset`, and on by `stride` bytes each. */
export interface NumberColumn {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly stride: number;
  readonly type: NumberType;
}

export type EventNumbers = Readonly<Record<"t" | "x" | "y" | "p", NumberColumn>>;

/** How stored times become microseconds: by their unit, plus an offset. */
export interface TimeRule {
  readonly unit: TimeUnitName;
  readonly offset: bigint;
}

/** Checks rows of numbers and gives them out as batches. */
export class NumberDecoder {
  readonly #decoder: WordDecoder;
  readonly #codec: string;
  readonly #rule: TimeRule;
  readonly #options: DecodeOptions;

  constructor(codec: string, sensor: SensorSize | undefined, rule: TimeRule, options: DecodeOptions) {
    this.#decoder = new WordDecoder(rowFormat(codec), options.sensor ?? sensor, options);
    this.#codec = codec;
    this.#rule = rule;
    this.#options = options;
  }

  get block(): DecodeBlock {
    return this.#decoder.block;
  }

  /**
   * Takes `rows` rows. Times are rounded to microseconds, polarities above 0 are "on"; coordinates must be whole and
   * fit 16 bits.
   * @param byteOffset for messages
   */
  *take(columns: EventNumbers, rows: number, byteOffset: number): Generator<EventBatch> {
    const { block } = this;
    for (let row = 0; row < rows; ) {
      const at = block.state[field.events];
      const wanted = Math.min(rows - row, block.size.events - at);
      if (wanted === 0) {
        yield* this.flush(byteOffset);
        continue;
      }
      // Each column is filled up to its first value that does not fit; the rows before the first of these are good.
      let good = wanted;
      let problem = "";
      const fill = (filled: number, name: "t" | "x" | "y") => {
        if (filled >= good) return;
        good = filled;
        problem = `${name} ${read(columns[name], row + filled)} in row ${row + filled} of a part`;
      };
      fill(fillTimes(block.t.subarray(at, at + wanted), columns.t, row, this.#rule), "t");
      fill(fillCoordinates(block.x.subarray(at, at + wanted), columns.x, row), "x");
      fill(fillCoordinates(block.y.subarray(at, at + wanted), columns.y, row), "y");
      fillPolarities(block.p.subarray(at, at + wanted), columns.p, row);
      yield* this.#decoder.decode(at, at + good, () => byteOffset);
      row += good;
      if (good < wanted) {
        yield* this.flush(byteOffset);
        report(new DecodeError({ codec: this.#codec, byteOffset, expected: "times of 64 bits, and whole coordinates of 16", received: problem }), this.#options);
        row++;
      }
    }
  }

  *flush(byteOffset: number): Generator<EventBatch> {
    yield* this.#decoder.flush(byteOffset);
  }

  release(): void {
    this.#decoder.release();
  }
}

/** One value, as a number or, when it has 64 bits, a bigint. */
export function read({ bytes, offset, stride, type }: NumberColumn, row: number): number | bigint {
  return reader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), type)(offset + row * stride);
}

/** The time in row `row` in microseconds, near enough to search with. */
export function roughTime(column: NumberColumn, row: number, unit: TimeUnitName): number {
  return Number(read(column, row)) * 10 ** unitPower[unit];
}

function reader(view: DataView, { kind, size, signed, bigEndian }: NumberType): (at: number) => number | bigint {
  const little = !bigEndian;
  if (kind === "float") return size === 8 ? (at) => view.getFloat64(at, little) : size === 4 ? (at) => view.getFloat32(at, little) : (at) => float16(view.getUint16(at, little));
  switch (size) {
    case 1: return signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
    case 2: return signed ? (at) => view.getInt16(at, little) : (at) => view.getUint16(at, little);
    case 4: return signed ? (at) => view.getInt32(at, little) : (at) => view.getUint32(at, little);
    case 8: return signed ? (at) => view.getBigInt64(at, little) : (at) => view.getBigUint64(at, little);
  }
}

function float16(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const value = exponent === 31 ? (fraction === 0 ? Infinity : NaN) : exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -value : value;
}

/** The column as an array of its own type, where it lies in one piece. */
function plain<Values>(column: NumberColumn, row: number, rows: number, wanted: Partial<NumberType>, make: (buffer: ArrayBuffer, offset: number, length: number) => Values): Values | undefined {
  const { bytes, offset, stride, type } = column;
  const start = bytes.byteOffset + offset + row * stride;
  const fits = Object.entries(wanted).every(([key, value]) => type[key as keyof NumberType] === value);
  return fits && !type.bigEndian && stride === type.size && start % type.size === 0 ? make(bytes.buffer as ArrayBuffer, start, rows) : undefined;
}

const largestTime = 2 ** 63;

function fillTimes(target: BigInt64Array, column: NumberColumn, row: number, { unit, offset }: TimeRule): number {
  const rows = target.length;
  const { type } = column;
  if (type.kind !== "float" && type.size === 8 && unit === "us" && offset === 0n) {
    const values = plain(column, row, rows, {}, (buffer, start, length) => new BigInt64Array(buffer, start, length));
    if (values && type.signed) {
      target.set(values);
      return rows;
    }
  }
  const value = reader(new DataView(column.bytes.buffer, column.bytes.byteOffset, column.bytes.byteLength), type);
  let at = column.offset + row * column.stride;
  if (type.kind !== "float" && type.size === 8) {
    const [factor, divisor] = unit === "ns" ? [1n, 1000n] : [10n ** BigInt(unitPower[unit]), 1n];
    for (let i = 0; i < rows; i++, at += column.stride) {
      const scaled = (value(at) as bigint) * factor;
      const time = offset + (divisor === 1n ? scaled : roundDiv(scaled, divisor));
      if (time !== BigInt.asIntN(64, time)) return i;
      target[i] = time;
    }
    return rows;
  }
  // Numbers below 2^53: written as two words of 32 bits, which is much faster than through a bigint each.
  const words = new Uint32Array(target.buffer, target.byteOffset, rows * 2);
  const factor = 10 ** unitPower[unit];
  const base = Number(offset);
  const exact = BigInt(base) === offset && Math.abs(base) < 2 ** 52;
  const floats = plain(column, row, rows, { kind: "float", size: 8 }, (buffer, start, length) => new Float64Array(buffer, start, length));
  const wholes = plain(column, row, rows, { kind: "integer", size: 4, signed: false }, (buffer, start, length) => new Uint32Array(buffer, start, length));
  for (let i = 0; i < rows; i++, at += column.stride) {
    const stored = floats ? floats[i] : wholes ? wholes[i] : (value(at) as number);
    const time = roundHalfAway(unit === "ns" ? stored / 1000 : stored * factor);
    if (!(Math.abs(time) < largestTime)) return i;
    if (!exact || Math.abs(time) >= 2 ** 52) target[i] = BigInt(time) + offset;
    else {
      const sum = time + base;
      const high = Math.floor(sum / 4294967296);
      words[2 * i] = sum - high * 4294967296;
      words[2 * i + 1] = high;
    }
  }
  return rows;
}

function roundHalfAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

function roundDiv(value: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return value < 0n ? -((-value + half) / divisor) : (value + half) / divisor;
}

function fillCoordinates(target: Uint16Array, column: NumberColumn, row: number): number {
  const rows = target.length;
  const { type } = column;
  const words = plain(column, row, rows, { kind: "integer", size: 2 }, (buffer, start, length) => new Uint16Array(buffer, start, length));
  if (words && !type.signed) {
    target.set(words);
    return rows;
  }
  const value = reader(new DataView(column.bytes.buffer, column.bytes.byteOffset, column.bytes.byteLength), type);
  for (let i = 0, at = column.offset + row * column.stride; i < rows; i++, at += column.stride) {
    const stored = value(at);
    if (!(stored >= 0 && stored <= 65535) || (type.kind === "float" && Math.floor(stored as number) !== stored)) return i;
    target[i] = Number(stored);
  }
  return rows;
}

function fillPolarities(target: Uint8Array, column: NumberColumn, row: number): void {
  const value = reader(new DataView(column.bytes.buffer, column.bytes.byteOffset, column.bytes.byteLength), column.type);
  const bytes = plain(column, row, target.length, { size: 1, signed: false }, (buffer, start, length) => new Uint8Array(buffer, start, length));
  if (bytes) {
    target.set(bytes);
    zeroOrOne(target);
    return;
  }
  for (let i = 0, at = column.offset + row * column.stride; i < target.length; i++, at += column.stride) target[i] = value(at) > 0 ? 1 : 0;
}

/** A polarity above 0 is "on". */
export function zeroOrOne(p: Uint8Array): void {
  const head = p.byteOffset % 4 === 0 ? p.length >> 2 : 0;
  const words = new Uint32Array(p.buffer, head > 0 ? p.byteOffset : 0, head);
  let others = 0;
  for (let i = 0; i < head; i++) others |= words[i];
  for (let i = 4 * head; i < p.length; i++) others |= p[i];
  if ((others & 0xfefefefe) === 0) return;
  for (let i = 0; i < p.length; i++) p[i] = p[i] === 0 ? 0 : 1;
}
