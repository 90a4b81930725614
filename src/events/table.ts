/**
 * A recording, or a part of one, as four columns.
 * @module
 */
import { checkOptions, WindowError } from "../errors.js";
import { fromArrow, fromIPC, toArrow, toIPC, type ArrowEvents, type ArrowLike } from "./arrow.js";
import { card, type CardBundle } from "./card.js";
import { toDataFrame, type DataFrame } from "./dataframe.js";
import { concatColumns, concatProvenance } from "./concat.js";
import { filterColumns, type EventFilter } from "./filter.js";
import { fromParquet, toParquet } from "./parquet.js";
import { polarityColumns, type Polarity } from "./polarity.js";
import { cropColumns, type Region } from "./region.js";
import { noTriggers, type EventColumns, type Provenance, type SensorSize, type TriggerColumns } from "./schema.js";
import { query, type SqlRow } from "./sql.js";
import { sortByTime } from "./sort.js";
import { describe, summarise, type Summary } from "./summary.js";
import { lowerBound } from "./time-words.js";
import { toSensorWindow, type Time } from "./time.js";
import { concatTriggers, sliceTriggers, triggersOfSlice } from "./triggers.js";
import { checkEventArrays, checkOrder, checkTriggers, checkValues, smallestSensor } from "./validate.js";

export interface TableOptions {
  /** Sensor size in pixels; the smallest that holds all events when left out. */
  readonly sensor?: SensorSize;
  readonly triggers?: TriggerColumns;
  /** Time that durations count from, in microseconds of the sensor clock; the first event when left out. */
  readonly origin?: bigint;
  readonly provenance?: Provenance;
}

export interface FromOptions extends TableOptions {
  /** Sort events that are not in order of time (ties keep their order) instead of refusing them. */
  readonly sort?: boolean;
}

/** One event. Handy to look at; loops over many events read the columns instead. */
export interface SensorEvent {
  readonly t: bigint;
  readonly x: number;
  readonly y: number;
  readonly p: number;
}

/**
 * Events in order of time. The columns `t`, `x`, `y` and `p` are plain typed arrays: loop over them.
 * Immutable by convention: no method changes its table, and slices share the columns they need not copy.
 */
export class EventTable implements EventColumns {
  readonly t: BigInt64Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly p: Uint8Array;
  readonly sensor: SensorSize;
  readonly triggers: TriggerColumns;
  /** Time that durations count from, in microseconds of the sensor clock: slices keep that of the recording. */
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
   * A table over the given columns, checked, and not copied unless they are sorted.
   * @throws TableError when array types, lengths, coordinates, polarities or the order of times are wrong.
   */
  static from(columns: EventColumns, options: FromOptions = {}): EventTable {
    checkOptions("EventTable.from", options, ["sensor", "triggers", "origin", "provenance", "sort"]);
    checkEventArrays(columns);
    const sensor = options.sensor ?? smallestSensor(columns);
    checkValues(columns, sensor);
    const triggers = options.triggers ?? noTriggers;
    checkTriggers(triggers);
    const ordered = options.sort === true ? sortByTime(columns) : columns;
    checkOrder(ordered.t);
    return new EventTable(ordered, {
      sensor,
      triggers,
      origin: options.origin ?? ordered.t[0] ?? 0n,
      provenance: options.provenance ?? { format: "columns", assumptions: [] },
    });
  }

  /**
   * Tables one after the other, copied into one; the origin is that of the first.
   * @throws TableError when sensors differ or a table starts before the one before it ends.
   */
  static concat(tables: readonly EventTable[]): EventTable {
    return new EventTable(concatColumns(tables), {
      sensor: tables[0]!.sensor,
      triggers: concatTriggers(tables.map((table) => table.triggers)),
      origin: tables[0]!.origin,
      provenance: concatProvenance(tables),
    });
  }

  /**
   * The events of an Arrow table with the columns t, x, y and p, in any copy of apache-arrow. One record batch is
   * shared, several are joined.
   * @throws TableError when columns are missing, of other types, or not a valid event table.
   */
  static fromArrow(table: ArrowLike): EventTable {
    const { columns, options } = fromArrow(table);
    return EventTable.from(columns, options);
  }

  /** The events in Arrow IPC bytes, which the table then shares. @throws TableError */
  static fromIPC(bytes: Uint8Array): EventTable {
    return EventTable.fromArrow(fromIPC(bytes));
  }

  /** The events in the bytes of a Parquet file. @throws TableError */
  static async fromParquet(bytes: Uint8Array): Promise<EventTable> {
    return EventTable.fromArrow(await fromParquet(bytes));
  }

  /** Number of events. */
  get length(): number {
    return this.t.length;
  }

  /** From the first event to the last, in microseconds; 0 without events. */
  get duration(): number {
    return this.length === 0 ? 0 : Number(this.t[this.length - 1]! - this.t[0]!);
  }

