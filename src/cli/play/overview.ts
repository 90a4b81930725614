/**
 * One pass over a recording: how long it is, how many events come when.
 * @module
 */
import type { PartOptions, Recording } from "../../codecs/index.js";
import type { SensorSize } from "../../events/schema.js";
import { EventTable } from "../../events/table.js";
import { lowerBound } from "../../events/time-words.js";

export interface Overview {
  /** On the clock of the sensor; half open. */
  readonly origin: bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly sensor: SensorSize;
  readonly events: number;
  /** Events in equal parts of [from, to). */
  readonly rate: readonly number[];
  /** All events, when they are few enough to stay in memory. */
  readonly table: EventTable | undefined;
}

/** So many events stay in memory: 13 bytes each. */
const mostInMemory = 8e6;
const bars = 480;

/** `undefined` without events. */
export async function overview(recording: Recording, part: PartOptions, onEvents: (events: number) => void): Promise<Overview | undefined> {
  let tables: EventTable[] = [];
  let whole = true;
  let last: EventTable | undefined;
  let events = 0;
  let origin = 0n;
  let from = 0n;
  let to = 0n;
  // Bins of 1 ms at first; twice as long whenever there are too many of them.
  let bin = 1000;
  let counts = new Float64Array(2 * bars);
  for await (const table of recording.stream(part)) {
    if (table.length === 0) continue;
    if (last === undefined) {
      origin = table.origin;
      from = to = table.t[0]!;
    }
    last = table;
    events += table.length;
    const { t } = table;
    for (let i = 0; i < t.length; ) {
      // Times that step back count where they stand: at most a batch away from their place.
      const index = Math.max(0, Math.floor(Number(t[i]! - from) / bin));
      if (index >= counts.length) {
        counts = Float64Array.from(counts, (_, k) => (counts[2 * k] ?? 0) + (counts[2 * k + 1] ?? 0));
        bin *= 2;
        continue;
      }
      const next = Math.max(i + 1, i + lowerBound(t.subarray(i), from + BigInt((index + 1) * bin)));
      counts[index]! += next - i;
      if (t[next - 1]! > to) to = t[next - 1]!;
      i = next;
    }
    if (whole) tables.push(table);
    if (events > mostInMemory) {
      whole = false;
      tables = [];
    }
    onEvents(events);
  }
  if (last === undefined) return undefined;
  to += 1n;
  const used = counts.subarray(0, Math.max(1, Math.ceil(Number(to - from) / bin)));
  return { origin, from, to, sensor: last.sensor, events, rate: stretch(used, Math.min(bars, used.length)), table: whole ? joined(tables, last) : undefined };
}

/** The tables in one; the last knows the sensor best. */
function joined(tables: readonly EventTable[], { sensor, origin, provenance, triggers }: EventTable): EventTable {
  const alike = tables.map((table) => new EventTable(table, { sensor, origin, provenance, triggers: { t: triggers.t.subarray(0, 0), id: triggers.id.subarray(0, 0), p: triggers.p.subarray(0, 0) } }));
  return EventTable.concat(alike).sort();
}

/** Counts in fewer bins. */
function stretch(counts: Float64Array, bins: number): number[] {
  return Array.from({ length: bins }, (_, i) => {
    const [start, end] = [Math.floor((i * counts.length) / bins), Math.floor(((i + 1) * counts.length) / bins)];
    return counts.subarray(start, end).reduce((sum, count) => sum + count, 0) / Math.max(1, end - start);
  });
}
