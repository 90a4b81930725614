/**
 * Arrow IPC: the stream and the file format, read message by message, and large batches row by row where they lie.
 *
 * Source: "Serialization and Interprocess Communication (IPC)" of the Arrow Columnar Format; metadata as in
 * `events/arrow.ts`. Buffers packed by LZ4 or zstd are unpacked a batch at a time.
 * @module
 */
import { DataType, Message, MessageHeader, type Field, type Schema } from "apache-arrow";
import { Footer } from "apache-arrow/ipc/metadata/file";
import type { ByteSource } from "../bytes/index.js";
import { DecodeError, isEvtlabError } from "../errors.js";
import { noTriggers } from "../events/schema.js";
import type { SensorWindow } from "../events/time.js";
import { writeArrow } from "./arrow.writer.js";
import { bitType, eventSchema, expandBits, timeUnitOf, type ColumnField } from "./arrow-columns.js";
import type { DecodeOptions, EventBatch, EventCodec, ReadColumnsOptions, WholeColumns } from "./codec.js";
import { BrokenBuffer, FlatTable } from "./flatbuffer.js";
import { unpackLz4 } from "./lz4.js";
import { NumberDecoder, type NumberColumn } from "./number-columns.js";
import { triggerBatches } from "./trigger-batches.js";
import { asInTables, readRuns, type ColumnRun } from "./whole.js";
import { unpackZstd } from "./zstd.js";

const name = "arrow";
const largestMetadata = 1 << 26;
const largestPacked = 1 << 28;
const stepRows = 1 << 16;

export const arrow: EventCodec = {
  name,
  title: "Arrow IPC (stream, file, Feather 2)",
  source: "Arrow Columnar Format, IPC",
  endings: ["arrow", "feather"],
  triggers: true,
  bookmarks: false,
  sniff(head) {
    if (Buffer.from(head.subarray(0, 6)).toString("latin1") === "ARROW1") return true;
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    if (head.length < 16 || view.getUint32(0, true) !== 0xffffffff) return false;
    const length = view.getUint32(4, true);
    return length > 0 && length % 8 === 0 && length < largestMetadata;
  },
  async info(source) {
    const schema = await readSchema(source);
    const found = eventSchema(schema, source.name);
    const seconds = found.unit === undefined && found.fields.t.type !== "bits" && found.fields.t.type.kind === "float";
    const header = Object.fromEntries(schema.fields.map((field) => [field.name, String(field.type)]));
    return { format: name, sensor: found.sensor, header, assumptions: seconds ? ["Times are floating-point numbers and were taken as seconds."] : [] };
  },
  read: (source, options = {}) => readBatches(source, options),
  readWindow: async (source, window, options = {}) => readBatches(source, options, window),
  readColumns,
  write: writeArrow,
};

interface Envelope {
  readonly message: Message;
  /** Where the body begins. */
  readonly body: number;
}

/** The messages of a file in order; bodies are passed over. */
async function* messages(source: ByteSource): AsyncGenerator<Envelope> {
  const start = new Uint8Array(8);
  const got = await source.read(start, 0);
  let position = got === 8 && Buffer.from(start.subarray(0, 6)).toString("latin1") === "ARROW1" ? 8 : 0;
  const prefix = new Uint8Array(8);
  for (;;) {
    const head = await source.read(prefix, position);
    if (head === 0) return;
    const view = new DataView(prefix.buffer);
    const marked = view.getUint32(0, true) === 0xffffffff;
    const length = view.getInt32(marked ? 4 : 0, true);
    if (head < (marked ? 8 : 4)) throw broken(position, `a message of ${head} bytes at the end of the file`);
    if (length === 0) return;
    const at = position + (marked ? 8 : 4);
    if (length < 0 || length > largestMetadata || at + length > (source.size ?? Infinity)) throw broken(position, `a message of ${length} bytes`);
    const bytes = new Uint8Array(length);
    if ((await source.read(bytes, at)) < length) throw broken(at, "the end of the file within a message");
    const message = understood(at, () => {
      const table = FlatTable.root(bytes);
      if (table.i8(1, 0) === Number(MessageHeader.Schema)) checkSchema(table.table(2));
      else if (table.i8(1, 0) === Number(MessageHeader.RecordBatch)) checkBatch(table.table(2));
      else return undefined;
      return Message.decode(bytes);
    });
    if (!message) throw broken(at, "a message that is neither a schema nor a batch (dictionaries are not read)");
    const body = at + length;
    const bodyLength = Number(message.bodyLength);
    if (!(bodyLength >= 0) || body + bodyLength > (source.size ?? Infinity)) throw broken(position, `a message with a body of ${bodyLength} bytes`);
    yield { message, body };
    position = body + bodyLength;
  }
}