  /**
   * The half open window of the events, on the sensor clock: from the first to one microsecond after the last.
   * @throws WindowError without events.
   */
  get window(): { readonly from: bigint; readonly to: bigint } {
    if (this.length === 0) throw new WindowError({ where: "window", expected: "at least one event", received: "none" });
    return { from: this.t[0]!, to: this.t[this.length - 1]! + 1n };
  }

  /** The event at `index`; a negative index counts from the end. */
  at(index: number): SensorEvent | undefined {
    const i = index < 0 ? this.length + index : index;
    const t = this.t[i];
    return t === undefined ? undefined : { t, x: this.x[i]!, y: this.y[i]!, p: this.p[i]! };
  }

  /** Events `start` up to, not including, `end`, counted as in `Array.slice`: shares the columns. */
  slice(start: number = 0, end: number = this.length): EventTable {
    const from = clampIndex(start, this.length);
    const to = Math.max(from, clampIndex(end, this.length));
    return this.#range(from, to, triggersOfSlice(this.triggers, this.t, from, to));
  }

  /**
   * Events and triggers with from ≤ t < to: shares the columns. Durations count from `origin`, a bigint is a time of
   * the sensor clock: `between("1.2s", "1.5s")`.
   * @throws WindowError when the window is empty or inverted. A window without events gives an empty table.
   */
  between(from: Time, to: Time): EventTable {
    const window = toSensorWindow({ from, to }, this.origin, "between");
    const { t } = this.triggers;
    const triggers = sliceTriggers(this.triggers, lowerBound(t, window.from), lowerBound(t, window.to));
    return this.#range(lowerBound(this.t, window.from), lowerBound(this.t, window.to), triggers);
  }

  /**
   * Events inside a region; it becomes the sensor, and coordinates count from its top left pixel.
   * @throws OptionError when the region leaves the sensor.
   */
  crop(region: Region): EventTable {
    const { width, height } = region;
    return this.#with(cropColumns(this, region, this.sensor), { sensor: { width, height } });
  }

  /** Events that are "on" (brighter) or "off" (darker). */
  polarity(polarity: Polarity): EventTable {
    return this.#with(polarityColumns(this, polarity));
  }

  /**
   * The events after one filter behind the other: `events.pipe(backgroundActivity({ within: "5ms" }), flip({ axis: "x" }))`.
   * Filters are in `evtlab/filters`; its `pipe` does the same for streams.
   */
  pipe(...filters: readonly EventFilter[]): EventTable {
    const { columns, sensor, triggers } = filterColumns(this, this.triggers, this, filters);
    const { t, x, y, p } = columns;
    return this.#with({ t, x, y, p }, { sensor, triggers });
  }

  /** This table and others after it, copied into one. @throws TableError as {@link EventTable.concat}. */
  concat(...others: readonly EventTable[]): EventTable {
    return EventTable.concat([this, ...others]);
  }

  /** Events in order of time; events of the same microsecond keep their order. For columns that were not checked. */
  sort(): EventTable {
    return this.#with(sortByTime(this));
  }

  /** Counts, times and rate. */
  summary(): Summary {
    return summarise(this);
  }

  /** An Arrow table over the same memory; see `events/arrow.ts` for its schema. */
  toArrow(): ArrowEvents {
    return toArrow(this);
  }

  /** The table as bytes of the Arrow IPC format. */
  toIPC(format: "stream" | "file" = "stream"): Uint8Array {
    return toIPC(this, format);
  }

  /** The table as the bytes of a Parquet file, with all that Arrow keeps. */
  toParquet(): Promise<Uint8Array> {
    return toParquet(this);
  }

  /**
   * Rows of a query over the tables `events` (t, x, y, p) and `triggers` (t, id, p), by DuckDB:
   * `await events.sql("select y, count(*) as n from events group by y order by n desc limit 5")`.
   * @throws MissingError without the optional package @duckdb/node-api, TableError for a faulty query.
   */
  sql(text: string): Promise<SqlRow[]> {
    return query(this, text);
  }

  /** A danfojs DataFrame of plain numbers (`t` exact below 2^53 µs). Rows cost about 100 bytes: slice first. */
  async toDataFrame(): Promise<DataFrame> {
    return toDataFrame(this);
  }

  /** One paragraph: what {@link EventTable.summary} counts. */
  toString(): string {
    return describe(this.summary());
  }

  /** The card that a notebook shows: numbers, rate curve and a preview picture, as a MIME bundle. */
  [Symbol.for("Jupyter.display")](): CardBundle {
    return card(this);
  }

  /** What `console.log` prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `EventTable { ${this.toString()} }`;
  }

  #range(start: number, end: number, triggers: TriggerColumns): EventTable {
    const columns = {
      t: this.t.subarray(start, end),
      x: this.x.subarray(start, end),
      y: this.y.subarray(start, end),
      p: this.p.subarray(start, end),
    };
    return this.#with(columns, { triggers });
  }

  #with(columns: EventColumns, changed: TableOptions = {}): EventTable {
    const { sensor, triggers, origin, provenance } = this;
    return new EventTable(columns, { sensor, triggers, origin, provenance, ...changed });
  }
}

function clampIndex(index: number, length: number): number {
  const whole = Math.trunc(index) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
}
