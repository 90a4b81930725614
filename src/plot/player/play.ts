import { checkOptions, OptionError } from "../../errors.js";
import type { Frame } from "../../events/schema.js";
import { EventTable } from "../../events/table.js";
import { toMicroseconds, toSensorTime, type Duration, type Time } from "../../events/time.js";
import { positiveInteger } from "../figure.js";
import { span } from "../window.js";
import { mostEvents, mostPixels, type PlayMode, type PlayStart, type PlayView } from "./payload.js";
import { Player } from "./player.js";
import { speeds, windows } from "./scales.js";

export interface PlayOptions {
  /** Pictures recorded with the events, in order of time: shown beside the events or under them. */
  readonly frames?: readonly Frame[];
  /** How long the events of one picture are; default 33 ms, less for a short table. */
  readonly window?: Duration;
  /** Seconds of the recording a second of the viewer, 1/1000 to 10; default 1, slower for a short table. */
  readonly speed?: number;
  /** `"decay"` (default): events fade with their age. `"count"`: on minus off events of the window. */
  readonly mode?: PlayMode;
  /** `"flat"` (default): as on the sensor. `"cloud"`: in x, y and time. */
  readonly view?: PlayView;
  /** Where it stands at first; default: the end of the window with the most events. */
  readonly at?: Time;
  /**
   * At most this many events go into the notebook, about 3.5 bytes each; default 1 000 000. Of up to eight times as many
   * some are left out evenly, of more the end as well, and the player says so.
   */
  readonly events?: number;
}

const optionNames = ["frames", "window", "speed", "mode", "view", "at", "events"];

/**
 * A player of the events: play, pause, slow motion, scrubbing, a view in space and time. It carries its events with it,
 * so that a saved notebook or an exported page plays without a kernel. Slice first to play a part.
 *
 * ```ts
 * plot.play(events.between("1.2s", "1.5s"), { speed: 1 / 20, window: "5ms" });
 * ```
 * @throws OptionError for an unknown option, or one out of range.
 */
export function play(events: EventTable, options: PlayOptions = {}): Player {
  const where = "plot.play";
  checkOptions(where, options, optionNames);
  if (events.sensor.width * events.sensor.height > mostPixels) {
    throw new OptionError({ where, expected: `a sensor of at most ${mostPixels} pixels`, received: `${events.sensor.width} × ${events.sensor.height}`, next: "Crop it first" });
  }
  const limit = positiveInteger(`${where}: events`, options.events ?? 1_000_000);
  if (limit > mostEvents) throw new OptionError({ where: `${where}: events`, expected: `at most ${mostEvents}`, received: String(limit) });
  const { first, last } = span(events);
  const { window, speed, mode, view } = startOf(where, last + 1 - first, options);
  const at = options.at === undefined ? undefined : Number(toSensorTime(options.at, events.origin, `${where}: at`) - events.origin);
  return new Player({ events, frames: options.frames ?? [], window, speed, mode, view, at, limit });
}

/** How a player of `length` microseconds begins. */
export function startOf(where: string, length: number, options: Pick<PlayOptions, "window" | "speed" | "mode" | "view">): Omit<PlayStart, "at"> {
  const window = options.window === undefined ? (windows.findLast((each) => each <= 33e3 && each <= length / 4) ?? windows[0]!) : toMicroseconds(options.window, `${where}: window`);
  if (!(window > 0)) throw new OptionError({ where: `${where}: window`, expected: "a duration of at least one microsecond", received: String(options.window) });
  const speed = options.speed ?? speeds.findLast((each) => each <= 1 && length / each >= 1e6) ?? speeds[0]!;
  if (!(speed >= 1e-3 && speed <= 10)) throw new OptionError({ where: `${where}: speed`, expected: "a number from 1/1000 to 10", received: String(options.speed) });
  const mode = oneOf(`${where}: mode`, options.mode ?? "decay", ["decay", "count"]);
  const view = oneOf(`${where}: view`, options.view ?? "flat", ["flat", "cloud"]);
  return { window, speed, mode, view };
}

function oneOf<Value extends string>(where: string, value: Value, values: readonly Value[]): Value {
  if (values.includes(value)) return value;
  throw new OptionError({ where, expected: values.join(" or "), received: `"${String(value)}"` });
}

declare module "../../events/table.js" {
  interface EventTable {
    /** A player of the events: the same as `plot.play(events, options)`. There once `evtlab` or `evtlab/plot` is imported. */
    play(options?: PlayOptions): Player;
  }
}

/** The table cannot import plots, so plots give it this method. */
EventTable.prototype.play = function (options) {
  return play(this, options);
};
