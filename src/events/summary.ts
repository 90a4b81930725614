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

/** A summary in one paragraph. */
export function describe({ events, on, duration, rate, sensor, triggers, first, origin, format, assumptions }: Summary): string {
  const size = `${sensor.width}x${sensor.height}`;
  if (events === 0 || first === undefined) return `no events, ${size}, from ${format}`;
  const parts = [
    `${count(events)} ${events === 1 ? "event" : "events"} in ${time(duration)} from ${time(Number(first - origin))} on (${count(rate)} events/s)`,
    size,
    `${percent(on / events)} on`,
    ...(triggers > 0 ? [`${count(triggers)} ${triggers === 1 ? "trigger" : "triggers"}`] : []),
    `from ${format}`,
  ];
  return [parts.join(", "), ...assumptions].join("; ");
}

/** 1,234,567 or 12.3 million. */
export function count(value: number): string {
  return value < 10e6 ? Math.round(value).toLocaleString("en-GB") : `${(value / 1e6).toFixed(1)} million`;
}

/** Microseconds in the unit that fits. */
export function time(microseconds: number): string {
  const size = Math.abs(microseconds);
  if (size < 1e3) return `${microseconds} µs`;
  return size < 1e6 ? `${Number((microseconds / 1e3).toPrecision(4))} ms` : `${Number((microseconds / 1e6).toPrecision(4))} s`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
