import type { BytesLike } from "../bytes/index.js";
import { isEvtlabError } from "../errors.js";
import { sortByTime } from "../events/sort.js";
import { EventTable } from "../events/table.js";
import type { Seen } from "./codec.js";
import { GrowingColumns } from "./columns.js";
import { describe, openOptionNames, openRecording, type OpenOptions } from "./recording.js";

export interface ReadOptions extends OpenOptions {
  /** Sort by time when the file is out of order; events of one time keep their order. Default false. */
  readonly sort?: boolean;
}

/**
 * Reads a whole recording into a table.
 *
 * The format is found from the content. What the reader had to assume is in `provenance.assumptions`.
 *
 * ```ts
 * const events = await readEvents("talk.raw");
 * ```
 * @throws FormatError when no codec recognises the bytes.
 * @throws DecodeError at a fault in the bytes; its field `partial` has the events before it.
 */
export async function readEvents(from: BytesLike, options: ReadOptions = {}): Promise<EventTable> {
  const { sort = false, ...decode } = options;
  const recording = await openRecording("readEvents", from, decode, [...openOptionNames, "sort"]);
  const { source, codec } = recording;
  const columns = new GrowingColumns();
  let seen: Seen | undefined;
  let skipped = 0;

  const table = (): EventTable => {
    const { columns: all, triggers } = columns.finish();
    const sorted = sort && seen !== undefined && seen.backwardSteps > 0;
    const { t, x, y, p } = sorted ? sortByTime(all) : all;
    const { sensor, provenance } = describe(recording, decode, seen, skipped);
    const assumptions = sorted ? [...provenance.assumptions, "The events were sorted, as asked."] : provenance.assumptions;
    return new EventTable({ t, x, y, p }, { sensor, triggers, origin: t[0] ?? 0n, provenance: { ...provenance, assumptions } });
  };
  const onSkip: OpenOptions["onSkip"] = (fault) => {
    skipped++;
    decode.onSkip?.(fault);
  };

  try {
    for await (const batch of codec.read(source, { ...decode, onSkip })) {
      if (columns.length === 0) columns.reserve(expectedEvents(batch.columns.t.length, batch.bytesRead, source.size));
      columns.append(batch.columns, batch.triggers);
      seen = batch.seen;
      decode.onProgress?.({ bytesRead: batch.bytesRead, size: source.size, events: columns.length });
    }
    return table();
  } catch (error) {
    if (isEvtlabError(error, "DecodeError")) error.partial = table();
    throw error;
  } finally {
    await recording.close();
  }
}

/** Events in the whole file if it goes on as it began, and half as many again, within what memory can hold. */
function expectedEvents(events: number, bytesRead: number, size: number | undefined): number {
  if (size === undefined || bytesRead >= size) return events;
  return Math.ceil(Math.min(events * (size / bytesRead) * 1.5, 2 ** 30));
}
