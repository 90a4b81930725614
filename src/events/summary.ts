/**
 * What a table holds, in numbers.
 * @module
 */
import { countOn } from "./polarity.js";
import type { SensorSize } from "./schema.js";
import type { EventTable } from "./table.js";

export interface Summary {
  readonly events: number;
  readonly on: number;
  readonly off: number;
  /** First and last time on the sensor clock, in microseconds; undefined without events. */
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
  /** From the first event to the last, in microseconds. */
  readonly duration: number;
  /** Mean events per second; 0 when all events share one microsecond. */
  readonly rate: number;
  readonly sensor: SensorSize;
  readonly triggers: number;
  /** Time that durations count from, on the sensor clock in microseconds. */
  readonly origin: bigint;
  readonly format: string;
  readonly assumptions: readonly string[];
}

/** Counts, times and rate of a table. */
export function summarise(table: EventTable): Summary {
  const on = countOn(table.p);
  const { length, duration } = table;
  return {
    events: length,
    on,
    off: length - on,
    first: table.t[0],
    last: table.t[length - 1],
    duration,
    rate: duration === 0 ? 0 : length / (duration / 1e6),
    sensor: table.sensor,
    triggers: table.triggers.t.length,
    origin: table.origin,
    ...table.provenance,
  };
}
