/**
 * The stretch of time that a representation spreads its channels over.
 * @module
 */
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";

/**
 * Where t0 and t_last come from: "events" takes the first and the last event, as the published code does; "window"
 * takes the first and the last microsecond of the window, so that equal windows get equal time scales. The two agree
 * on a whole table, whose window ends one microsecond after its last event.
 */
export type Span = "events" | "window";
export const spans: readonly Span[] = ["events", "window"];

/** First and last microsecond of the span, both inclusive. */
export function spanOf({ t }: EventTable, window: SensorWindow, span: Span): { first: bigint; last: bigint } {
  if (span === "window" || t.length === 0) return { first: window.from, last: window.to - 1n };
  return { first: t[0]!, last: t[t.length - 1]! };
}
