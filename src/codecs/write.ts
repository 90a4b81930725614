import { fileSink, type ByteSink } from "../bytes/index.js";
import { checkOptions, FormatError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import type { EventTable } from "../events/table.js";
import type { EventCodec, WriteBatch } from "./codec.js";
import { codec, codecNames } from "./registry.js";

export interface WriteOptions {
  /** Name of the format; when left out the first one that is written under the ending of the path (".raw" is EVT3). */
  readonly format?: string;
  /** Let times count from the first event. Default false: times are written as they are, or refused. */
  readonly shift?: boolean;
  /** Further header fields, for formats that have a header of text. */
  readonly header?: Readonly<Record<string, string>>;
  /** For formats that know several: "none", "lz4", "zstd", "gzip", "ecf"; each codec says which it takes. */
  readonly compression?: string;
  readonly signal?: AbortSignal;
}

/**
 * Writes a table, or tables in order of time, as a recording. The file appears under its name when it is complete.
 * The sensor is that of the first table.
 * @throws FormatError when the format cannot hold the events.
 */
export async function writeEvents(
  events: EventTable | Iterable<EventTable> | AsyncIterable<EventTable>,
  to: string | ByteSink,
  options: WriteOptions = {},
): Promise<void> {
  checkOptions("writeEvents", options, ["format", "shift", "header", "compression", "signal"]);
  const writable = (await Promise.all(codecNames().map(codec))).filter(({ write }) => write);
  const { write, title } = options.format === undefined ? byEnding(typeof to === "string" ? to : to.name, writable) : await codec(options.format);
  if (!write) {
    throw new FormatError({
      where: "writeEvents",
      expected: `a format that can be written: ${writable.map(({ name }) => name).join(", ")}`,
      received: `"${options.format}" (${title})`,
    });
  }

  const tables = "t" in events ? [events] : events;
  const iterator = Symbol.asyncIterator in tables ? tables[Symbol.asyncIterator]() : tables[Symbol.iterator]();
  const first = await iterator.next();
  const firstTable = first.done ? undefined : first.value;
  const sensor: SensorSize = firstTable?.sensor ?? { width: 1, height: 1 };
  const offset = options.shift ? (firstTable?.t[0] ?? firstTable?.triggers.t[0] ?? 0n) : 0n;
  async function* batches(): AsyncGenerator<WriteBatch> {
    for (let next = first; !next.done; next = await iterator.next()) {
      options.signal?.throwIfAborted();
      yield shifted(next.value, offset);
    }
  }

  const sink = typeof to === "string" ? await fileSink(to) : to;
  try {
    const { header, compression } = options;
    await write(batches(), sink, { sensor, ...(header && { header }), ...(compression !== undefined && { compression }) });
    await sink.close();
  } catch (error) {
    await sink.abort();
    await iterator.return?.();
    throw error;
  }
}

function byEnding(name: string, writable: readonly EventCodec[]): EventCodec {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const found = writable.find(({ endings }) => endings.includes(ending));
  if (found) return found;
  throw new FormatError({
    where: "writeEvents",
    expected: `a path that ends in ${[...new Set(writable.flatMap(({ endings }) => endings))].map((known) => `.${known}`).join(", ")}`,
    received: `"${name}"`,
    next: "Name the format with `format`",
  });
}

function shifted({ t, x, y, p, triggers }: EventTable, offset: bigint): WriteBatch {
  if (offset === 0n) return { columns: { t, x, y, p }, triggers };
  return {
    columns: { t: t.map((time) => time - offset), x, y, p },
    triggers: { ...triggers, t: triggers.t.map((time) => time - offset) },
  };
}
