/**
 * A recording, or a part of one, as four columns.
 * @module
 */
import { TableError } from "../errors.js";
import { noTriggers, type EventColumns, type Provenance, type SensorSize, type TriggerColumns } from "./schema.js";

export interface TableOptions {
  /** Sensor size in pixels; the smallest that holds all events when left out. */
  readonly sensor?: SensorSize;
  readonly triggers?: TriggerColumns;
  /** Time that durations count from, in microseconds of the sensor clock; the first event when left out. */
  readonly origin?: bigint;
  readonly provenance?: Provenance;
}

/** Immutable by convention: no method changes its table, and slices share the columns they need not copy. */
export class EventTable implements EventColumns {
  readonly t: BigInt64Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly p: Uint8Array;
  readonly sensor: SensorSize;
  readonly triggers: TriggerColumns;
  readonly origin: bigint;
  readonly provenance: Provenance;

  /** Trusts its columns; use {@link EventTable.from} for columns from elsewhere. */
  constructor(columns: EventColumns, options: Required<TableOptions>) {
    this.t = columns.t;
    this.x = columns.x;
    this.y = columns.y;
    this.p = columns.p;
    this.sensor = options.sensor;
    this.triggers = options.triggers;
    this.origin = options.origin;
    this.provenance = options.provenance;
  }

  /**
   * A table over the given columns, without copying them.
   * @throws TableError when lengths differ or a coordinate lies outside the sensor.
   */
  static from(columns: EventColumns, options: TableOptions = {}): EventTable {
    const { t, x, y, p } = columns;
    if (x.length !== t.length || y.length !== t.length || p.length !== t.length) {
      throw new TableError({
        expected: "four columns of equal length",
        received: `t ${t.length}, x ${x.length}, y ${y.length}, p ${p.length}`,
      });
    }
    return new EventTable(columns, {
      sensor: options.sensor ?? smallestSensor(columns),
      triggers: options.triggers ?? noTriggers,
      origin: options.origin ?? t[0] ?? 0n,
      provenance: options.provenance ?? { format: "columns", assumptions: [] },
    });
  }

  /** Number of events. */
  get length(): number {
    return this.t.length;
  }

  /** Events `start` up to, not including, `end`: shares the columns. */
  slice(start: number, end: number = this.length): EventTable {
    const columns = {
      t: this.t.subarray(start, end),
      x: this.x.subarray(start, end),
      y: this.y.subarray(start, end),
      p: this.p.subarray(start, end),
    };
    return new EventTable(columns, this);
  }
}

function smallestSensor({ x, y }: EventColumns): SensorSize {
  let width = 0;
  let height = 0;
  for (let i = 0; i < x.length; i++) {
    if (x[i]! >= width) width = x[i]! + 1;
    if (y[i]! >= height) height = y[i]! + 1;
  }
  return { width, height };
}
