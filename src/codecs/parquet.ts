/**
 * Parquet, by parquet-wasm: row group by row group, read where they lie.
 *
 * The library works in a thread of its own, which ends with the file. Columns and metadata are those of `events/arrow.ts`; files of other
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
import { NumberDecoder, roughTime, type NumberColumn } from "./number-columns.js";
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
  readonly file: ParquetThread;
  readonly schema: EventSchema;
  readonly groups: number;
}

async function open(source: ByteSource): Promise<Opened> {
  const { size } = source;
  if (size === undefined) {
    throw new FormatError({ where: source.name, expected: "a Parquet file", received: "a stream, and its directory is at the end", next: "Save it to a file first" });
  }
  await checkFooter(source, size);
  const file = new ParquetThread(source, size);
  try {
    const { groupBytes, metadata, empty } = await understood(source, () => file.open());
    const large = groupBytes.find((bytes) => !(bytes >= 0 && bytes <= largestGroup));
    if (large !== undefined) throw broken(source, `a row group of ${large} bytes, more than ${largestGroup}`);
    // The library leaves the metadata out of what it reads.
    const { schema } = await understood(source, async () => tableFromIPC(empty));
    return { file, schema: eventSchema(new Schema(schema.fields, new Map(metadata)), source.name), groups: groupBytes.length };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The length of the directory must fit the file: the library would ask for as much memory as it says. */
async function checkFooter(source: ByteSource, size: number): Promise<void> {
  const tail = new Uint8Array(8);
  const got = size < 12 ? 0 : await source.read(tail, size - 8);
  const length = new DataView(tail.buffer).getUint32(0, true);
  if (got < 8 || Buffer.from(tail.subarray(4)).toString("latin1") !== "PAR1" || length > size - 12) throw broken(source, "no directory at its end");
}

async function opened<Value>(source: ByteSource, work: (file: Opened) => Promise<Value>): Promise<Value> {
  const found = await open(source);
  try {
    return await work(found);
  } finally {
    await found.file.close();
  }
}

async function* readGroups(source: ByteSource, options: DecodeOptions, window?: SensorWindow): AsyncGenerator<EventBatch> {
  const { file, schema, groups } = await open(source);
  let decoder: NumberDecoder | undefined;
  try {
    const unit = timeUnitOf(schema, options.timeUnit, source.name);
    decoder = new NumberDecoder(name, schema.sensor, { unit, offset: 0n }, options);
    if (schema.triggers && !options.shift) yield* triggerBatches(schema.triggers, window);
    const [from, to] = window ? await groupsOf(source, file, schema, unit, groups, window) : [0, groups];
    for (let group = from; group < to; group++) {
      options.signal?.throwIfAborted();
      const batches = await understood(source, () => file.read({ rowGroups: [group], batchSize: batchRows }));
      const bytesRead = Math.floor(((source.size ?? 0) * (group + 1)) / groups);
      for (const batch of batches) {
        const part = await understood(source, async () => tableFromIPC(batch));
        yield* decoder.take(columnsOf(source, part, schema), part.numRows, bytesRead);
        yield* decoder.flush(bytesRead);
      }
    }
  } finally {
    decoder?.release();
    await file.close();
  }
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
async function groupsOf(source: ByteSource, file: ParquetThread, schema: EventSchema, unit: TimeUnitName, groups: number, { from, to }: SensorWindow): Promise<[number, number]> {
  const { type } = schema.fields.t;
  const before = (time: bigint): Promise<number> =>
    firstWhereRead(0, groups, async (group) => {
      const table = await understood(source, async () => tableFromIPC((await file.read({ rowGroups: [group], limit: 1 }))[0]));
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
