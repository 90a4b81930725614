import { fileSink, type ByteSink } from "../bytes/index.js";
import { checkOptions, FormatError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import type { EventTable } from "../events/table.js";
import type { WriteBatch } from "./codec.js";
import { codec, codecNames } from "./registry.js";

export interface WriteOptions {
  /** Name of the format; from the ending of the path when left out (".raw" is EVT3). */
  readonly format?: string;
  /** Let times count from the first event. Default false: times are written as they are, or refused. */
  readonly shift?: boolean;
  /** Further header fields, for formats that have a header of text. */
  readonly header?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const endings: Readonly<Record<string, string>> = { raw: "evt3", dat: "dat" };

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
  checkOptions("writeEvents", options, ["format", "shift", "header", "signal"]);
  const format = options.format ?? endings[/\.([^./\\]+)$/.exec(typeof to === "string" ? to : to.name)?.[1] ?? ""];
  if (format === undefined) {
    throw new FormatError({
      where: "writeEvents",
      expected: "a format",
      received: "none, and the path does not end in .raw or .dat",
      next: "Name the format with `format`",
    });
  }
  const { write, title } = await codec(format);
  if (!write) {
    const writable = (await Promise.all(codecNames().map(codec))).filter((candidate) => candidate.write);
    throw new FormatError({
      where: "writeEvents",
      expected: `a format that can be written: ${writable.map(({ name }) => name).join(", ")}`,
      received: `"${format}" (${title})`,
    });
  }

  const tables = "t" in events ? [events] : events;
  const iterator = Symbol.asyncIterator in tables ? tables[Symbol.asyncIterator]() : tables[Symbol.iterator]();
  const first = await iterator.next();
  const firstTable = first.done ? undefined : first.value;
  const sensor: SensorSize = firstTable?.sensor ?? { width: 1, height: 1 };
  const offset = options.shift ? (firstTable?.t[0] ?? 0n) : 0n;
  async function* batches(): AsyncGenerator<WriteBatch> {
    for (let next = first; !next.done; next = await iterator.next()) {
      options.signal?.throwIfAborted();
      yield shifted(next.value, offset);
    }
  }

  const sink = typeof to === "string" ? await fileSink(to) : to;
  try {
    await write(batches(), sink, { sensor, ...(options.header ? { header: options.header } : {}) });
    await sink.close();
  } catch (error) {
    await sink.abort();
    await iterator.return?.();
    throw error;
  }
}

function shifted({ t, x, y, p, triggers }: EventTable, offset: bigint): WriteBatch {
  if (offset === 0n) return { columns: { t, x, y, p }, triggers };
  return {
    columns: { t: t.map((time) => time - offset), x, y, p },
    triggers: { ...triggers, t: triggers.t.map((time) => time - offset) },
  };
}
