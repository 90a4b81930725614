import type { EventTable } from "../../events/table.js";
import { formatCount, formatDuration } from "../window.js";
import type { PlayedEvents } from "./packed-events.js";

/** As many times the limit are thinned; of more the end is left out. */
const thinnest = 8;

/** The events that a player carries, at most `limit`, with a sentence when some are left out. */
export function fit(events: EventTable, limit: number): { readonly shown: PlayedEvents; readonly note: string | undefined } {
  const part = events.length > thinnest * limit ? events.slice(0, thinnest * limit) : events;
  const notes: string[] = [];
  if (part.length < events.length) {
    notes.push(`The first ${formatDuration(part.duration)} of ${formatDuration(events.duration)}; slice the table to play another part.`);
  }
  if (part.length > limit) notes.push(`${formatCount(limit)} of ${formatCount(part.length)} events, evenly chosen.`);
  return { shown: playedEvents(part, limit), note: notes.length === 0 ? undefined : notes.join(" ") };
}

/** The events of a table, or `limit` of them, evenly chosen, as a player takes them. */
export function playedEvents(events: EventTable, limit = Infinity): PlayedEvents {
  const { length } = events;
  const count = Math.min(limit, length);
  const t = new Float64Array(count);
  const x = new Uint16Array(count);
  const y = new Uint16Array(count);
  const p = new Uint8Array(count);
  let last = -Infinity;
  for (let k = 0; k < count; k++) {
    const i = count === length ? k : pick(k, count, length);
    // Times of a reader that was not asked to sort may step back; a player's may not.
    t[k] = last = Math.max(last, Number(events.t[i]! - events.origin));
    x[k] = events.x[i]!;
    y[k] = events.y[i]!;
    p[k] = events.p[i]!;
  }
  return { t, x, y, p };
}

/** One of the k-th of `count` equal runs of events: any of them, but always the same one. A fixed stride would draw stripes. */
function pick(k: number, count: number, length: number): number {
  const start = Math.floor((k * length) / count);
  const end = Math.floor(((k + 1) * length) / count);
  return start + ((Math.imul(k + 1, 0x9e3779b1) >>> 8) % (end - start));
}
