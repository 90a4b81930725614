import type { BytesLike } from "../bytes/index.js";
import { OptionError } from "../errors.js";
import { EventTable } from "../events/table.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import type { EventBatch, Seen } from "./codec.js";
import { GrowingColumns } from "./columns.js";
import { describe, openOptionNames, openRecording, type OpenOptions } from "./recording.js";

/** How a stream is cut: after so many events, or at the ends of windows of so long counted from the first event. */
export type BatchSize = { readonly events: number } | { readonly time: Duration };

export interface StreamOptions extends OpenOptions {
  /** How to cut the stream; as the decoder delivers it when left out (some ten thousand events a batch). */
  readonly batch?: BatchSize;
}

/**
 * Reads a recording batch by batch, in memory that does not grow with the recording. Each batch is a table of its
 * own; all have the origin of the recording. Windows without events are left out.
 *
 * ```ts
 * for await (const batch of streamEvents("talk.raw", { batch: { time: "33ms" } })) draw(batch);
 * ```
 * When the file does not say how large the sensor is, a batch has the smallest one that holds the events so far:
 * pass `sensor` where that matters. Triggers come with the batch that is open when they are read.
 * @throws FormatError when no codec recognises the bytes.
 * @throws DecodeError at a fault in the bytes, after the events before it.
 */
export async function* streamEvents(from: BytesLike, options: StreamOptions = {}): AsyncGenerator<EventTable> {
  const { batch: size, ...decode } = options;
  const cut = cutter(size);
  const recording = await openRecording("streamEvents", from, decode, [...openOptionNames, "batch"]);
  const { source, codec } = recording;
  let open = new GrowingColumns();
  let origin: bigint | undefined;
  let seen: Seen | undefined;
  let skipped = 0;
  let events = 0;

  const take = (): EventTable => {
    const { columns, triggers } = open.finish();
    open = new GrowingColumns();
    return new EventTable(columns, { triggers, origin: origin ?? 0n, ...describe(recording, decode, seen, skipped) });
  };
  const onSkip: OpenOptions["onSkip"] = (fault) => {
    skipped++;
    decode.onSkip?.(fault);
  };

  try {
    let fault: unknown;
    try {
      for await (const batch of codec.read(source, { ...decode, onSkip })) {
        seen = batch.seen;
        origin ??= batch.columns.t[0];
        let start = 0;
        for (const end of cut(batch, open.length, origin ?? 0n)) {
          open.append(part(batch, start, end), start === 0 ? batch.triggers : noneOf(batch));
          if (open.length > 0) yield take();
          start = end;
        }
        open.append(part(batch, start), start === 0 ? batch.triggers : noneOf(batch));
        events += batch.columns.t.length;
        decode.onProgress?.({ bytesRead: batch.bytesRead, size: source.size, events });
      }
    } catch (error) {
      fault = error;
    }
    const rest = take();
    if (rest.length > 0 || rest.triggers.t.length > 0) yield rest;
    if (fault !== undefined) throw fault;
  } finally {
    await recording.close();
  }
}

/** Gives the places in a batch before which the open table ends. */
type Cutter = (batch: EventBatch, openEvents: number, origin: bigint) => Iterable<number>;

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
  return function* ({ columns: { t } }, _openEvents, origin) {
    windowEnd ??= origin + length;
    for (let i = 0; i < t.length; i++) {
      if (t[i] < windowEnd) continue;
      yield i;
      windowEnd += ((t[i] - windowEnd) / length + 1n) * length;
    }
  };
}

function part({ columns: { t, x, y, p } }: EventBatch, start: number, end?: number) {
  return { t: t.subarray(start, end), x: x.subarray(start, end), y: y.subarray(start, end), p: p.subarray(start, end) };
}

function noneOf({ triggers }: EventBatch) {
  return { t: triggers.t.subarray(0, 0), id: triggers.id.subarray(0, 0), p: triggers.p.subarray(0, 0) };
}
