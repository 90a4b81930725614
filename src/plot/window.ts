/**
 * The part of a recording that a plot shows, and its times as people read them.
 * @module
 */
import type { EventTable } from "../events/table.js";
import type { TimeWindow } from "../events/time.js";

/** Events within the window, which share their columns with the table; all of them without a window. */
export function within(events: EventTable, window: TimeWindow | undefined): EventTable {
  return window === undefined ? events : events.between(window.from, window.to);
}

/** First and last time of the events, in microseconds from the origin of the recording. */
export function span(events: EventTable): { readonly first: number; readonly last: number } {
  if (events.length === 0) return { first: 0, last: 0 };
  const first = Number(events.t[0]! - events.origin);
  // Times of a reader that was not asked to sort may step back.
  return { first, last: Math.max(first, Number(events.t[events.length - 1]! - events.origin)) };
}

/** The unit that a span of microseconds reads best in. */
export function timeUnit(microseconds: number): { readonly name: "µs" | "ms" | "s"; readonly size: number } {
  if (microseconds < 1e3) return { name: "µs", size: 1 };
  if (microseconds < 1e6) return { name: "ms", size: 1e3 };
  return { name: "s", size: 1e6 };
}

/** "33.4 ms" */
export function formatDuration(microseconds: number): string {
  const { name, size } = timeUnit(microseconds);
  return `${Number((microseconds / size).toPrecision(4))} ${name}`;
}

/** "1.26 M", "8,300" */
export function formatCount(count: number): string {
  if (count >= 1e6) return `${Number((count / 1e6).toPrecision(3))} M`;
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
