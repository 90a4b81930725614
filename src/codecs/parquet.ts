/**
 * Parquet, row group by row group, read where they lie.
 *
 * Columns of plain numbers, as most programs write them, are decoded here; of all else parquet-wasm takes care, in a thread of
 * its own, which ends with the file. Columns and metadata are those of `events/arrow.ts`; files of other
 * programs are read when their columns have usual names and number types.
 * @module
 */
import { Schema, tableFromIPC, type Table } from "apache-arrow";
import type { ByteSource } from "../bytes/index.js";
import { DecodeError, FormatError, isEvtlabError, OptionError } from "../errors.js";
import { toIPC } from "../events/arrow.js";
import { firstWhereRead } from "../events/first-where.js";
import { noTriggers } from "../events/schema.js";
import type { SensorWindow } from "../events/time.js";
import { bitType, eventSchema, expandBits, timeUnitOf, type ColumnField, type EventSchema } from "./arrow-columns.js";
import type { DecodeOptions, EventBatch, EventCodec } from "./codec.js";
import { NumberDecoder, roughTime, type EventNumbers, type NumberColumn } from "./number-columns.js";
import { readDirectory, type Directory } from "./parquet.directory.js";
import { ParquetPages } from "./parquet.pages.js";
import type { TimeUnitName } from "./text.definition.js";
import { ParquetThread } from "./parquet.reader.js";
import { triggerBatches } from "./trigger-batches.js";

const name = "parquet";
const batchRows = 1 << 16;
const groupRows = 1 << 20;
/** A row group is unpacked as a whole, by a library whose memory ends at 4 GiB. */
const largestGroup = 1 << 29;

export const parquet: EventCodec = {
  name,
  title: "Parquet",
  source: "Apache Parquet; metadata as in Arrow",
  endings: ["parquet"],
  triggers: true,
  bookmarks: false,
  sniff: (head) => Buffer.from(head.subarray(0, 4)).toString("latin1") === "PAR1",
  info: (source) => opened(source, async ({ schema }) => ({
    format: name,
    sensor: schema.sensor,
    header: {},
    assumptions: schema.unit === undefined && schema.fields.t.type !== "bits" && schema.fields.t.type.kind === "float" ? ["Times are floating-point numbers and were taken as seconds."] : [],
  })),
  read: (source, options = {}) => readGroups(source, options),
  readWindow: async (source, window, options = {}) => readGroups(source, options, window),
  write: writeParquet,
};

interface Opened {
  readonly schema: EventSchema;
  readonly groups: number;
  /** What the file says of its row groups, where it can be read without the library. */
  readonly directory: Directory | undefined;
  /** The library, which is loaded when it is needed first. */
  library(): Promise<ParquetThread>;
  close(): Promise<void>;
}