/** The schema; that in the footer of a file, where there is one, since triggers may have come after the first. */
async function readSchema(source: ByteSource): Promise<Schema> {
  const { size } = source;
  const tail = new Uint8Array(10);
  if (size !== undefined && size > 32 && (await source.read(tail, size - 10)) === 10 && Buffer.from(tail.subarray(4)).toString("latin1") === "ARROW1") {
    const length = new DataView(tail.buffer).getInt32(0, true);
    if (length > 0 && length < size - 18 && length < largestMetadata) {
      const bytes = new Uint8Array(length);
      await source.read(bytes, size - 10 - length);
      return understood(size - 10 - length, () => {
        checkSchema(FlatTable.root(bytes).table(1));
        return Footer.decode(bytes).schema;
      });
    }
  }
  for await (const { message, body } of messages(source)) {
    if (message.headerType !== MessageHeader.Schema) break;
    return understood(body, () => message.header() as Schema);
  }
  throw broken(0, "no schema");
}

async function* readBatches(source: ByteSource, options: DecodeOptions, window?: SensorWindow): AsyncGenerator<EventBatch> {
  const schema = await readSchema(source);
  const found = eventSchema(schema, source.name);
  const unit = timeUnitOf(found, options.timeUnit, source.name);
  if (found.triggers && !options.shift) yield* triggerBatches(found.triggers, window);
  const decoder = new NumberDecoder(name, found.sensor, { unit, offset: 0n }, options);
  const places = placesOf(schema);
  try {
    for await (const { message, body } of messages(source)) {
      if (message.headerType !== MessageHeader.RecordBatch) continue;
      const batch = batchOf({ message, body });
      const { length: rows, compression } = batch;
      const total = Number(message.bodyLength);
      // What cannot be read anywhere, or has to be unpacked, comes as a whole.
      const whole = compression !== null || source.size === undefined ? await wholeBody(source, body, total) : undefined;
      const region = async ({ index, type }: ColumnField) => {
        const { offset, length } = bufferOf(batch, places[index], { message, body }, schema.fields[index].name);
        const bytes = whole && (compression ? await unpack(whole.subarray(offset, offset + length), compression.type, body) : whole.subarray(offset, offset + length));
        const needed = type === "bits" ? Math.ceil(rows / 8) : rows * type.size;
        if ((bytes?.length ?? length) < needed) throw broken(body, `a buffer of ${bytes?.length ?? length} bytes where ${needed} belong`);
        return { offset: body + offset, bytes };
      };
      const [t, x, y, p] = [await region(found.fields.t), await region(found.fields.x), await region(found.fields.y), await region(found.fields.p)];
      for (let row = 0; row < rows; row += stepRows) {
        options.signal?.throwIfAborted();
        const count = Math.min(stepRows, rows - row);
        const column = async ({ type }: ColumnField, { offset, bytes }: Awaited<ReturnType<typeof region>>): Promise<NumberColumn> => {
          const from = type === "bits" ? row >> 3 : row * type.size;
          const to = type === "bits" ? Math.ceil((row + count) / 8) : (row + count) * type.size;
          const part = bytes?.subarray(from, to) ?? new Uint8Array(to - from);
          if (!bytes && (await source.read(part, offset + from)) < part.length) throw broken(offset, "the end of the file within a column");
          return type === "bits" ? { bytes: expandBits(part, row & 7, count), offset: 0, stride: 1, type: bitType } : { bytes: part, offset: 0, stride: type.size, type };
        };
        const { fields } = found;
        const columns = { t: await column(fields.t, t), x: await column(fields.x, x), y: await column(fields.y, y), p: await column(fields.p, p) };
        const bytesRead = body + Math.floor((total * (row + count)) / rows);
        yield* decoder.take(columns, count, bytesRead);
        yield* decoder.flush(bytesRead);
      }
    }
  } finally {
    decoder.release();
  }
}

/** Batches that are not packed, of columns as tables have them. */
async function readColumns(source: ByteSource, options: ReadColumnsOptions): Promise<WholeColumns | undefined> {
  const schema = await readSchema(source);
  const found = eventSchema(schema, source.name);
  const { fields } = found;
  if (timeUnitOf(found, options.timeUnit, source.name) !== "us" || !asInTables(fields)) return undefined;
  const places = placesOf(schema);
  const runs: ColumnRun[] = [];
  for await (const { message, body } of messages(source)) {
    if (message.headerType !== MessageHeader.RecordBatch) continue;
    const batch = batchOf({ message, body });
    if (batch.compression !== null) return undefined;
    const place = ({ index }: ColumnField) => {
      const { offset, length } = bufferOf(batch, places[index], { message, body }, schema.fields[index].name);
      return { source, position: body + offset, bytes: length };
    };
    runs.push({ rows: batch.length, t: place(fields.t), x: place(fields.x), y: place(fields.y), p: place(fields.p) });
  }
  const whole = await readRuns(name, runs, found.sensor, options);
  return whole && { ...whole, triggers: found.triggers ?? noTriggers };
}

