/**
 * The contract of a filter, and how filters follow each other.
 *
 * A filter takes events in order of time and gives events in order of time. It knows nothing of where they come from:
 * the same object works on a table and on a stream, and gives the same events for both, whatever the batches are.
 *
 * A filter of one's own is one object:
 *
 * ```ts
 * const lowerHalf: EventFilter = {
 *   id: "lower-half",
 *   source: "our lab",
 *   start: ({ sensor }) => ({ push: (columns) => keep(columns, (i) => columns.y[i] >= sensor.height / 2) }),
 * };
 * events.pipe(lowerHalf);
 * ```
 * @module
 */
import { OptionError } from "../errors.js";
import { concatParts } from "./concat.js";
import type { EventColumns, Frame, SensorSize, TriggerColumns } from "./schema.js";

/** What a filter is told of the recording before the first event. */
export interface FilterInput {
  readonly sensor: SensorSize;
  /** Time that durations count from, in microseconds of the sensor clock. */
  readonly origin: bigint;
}

export interface EventFilter {
  /** Stable, every choice stated: "background-activity/within=5000us/neighbours=8/…". */
  readonly id: string;
  /** Where the definition comes from. */
  readonly source: string;
  /** True when the filter has to see all events before it can give the first: it takes tables only, no streams. */
  readonly whole?: boolean;
  /** Size of the sensor afterwards, when it changes. */
  sensor?(before: SensorSize): SensorSize;
  /** What was recorded beside the events and cannot go with them where they go: pictures, samples of inertial sensors. */
  readonly leaves?: readonly ("frames" | "imu")[];
  /** Begins with one recording: all that is remembered between batches belongs to the run. */
  start(input: FilterInput): FilterRun;
}

/** A filter at work on one recording. */
export interface FilterRun {
  /**
   * Takes the next events (at most {@link batchEvents}, or all of them for a filter of `whole`) and gives those that
   * are ready. Must not change its argument; may return it.
   */
  push(columns: EventColumns): EventColumns;
  /** The events that were held back. */
  finish?(): EventColumns;
  /** Triggers of the time that was pushed last, for filters that move time; the same ones when left out. */
  triggers?(triggers: TriggerColumns): TriggerColumns;
  /** A picture that was recorded with the events, where they went; the same one when left out. */
  frame?(frame: Frame): Frame;
}

/** As many events a filter is given at a time: columns of these stay in the cache on their way through a chain. */
export const batchEvents = 32768;

/** Filters at work on one recording, one behind the other. */
export class FilterChain {
  /** Sensor after the last filter. */
  readonly sensor: SensorSize;
  readonly #runs: readonly FilterRun[];

  constructor(filters: readonly EventFilter[], input: FilterInput) {
    let { sensor } = input;
    this.#runs = filters.map((filter) => {
      const run = filter.start({ ...input, sensor });
      sensor = filter.sensor?.(sensor) ?? sensor;
      return run;
    });
    this.sensor = sensor;
  }

  /** The events that are ready after these. */
  push(columns: EventColumns): EventColumns {
    const parts: EventColumns[] = [];
    for (let start = 0; start < columns.t.length; start += batchEvents) {
      parts.push(this.#through(0, range(columns, start, Math.min(start + batchEvents, columns.t.length))));
    }
    return concatParts(parts);
  }

  /** The events that were held back. */
  finish(): EventColumns {
    const parts = this.#runs.map((run, i) => (run.finish ? this.#through(i + 1, run.finish()) : noEvents));
    return concatParts(parts);
  }

  triggers(triggers: TriggerColumns): TriggerColumns {
    return this.#runs.reduce((moved, run) => run.triggers?.(moved) ?? moved, triggers);
  }

  frame(frame: Frame): Frame {
    return this.#runs.reduce((moved, run) => run.frame?.(moved) ?? moved, frame);
  }

  #through(first: number, columns: EventColumns): EventColumns {
    for (let i = first; i < this.#runs.length && columns.t.length > 0; i++) columns = this.#runs[i]!.push(columns);
    return columns;
  }
}

export interface Filtered {
  readonly columns: EventColumns;
  readonly sensor: SensorSize;
  readonly triggers: TriggerColumns;
}

/** A whole recording through filters. Columns are shared where no filter changes them. */
export function filterColumns(columns: EventColumns, triggers: TriggerColumns, input: FilterInput, filters: readonly EventFilter[]): Filtered {
  let filtered: Filtered = { columns, triggers, sensor: input.sensor };
  for (let start = 0; start < filters.length; ) {
    const next = filters.findIndex((filter, i) => i >= start && filter.whole === true);
    const end = next === start ? start + 1 : next < 0 ? filters.length : next;
    const part = filters.slice(start, end);
    filtered = next === start ? wholeThrough(filtered, input, part[0]!) : batchesThrough(filtered, input, part);
    start = end;
  }
  return filtered;
}

function wholeThrough({ columns, triggers, sensor }: Filtered, input: FilterInput, filter: EventFilter): Filtered {
  const run = filter.start({ ...input, sensor });
  const passed = run.push(columns);
  return { columns: passed, triggers: run.triggers?.(triggers) ?? triggers, sensor: filter.sensor?.(sensor) ?? sensor };
}

function batchesThrough({ columns, triggers, sensor }: Filtered, input: FilterInput, filters: readonly EventFilter[]): Filtered {
  const chain = new FilterChain(filters, { ...input, sensor });
  const passed = concatParts([chain.push(columns), chain.finish()]);
  return { columns: passed, triggers: chain.triggers(triggers), sensor: chain.sensor };
}

/** @throws OptionError when a filter needs the whole recording. */
export function requireStreamable(filters: readonly EventFilter[]): void {
  const whole = filters.find((filter) => filter.whole);
  if (whole === undefined) return;
  throw new OptionError({
    where: "filter of a stream",
    expected: "filters that work batch by batch",
    received: `"${whole.id}", which has to see the last event first`,
    next: "Read the recording with readEvents and filter the table",
  });
}

export const noEvents: EventColumns = Object.freeze({
  t: new BigInt64Array(0),
  x: new Uint16Array(0),
  y: new Uint16Array(0),
  p: new Uint8Array(0),
});

function range({ t, x, y, p }: EventColumns, start: number, end: number): EventColumns {
  return { t: t.subarray(start, end), x: x.subarray(start, end), y: y.subarray(start, end), p: p.subarray(start, end) };
}
