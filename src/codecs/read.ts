import { basename } from "node:path";
import type { BytesLike } from "../bytes/index.js";
import { isEvtlabError, OptionError } from "../errors.js";
import { sortByTime } from "../events/sort.js";
import { EventTable } from "../events/table.js";
import { readingBar, withBar } from "../progress/work.js";
import type { WholeColumns } from "./codec.js";
import { GrowingColumns } from "./columns.js";
import { describe, openBytes, openOptionNames, type Opened, type OpenOptions } from "./opened.js";
import { readWhole } from "./whole.js";
import { Part, partOptionNames, type PartOptions } from "./window.js";

export interface TableOptions extends PartOptions {
  /** Sort by time when the file is out of order; events of one time keep their order. Default false. */
  readonly sort?: boolean | undefined;
  /**
   * Threads that decode a recording together, this one among them: worth it where memory comes in small pages. Default 1.
   * For whole files of DAT, EVT2, EVT2.1, EVT3 and EVT4 from 8 MiB on; all else is read by one. The events are the same
   * to the bit. The threads stay for the next reading, and let the process end.
   */
  readonly workers?: number | undefined;
}

export interface ReadOptions extends OpenOptions, TableOptions {}

export const tableOptionNames = [...partOptionNames, "sort", "workers"] as const satisfies readonly (keyof TableOptions)[];

/**
 * Reads a recording, or a part of it, into a table.
 *
 * The format is found from the content. What the reader had to assume is in `provenance.assumptions`. The first part
 * that is read of a large recording makes an index beside the file, where the format allows it (`NAME.evtlab-index`;
 * in memory where the folder cannot be written): from then on a part costs what it holds.
 *
 * ```ts
 * const events = await readEvents("talk.raw");
 * const smile = await readEvents("talk.raw", { from: "1.2s", to: "1.5s" });
 * ```
 * @throws FormatError when no codec recognises the bytes.
 * @throws DecodeError at a fault in the bytes; its field `partial` has the events before it.
 * @throws WindowError when the part is empty or inverted.
 */
export async function readEvents(from: BytesLike, options: ReadOptions = {}): Promise<EventTable> {
  const { from: start, to, sort, workers, ...open } = options;
  const opened = await openBytes("readEvents", from, options, [...openOptionNames, ...tableOptionNames]);
  try {
    return await withBar(readingBar(basename(opened.source.name)), open.onProgress, (onProgress) => readTable("readEvents", opened, { ...open, ...(onProgress && { onProgress }) }, { from: start, to, sort, workers }));
  } finally {
    await opened.close();
  }
}

/** Reads an opened recording into a table. */
export async function readTable(where: string, opened: Opened, open: OpenOptions, table: TableOptions): Promise<EventTable> {
  const { workers = 1 } = table;
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
    throw new OptionError({ where: `${where}: workers`, expected: "a whole number from 1 to 64", received: String(workers) });
  }
  const columns = new GrowingColumns();
  let skipped = 0;
  const onSkip: OpenOptions["onSkip"] = (fault) => {
    skipped++;
    open.onSkip?.(fault);
  };
  const part = new Part(opened, table, { ...open, onSkip }, where);

  const finish = (whole?: WholeColumns): EventTable => {
    const { columns: all, triggers } = whole ?? columns.finish();
    const { seen, origin = 0n } = part;
    const sorted = table.sort === true && seen !== undefined && seen.backwardSteps > 0;
    const { t, x, y, p } = sorted ? sortByTime(all) : all;
    const { sensor, provenance } = describe(opened, open, seen, skipped);
    const assumptions = sorted ? [...provenance.assumptions, "The events were sorted, as asked."] : provenance.assumptions;
    return new EventTable({ t, x, y, p }, { sensor, triggers, origin, provenance: { ...provenance, assumptions } });
  };

  try {
    const { size } = opened.source;
    const whole = part.isWhole
      ? await readWhole(opened, { ...open, onRows: (bytesRead, events) => open.onProgress?.({ bytesRead, size, events }) })
      : undefined;
    if (whole) {
      [part.origin, part.seen] = [whole.columns.t[0], whole.seen];
      return finish(whole);
    }
    await part.all((batch) => {
      if (columns.length === 0) columns.reserve(part.atMost ?? expectedEvents(batch.columns.t.length, batch.bytesRead, size));
      columns.append(batch.columns, batch.triggers);
      open.onProgress?.({ bytesRead: batch.bytesRead, size, events: columns.length });
    }, workers === 1 ? undefined : {
      count: workers,
      adopt: ({ columns: { t }, triggers }, room) => columns.adopt(room, t.length, triggers),
      onProgress: ({ bytesRead, events }) => open.onProgress?.({ bytesRead, size, events }),
    });
    return finish();
  } catch (error) {
    if (isEvtlabError(error, "DecodeError")) error.partial = finish();
    throw error;
  }
}

/** Events in the whole file if it goes on as it began, and half as many again, within what memory can hold. */
function expectedEvents(events: number, bytesRead: number, size: number | undefined): number {
  if (size === undefined || bytesRead >= size || bytesRead === 0) return events;
  return Math.ceil(Math.min(events * (size / bytesRead) * 1.5, 2 ** 30));
}
