/**
 * A recording as a series of grids, in memory that does not grow with it.
 * @module
 */
import { setImmediate as turn } from "node:timers/promises";
import { checkOptions, OptionError } from "../errors.js";
import { EventTable } from "../events/table.js";
import { toSensorTime, type Duration, type SensorWindow, type Time } from "../events/time.js";
import { build, type BuildOptions } from "./build.js";
import type { Grid } from "./grid.js";
import { lendGridMemory } from "./grid-memory.js";
import { requireDuration, requireInteger } from "./options.js";
import { Builders } from "./builders.js";
import { loadRepresentation, textOf } from "./representation-module.js";
import type { GridData, Representation } from "./representation.js";

export interface WindowsOptions extends Omit<BuildOptions, "window"> {
  /** Time from the start of a window to that of the next. */
  readonly every: Duration;
  /** Length of a window; `every` when left out, so that windows follow one another. */
  readonly length?: Duration;
  /** Start of the first window; the first event when left out. */
  readonly from?: Time;
  /** Windows start before this; the last event is the last when left out. */
  readonly to?: Time;
  /**
   * Threads that build, this one among them: it does so when it has no grid to give. The grids are the same to the bit. For
   * representations of evtlab or from a module: threads are told their text. Default 1.
   */
  readonly workers?: number;
  /**
   * Each grid is yours until you ask for the next: then its data is written again. Up to four times as fast, since
   * fresh memory keeps the garbage collector busy. Default false.
   */
  readonly reuse?: boolean;
}

/**
 * The grids of windows [from + k·every, … + length), k = 0, 1, …, in order, windows without events among them. `events` is
 * a table, or tables in order of time as `streamEvents` yields them; no more of a stream is held than its windows need.
 *
 * ```ts
 * for await (const grid of buildWindows(streamEvents("talk.raw"), voxelGrid({ bins: 5 }), { every: "33ms" })) …
 * ```
 * @throws OptionError, and what reading and building throw.
 */
export async function* buildWindows<Data extends GridData>(
  events: EventTable | AsyncIterable<EventTable>,
  representation: Representation<Data>,
  options: WindowsOptions,
): AsyncGenerator<Grid<Data>> {
  checkOptions("buildWindows", options, ["every", "length", "from", "to", "workers", "reuse", "device", "cache", "signal"]);
  const { from, to, workers: asked, reuse = false, every: _, length: __, ...how } = options;
  const every = BigInt(requireDuration("buildWindows every", options.every));
  const length = BigInt(requireDuration("buildWindows length", options.length ?? options.every));
  const workers = requireInteger("buildWindows workers", asked ?? 1, 1, 64);
  if (workers > 1 && how.device !== undefined && how.device !== "auto") {
    throw new OptionError({ where: "buildWindows device", expected: "auto, with workers", received: `"${how.device}"` });
  }
  const text = textOf(representation);
  // Fails here, not in a worker, for a representation that has no text.
  if (workers > 1) await loadRepresentation(text);
  const builders = workers > 1 ? new Builders(workers - 1, text, text === representation.id) : undefined;
  /** Grids in order, built or on their way. */
  const ahead: Ahead<Data>[] = [];
  const free: ArrayBuffer[] = [];
  const here = (table: EventTable, window: SensorWindow): Promise<Grid<Data>> => {
    lendGridMemory(free.pop());
    return build(table, representation, { ...how, window });
  };
  async function* first(): AsyncGenerator<Grid<Data>> {
    const grid = await ahead.shift()!.grid;
    how.signal?.throwIfAborted();
    yield grid;
    if (reuse) free.push(grid.data.buffer as ArrayBuffer);
  }
  try {
    for await (const [table, window] of cut(events, { every, length, from, to })) {
      how.signal?.throwIfAborted();
      const elsewhere = builders?.free === true;
      const next = expected(elsewhere ? (builders.build(table, window, how.cache, free.pop()) as Promise<Grid<Data>>) : here(table, window));
      ahead.push(next);
      if (!elsewhere) await next.settled;
      // Lets timers, signals and other threads in.
      await turn();
      while (ahead.length > 2 * workers || (builders?.free !== true && ahead[0]?.done)) yield* first();
    }
    while (ahead.length > 0) yield* first();
  } finally {
    lendGridMemory(undefined);
    await builders?.close();
  }
}

interface Ahead<Data extends GridData> {
  readonly grid: Promise<Grid<Data>>;
  /** When it is built or has failed, which is met when its turn comes. */
  readonly settled: Promise<void>;
  done: boolean;
}

function expected<Data extends GridData>(grid: Promise<Grid<Data>>): Ahead<Data> {
  const settle = () => void (ahead.done = true);
  const ahead = { grid, settled: grid.then(settle, settle), done: false };
  return ahead;
}

interface Cut {
  readonly every: bigint;
  readonly length: bigint;
  readonly from: Time | undefined;
  readonly to: Time | undefined;
}

/** Each window with the events in it. */
async function* cut(
  events: EventTable | AsyncIterable<EventTable>,
  { every, length, from, to }: Cut,
): AsyncGenerator<readonly [EventTable, { from: bigint; to: bigint }]> {
  let held: EventTable[] = [];
  let start: bigint | undefined;
  const end = (table: EventTable) => (to === undefined ? undefined : toSensorTime(to, table.origin, "buildWindows to"));
  const tables = "t" in events ? [events] : events;
  for await (const table of tables) {
    if (table.length === 0) continue;
    start ??= from === undefined ? table.t[0]! : toSensorTime(from, table.origin, "buildWindows from");
    held.push(table);
    const last = table.t[table.length - 1]!;
    const stop = end(table);
    // A later table may still have events of the microsecond in which this one ends.
    if (start + length > last && events !== table) continue;
    let all = held.length === 1 ? held[0]! : EventTable.concat(held);
    while (start + length <= last && (stop === undefined || start < stop)) {
      yield [all.between(start, start + length), { from: start, to: start + length }];
      start += every;
    }
    all = all.between(start, last + 1n > start ? last + 1n : start + 1n);
    held = [all];
    if (stop !== undefined && start >= stop) return;
  }
  if (start === undefined || held.length === 0) return;
  const rest = held.length === 1 ? held[0]! : EventTable.concat(held);
  const last = rest.length > 0 ? rest.t[rest.length - 1]! : start - 1n;
  const stop = end(rest);
  for (; start <= last && (stop === undefined || start < stop); start += every) {
    yield [rest.between(start, start + length), { from: start, to: start + length }];
  }
}