/** @param byLibrary leaves all to the library: the definition */
async function open(source: ByteSource, byLibrary = false): Promise<Opened> {
  const { size } = source;
  if (size === undefined) {
    throw new FormatError({ where: source.name, expected: "a Parquet file", received: "a stream, and its directory is at the end", next: "Save it to a file first" });
  }
  const length = await checkFooter(source, size);
  let thread: ParquetThread | undefined;
  const close = async () => thread?.close();
  const load = async () => {
    thread = new ParquetThread(source, size);
    const { groupBytes, metadata, empty } = await understood(source, () => thread!.open());
    const large = groupBytes.find((bytes) => !(bytes >= 0 && bytes <= largestGroup));
    if (large !== undefined) throw broken(source, `a row group of ${large} bytes, more than ${largestGroup}`);
    return { groups: groupBytes.length, metadata, empty };
  };
  try {
    const directory = byLibrary || typeof WebAssembly === "undefined" ? undefined : await readDirectory(source, size, length);
    if (directory) {
      const schema = eventSchema(directory.schema, source.name);
      return { schema, groups: directory.groups.length, directory, close, library: async () => (thread || (await load()), thread!) };
    }
    const { groups, metadata, empty } = await load();
    // The library leaves the metadata out of what it reads.
    const { schema } = await understood(source, async () => tableFromIPC(empty));
    return { schema: eventSchema(new Schema(schema.fields, new Map(metadata)), source.name), groups, directory, close, library: async () => thread! };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The length of the directory must fit the file: the library would ask for as much memory as it says. */
async function checkFooter(source: ByteSource, size: number): Promise<number> {
  const tail = new Uint8Array(8);
  const got = size < 12 ? 0 : await source.read(tail, size - 8);
  const length = new DataView(tail.buffer).getUint32(0, true);
  if (got < 8 || Buffer.from(tail.subarray(4)).toString("latin1") !== "PAR1" || length > size - 12) throw broken(source, "no directory at its end");
  return length;
}

async function opened<Value>(source: ByteSource, work: (file: Opened) => Promise<Value>): Promise<Value> {
  const found = await open(source);
  try {
    return await work(found);
  } finally {
    await found.close();
  }
}

async function* readGroups(source: ByteSource, options: DecodeOptions, window?: SensorWindow): AsyncGenerator<EventBatch> {
  const file = await open(source, options.device === "cpu");
  const { schema, groups, directory } = file;
  let decoder: NumberDecoder | undefined;
  let pages: ParquetPages | undefined;
  try {
    const unit = timeUnitOf(schema, options.timeUnit, source.name);
    decoder = new NumberDecoder(name, schema.sensor, { unit, offset: 0n }, options);
    pages = directory && new ParquetPages(source, schema);
    if (schema.triggers && !options.shift) yield* triggerBatches(schema.triggers, window);
    const [from, to] = window ? await groupsOf(source, file, unit, window) : [0, groups];
    for (let group = from; group < to; group++) {
      options.signal?.throwIfAborted();
      const start = ((source.size ?? 0) * group) / groups;
      const bytesRead = (share: number) => Math.floor(start + ((source.size ?? 0) * share) / groups);
      const decoded = directory && (await pages?.group(directory.groups[group]));
      if (directory && decoded) {
        const { rows } = directory.groups[group];
        for (let row = 0; row < rows; row += batchRows) {
          const count = Math.min(batchRows, rows - row);
          yield* decoder.take(rowsFrom(decoded, row), count, bytesRead((row + count) / rows));
          yield* decoder.flush(bytesRead((row + count) / rows));
        }
        continue;
      }
      const batches = await understood(source, async () => (await file.library()).read({ rowGroups: [group], batchSize: batchRows }));
      for (const [i, batch] of batches.entries()) {
        const part = await understood(source, async () => tableFromIPC(batch));
        yield* decoder.take(columnsOf(source, part, schema), part.numRows, bytesRead((i + 1) / batches.length));
        yield* decoder.flush(bytesRead((i + 1) / batches.length));
      }
    }
  } finally {
    decoder?.release();
    pages?.release();
    await file.close();
  }
}

function rowsFrom(columns: EventNumbers, row: number): EventNumbers {
  const from = (column: NumberColumn) => ({ ...column, offset: column.offset + row * column.stride });
  return { t: from(columns.t), x: from(columns.x), y: from(columns.y), p: from(columns.p) };
}

function columnsOf(source: ByteSource, table: Table, { fields }: EventSchema): Record<"t" | "x" | "y" | "p", NumberColumn> {
  const column = ({ index, type }: ColumnField): NumberColumn => {
    const data = table.getChildAt(index)?.data ?? [];
    if (data.length > 1 || data.some(({ nullCount }) => nullCount > 0)) throw broken(source, `nulls in the column ${table.schema.fields[index].name}`);
    const values = data[0]?.values as ArrayBufferView | undefined;
    const bytes = values ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : new Uint8Array(0);
    if (type === "bits") return { bytes: expandBits(bytes, data[0]?.offset ?? 0, table.numRows), offset: 0, stride: 1, type: bitType };
    return { bytes, offset: 0, stride: type.size, type };
  };
  return { t: column(fields.t), x: column(fields.x), y: column(fields.y), p: column(fields.p) };
}

/** The row groups of a window and one more on each side, by the first time of each. */
async function groupsOf(source: ByteSource, { library, schema, groups }: Opened, unit: TimeUnitName, { from, to }: SensorWindow): Promise<[number, number]> {
  const { type } = schema.fields.t;
  const before = (time: bigint): Promise<number> =>
    firstWhereRead(0, groups, async (group) => {
      const table = await understood(source, async () => tableFromIPC((await (await library()).read({ rowGroups: [group], limit: 1 }))[0]));
      const values = table.getChildAt(schema.fields.t.index)?.data[0]?.values as ArrayBufferView | undefined;
      if (!values || type === "bits") throw broken(source, "a row group without times");
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return roughTime({ bytes, offset: 0, stride: type.size, type }, 0, unit) >= Number(time);
    });
  return [Math.max(0, (await before(from)) - 2), Math.min(groups, (await before(to)) + 1)];
}

/** `compression` is "zstd" (the default), "gzip" or "none". Triggers go into the metadata, which is written first. */
async function writeParquet(...[batches, sink, { sensor, compression = "zstd" }]: Parameters<NonNullable<EventCodec["write"]>>): Promise<void> {
  const { Compression, Table: WasmTable, WriterPropertiesBuilder, transformParquetStream } = await import("parquet-wasm");
  const kinds = new Map([["zstd", Compression.ZSTD], ["gzip", Compression.GZIP], ["none", Compression.UNCOMPRESSED]]);
  const kind = kinds.get(compression);
  if (kind === undefined) throw new OptionError({ where: "writing parquet: compression", expected: [...kinds.keys()].join(", "), received: `"${compression}"` });
  async function* recordBatches() {
    let described: Omit<Parameters<typeof toIPC>[0], "t" | "x" | "y" | "p"> | undefined;
    const pack = (columns: { t: BigInt64Array; x: Uint16Array; y: Uint16Array; p: Uint8Array }) => WasmTable.fromIPCStream(toIPC({ ...columns, ...described! })).recordBatches();
    for await (const { columns: { t, x, y, p }, triggers } of batches) {
      if (described && triggers.t.length > 0) {
        throw new FormatError({
          where: "writing parquet", expected: "all triggers with the first table", received: `${triggers.t.length} with a later one`,
          next: "Join the tables first, or write Arrow, whose metadata comes last",
        });
      }
      described ??= { sensor, origin: t[0] ?? 0n, provenance: { format: name, assumptions: [] }, triggers };
      for (let i = 0; i < Math.max(1, t.length); i += groupRows) {
        const end = i + groupRows;
        yield* pack({ t: t.subarray(i, end), x: x.subarray(i, end), y: y.subarray(i, end), p: p.subarray(i, end) });
      }
    }
    if (described) return;
    described = { sensor, origin: 0n, provenance: { format: name, assumptions: [] }, triggers: noTriggers };
    yield* pack({ t: new BigInt64Array(0), x: new Uint16Array(0), y: new Uint16Array(0), p: new Uint8Array(0) });
  }
  const properties = new WriterPropertiesBuilder().setCompression(kind).setMaxRowGroupSize(groupRows).build();
  // A failure of the source must not be lost inside the library.
  let failure: unknown;
  const input = recordBatches();
  const stream = new ReadableStream({
    async pull(controller) {
      try {
        const next = await input.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        failure = error;
        controller.error(error);
      }
    },
  });
  try {
    for await (const part of (await transformParquetStream(stream, properties)) as unknown as AsyncIterable<Uint8Array>) await sink.write(part);
  } catch (error) {
    throw failure ?? error;
  }
  if (failure !== undefined) throw failure;
}

function broken({ name: where }: ByteSource, received: string): DecodeError {
  return new DecodeError({ codec: name, byteOffset: 0, expected: `a Parquet file of events in ${where}`, received });
}

async function understood<Value>(source: ByteSource, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (isEvtlabError(error)) throw error;
    throw broken(source, `what the library cannot read (${error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200)})`);
  }
}
