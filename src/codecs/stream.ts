import { followSource, type BytesLike } from "../bytes/index.js";
import { FormatError, OptionError } from "../errors.js";
import { noTriggers } from "../events/schema.js";
import { EventTable } from "../events/table.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import type { EventBatch } from "./codec.js";
import { GrowingColumns } from "./columns.js";
import { describe, openBytes, openOptionNames, type Opened, type OpenOptions } from "./opened.js";
import { Part, partOptionNames, type PartOptions } from "./window.js";

/**
 * How a stream is cut: after so many events, or at the ends of windows of so long counted from the first event, or from
 * `from` where a part is read.
 */
export type BatchSize = { readonly events: number } | { readonly time: Duration };

export interface BatchOptions extends PartOptions {
  /** How to cut the stream; as the decoder delivers it when left out (some ten thousand events a batch). */
  readonly batch?: BatchSize | undefined;
  /**
   * At the end of the file, wait for what is added to it. The stream ends when `signal` is aborted. Default false.
   * Whoever writes the file must have written its header, and the format be one that grows at its end: RAW, DAT, .es,
   * .bin, AEDAT and text.
   */
  readonly follow?: boolean | undefined;
}

export interface StreamOptions extends OpenOptions, BatchOptions {}

export const batchOptionNames = [...partOptionNames, "batch", "follow"] as const satisfies readonly (keyof BatchOptions)[];

/**
 * Reads a recording batch by batch, in memory that does not grow with the recording. Each batch is a table of its
 * own; all have the origin of the recording. Windows without events are left out.
 *
 * ```ts
 * for await (const batch of streamEvents("talk.raw", { batch: { time: "33ms" } })) draw(batch);
 * ```
 * A part of the recording (`from`, `to`) is found as in `readEvents`. When the file does not say how large the sensor
 * is, a batch has the smallest one that holds the events so far: pass `sensor` where that matters. Triggers come with
 * the batch that is open when they are read.
 * @throws FormatError when no codec recognises the bytes, and for formats that cannot be followed.
 * @throws DecodeError at a fault in the bytes, after the events before it.
 * @throws WindowError when the part is empty or inverted.
 */
export async function* streamEvents(from: BytesLike, options: StreamOptions = {}): AsyncGenerator<EventTable> {
  const { from: start, to, batch, follow, ...open } = options;
  cutter(batch);
  const opened = await openBytes("streamEvents", from, options, [...openOptionNames, ...batchOptionNames]);
  try {
    yield* streamTables("streamEvents", opened, open, { from: start, to, batch, follow });
  } finally {
    await opened.close();
  }
}

/** Reads an opened recording batch by batch. */
export async function* streamTables(where: string, file: Opened, open: OpenOptions, options: BatchOptions): AsyncGenerator<EventTable> {
  const cut = cutter(options.batch);
  const { signal, ...unending } = open;
  if (options.follow && !file.codec.tail) {
    const { codec, source } = file;
    throw new FormatError({
      where: `${where}: follow`,
      expected: "a format that grows at its end, such as RAW, DAT, AEDAT or text",
      received: `${codec.name} (${codec.title}) in ${source.name}, which is read by what is written when it is closed`,
      next: "Read it without `follow` when it is complete",
    });
  }
  const opened = options.follow ? { ...file, source: followSource(file.source, signal) } : file;
  const decode = options.follow ? unending : open;
  let columns = new GrowingColumns();
  let skipped = 0;
  let events = 0;
  const onSkip: OpenOptions["onSkip"] = (fault) => {
    skipped++;
    open.onSkip?.(fault);
  };
  const part = new Part(opened, options, { ...decode, onSkip }, where);

  const take = (): EventTable => {
    const { columns: taken, triggers } = columns.finish();
    columns = new GrowingColumns();
    return new EventTable(taken, { triggers, origin: part.origin ?? 0n, ...describe(opened, decode, part.seen, skipped) });
  };

  let fault: unknown;
  try {
    for await (const batch of part.batches()) {
      let start = 0;
      let { triggers } = batch;
      for (const end of cut(batch, columns.length, part.start ?? 0n)) {
        columns.append(slice(batch, start, end), triggers);
        if (columns.length > 0) yield take();
        start = end;
        triggers = noTriggers;
      }
      columns.append(slice(batch, start), triggers);
      events += batch.columns.t.length;
      decode.onProgress?.({ bytesRead: batch.bytesRead, size: opened.source.size, events });
    }
  } catch (error) {
    fault = error;
  }
  const rest = take();
  if (rest.length > 0 || rest.triggers.t.length > 0) yield rest;
  if (fault !== undefined) throw fault;
}

/** Gives the places in a batch before which the open table ends. */
type Cutter = (batch: EventBatch, openEvents: number, start: bigint) => Iterable<number>;

function cutter(size: BatchSize | undefined): Cutter {
  if (size === undefined) {
    return function* ({ columns }) {
      yield columns.t.length;
    };
  }
  if ("events" in size) {
    const { events } = size;
    if (!Number.isInteger(events) || events < 1) {
      throw new OptionError({
        where: "streamEvents: batch.events",
        expected: "a whole number of at least 1",
        received: String(events),
      });
    }
    return function* ({ columns }, openEvents) {
      for (let end = events - openEvents; end <= columns.t.length; end += events) yield end;
    };
  }
  const length = BigInt(toMicroseconds(size.time, "streamEvents: batch.time"));
  if (length < 1n) {
    throw new OptionError({
      where: "streamEvents: batch.time",
      expected: "at least one microsecond",
      received: String(size.time),
    });
  }
  let windowEnd: bigint | undefined;
  return function* ({ columns: { t } }, _openEvents, start) {
    windowEnd ??= start + length;
    for (let i = 0; i < t.length; i++) {
      if (t[i] < windowEnd) continue;
      yield i;
      windowEnd += ((t[i] - windowEnd) / length + 1n) * length;
    }
  };
}

function slice({ columns: { t, x, y, p } }: EventBatch, start: number, end?: number) {
  return { t: t.subarray(start, end), x: x.subarray(start, end), y: y.subarray(start, end), p: p.subarray(start, end) };
}