/** The schema in a message of its own; `undefined` where it holds another. */
export function schemaOf(bytes: Uint8Array): Schema | undefined {
  return understood(0, () => {
    const table = FlatTable.root(bytes);
    if (table.i8(1, 0) !== Number(MessageHeader.Schema)) return undefined;
    checkSchema(table.table(2));
    return Message.decode(bytes).header() as Schema;
  });
}

function batchOf({ message, body }: Envelope) {
  return understood(body, () => message.header() as Message<MessageHeader.RecordBatch> extends Message<infer T> ? ReturnType<Message<T>["header"]> : never);
}

/** Where in the body the values of a column lie. */
function bufferOf({ length: rows, nodes, buffers }: ReturnType<typeof batchOf>, { node, buffer }: { node: number; buffer: number }, { message, body }: Envelope, column: string): { offset: number; length: number } {
  const values = buffers[buffer + 1];
  if (!nodes[node] || !values || Number(nodes[node].length) !== rows) throw broken(body, "a batch whose columns differ from its schema");
  if (Number(nodes[node].nullCount) > 0) throw broken(body, `nulls in the column ${column}`);
  const [offset, length] = [Number(values.offset), Number(values.length)];
  if (!(offset >= 0 && length >= 0) || offset + length > Number(message.bodyLength)) throw broken(body, "a buffer outside its batch");
  return { offset, length };
}

async function wholeBody(source: ByteSource, position: number, length: number): Promise<Uint8Array> {
  if (length > largestPacked) throw broken(position, `a batch of ${length} bytes that must be held as a whole, more than ${largestPacked}`);
  const bytes = new Uint8Array(length);
  if ((await source.read(bytes, position)) < length) throw broken(position, "the end of the file within a batch");
  return bytes;
}

/** A packed buffer: its length unpacked as int64, -1 for a buffer that is not, then a frame. */
async function unpack(bytes: Uint8Array, type: number, position: number): Promise<Uint8Array> {
  if (bytes.length < 8) return bytes.subarray(0, 0);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true));
  const frame = bytes.subarray(8);
  if (length === -1) return frame;
  if (!(length >= 0 && length <= largestPacked)) throw broken(position, `a buffer of ${length} bytes unpacked`);
  const unpacked = type === 0 ? unpackLz4(frame, length) : await unpackZstd(frame, length);
  if (typeof unpacked === "string" || unpacked.length !== length) throw broken(position, typeof unpacked === "string" ? unpacked : "a buffer of another length");
  return unpacked;
}

/** The first node and buffer of each field: those of nested fields follow theirs. */
function placesOf(schema: Schema): { node: number; buffer: number }[] {
  let [node, buffer] = [0, 0];
  const walk = (field: Field): void => {
    const { type } = field;
    node++;
    if (DataType.isNull(type)) return;
    const bare = DataType.isStruct(type) || DataType.isFixedSizeList(type);
    const offsets = DataType.isUtf8(type) || DataType.isBinary(type) || DataType.isLargeUtf8(type) || DataType.isLargeBinary(type);
    buffer += bare ? 1 : offsets ? 3 : 2;
    if (!DataType.isDictionary(type)) for (const child of (type.children as Field[] | undefined) ?? []) walk(child);
  };
  return schema.fields.map((field) => {
    const place = { node, buffer };
    walk(field);
    return place;
  });
}

/** Lengths of vectors are not checked by the library, which makes as many objects as they say. */
function checkSchema(schema: FlatTable | undefined): void {
  let left = 10_000;
  const check = (owner: FlatTable | undefined, fields: number, custom: number, depth: number) => {
    if (!owner || depth > 16) throw new BrokenBuffer("a schema that is none");
    for (const _ of owner.tables(custom)) if (--left < 0) throw new BrokenBuffer("a schema of too many parts");
    for (const field of owner.tables(fields)) {
      if (--left < 0) throw new BrokenBuffer("a schema of too many parts");
      check(field, 5, 6, depth + 1);
    }
  };
  check(schema, 1, 2, 0);
}

function checkBatch(batch: FlatTable | undefined): void {
  if (!batch) throw new BrokenBuffer("a batch that is none");
  batch.structs(1, 16);
  batch.structs(2, 16);
  if (batch.structs(4, 8).length > 0) throw new BrokenBuffer("a batch with views of strings");
}

function broken(byteOffset: number, received: string): DecodeError {
  return new DecodeError({ codec: name, byteOffset, expected: "messages of the Arrow IPC format with a column each for t, x, y and p", received });
}

/** FlatBuffers that lie make the library throw anything. */
function understood<Value>(byteOffset: number, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (isEvtlabError(error)) throw error;
    throw broken(byteOffset, `what Arrow does not understand (${error instanceof Error ? error.message.slice(0, 100) : String(error)})`);
  }
}
