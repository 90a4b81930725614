/**
 * Where in a recording which times lie: so that a window costs what it holds.
 *
 * Places to resume at cut the recording into segments. Of each place the index knows the latest time before it and the
 * earliest time behind it, so that nothing is missed where times step back.
 * @module
 */
import type { SensorWindow } from "../events/time.js";
import { disorder } from "../events/time-words.js";
import type { Bookmark, EventBatch, ReadFromOptions, Seen } from "./codec.js";
import type { Opened } from "./opened.js";

export interface IndexEntry {
  readonly bookmark: Bookmark;
  /** The latest time of all events and triggers before the place, and the earliest of all behind it. */
  readonly latestBefore: bigint;
  readonly earliestAfter: bigint;
}

export interface TimeIndex {
  /** Time of the first event in the file. */
  readonly first: bigint;
  readonly events: number;
  /** What the decoder has seen at the end of the file. */
  readonly seen: Seen;
  readonly entries: readonly IndexEntry[];
}

export const beforeAll = -(1n << 63n);
export const afterAll = (1n << 63n) - 1n;

/** Reads the whole recording for its index; `undefined` when it holds no events. */
export async function buildIndex({ source, codec }: Opened, options: ReadFromOptions): Promise<TimeIndex | undefined> {
  const segments: { bookmark: Bookmark; latestBefore: bigint; earliest: bigint }[] = [];
  let first: bigint | undefined;
  let seen: Seen | undefined;
  let events = 0;
  let latest = beforeAll;
  const onBookmark = (bookmark: Bookmark) => segments.push({ bookmark, latestBefore: latest, earliest: afterAll });
  for await (const batch of codec.read(source, { ...options, onError: "skip", onBookmark })) {
    seen = batch.seen;
    first ??= batch.columns.t[0];
    events += batch.columns.t.length;
    const times = rangeOf(batch);
    if (times.latest > latest) latest = times.latest;
    const segment = segments.at(-1);
    if (segment) segment.earliest = smaller(segment.earliest, times.earliest);
  }
  if (first === undefined || seen === undefined) return undefined;
  const entries: IndexEntry[] = [];
  let earliestAfter = afterAll;
  for (const { bookmark, latestBefore, earliest } of segments.reverse()) {
    earliestAfter = smaller(earliestAfter, earliest);
    entries.push({ bookmark, latestBefore, earliestAfter });
  }
  return { first, events, seen, entries: entries.reverse() };
}

/** The part of the file that has all events and triggers of a window: where to resume, and where to stop. */
export function segmentOf(index: TimeIndex, { from, to }: SensorWindow): { resume: Bookmark | undefined; stop: Bookmark | undefined } {
  const start = index.entries.findLast(({ latestBefore }) => latestBefore < from);
  const end = index.entries.find(({ earliestAfter }) => earliestAfter >= to);
  return { resume: start?.bookmark, stop: end?.bookmark };
}

function rangeOf({ columns: { t }, triggers }: EventBatch): { earliest: bigint; latest: bigint } {
  const events = timeRange(t);
  const edges = timeRange(triggers.t);
  return { earliest: smaller(events.earliest, edges.earliest), latest: events.latest > edges.latest ? events.latest : edges.latest };
}

function timeRange(t: BigInt64Array): { earliest: bigint; latest: bigint } {
  if (t.length === 0) return { earliest: afterAll, latest: beforeAll };
  if (disorder(t).stepsBack === 0) return { earliest: t[0], latest: t[t.length - 1] };
  let [earliest, latest] = [t[0], t[0]];
  for (const time of t) {
    if (time < earliest) earliest = time;
    if (time > latest) latest = time;
  }
  return { earliest, latest };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
