/**
 * Time surfaces: how long ago each pixel last fired.
 *
 * T(x, y, p) is the time of the last event of a pixel and polarity in the order of the table, t_ref the last
 * microsecond of the span. A pixel that never fired is 0.
 *
 * | decay | value | source |
 * |---|---|---|
 * | exponential | exp(−(t_ref − T) / tau) | Lagorce et al. 2017, HOTS |
 * | linear | max(0, 1 − (t_ref − T) / window) | the same, with a straight line |
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { Duration } from "../events/time.js";
import { eachBlock, withArena } from "./blocks.js";
import { requireChoice, requireDuration } from "./options.js";
import type { SensorWindow } from "../events/time.js";
import type { GridLike, Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";

interface SurfaceOptionsOf<Decay extends string> {
  readonly decay: Decay;
  /** Where t_ref comes from: the last event ("events", default) or the last microsecond of the window. */
  readonly span?: Span;
}
export interface ExponentialSurfaceOptions extends SurfaceOptionsOf<"exponential"> {
  /** Time in which the value falls to 1/e. */
  readonly tau: Duration;
}
export interface LinearSurfaceOptions extends SurfaceOptionsOf<"linear"> {
  /** Time in which the value falls to 0. */
  readonly window: Duration;
}
export type TimeSurfaceOptions = ExponentialSurfaceOptions | LinearSurfaceOptions;

/**
 * A time surface of [height, width, 2], channels "off" and "on"; Float32 from 0 (long ago, or never) to 1 (now).
 * @throws OptionError
 */
export function timeSurface(options: TimeSurfaceOptions): Representation<Float32Array> {
  const decay = requireChoice("timeSurface decay", options.decay, ["exponential", "linear"]);
  const length = decay === "exponential" ? "tau" : "window";
  checkOptions(`timeSurface with ${decay} decay`, options, ["decay", length, "span"]);
  const span = requireChoice("timeSurface span", options.span ?? "events", spans);
  const microseconds = requireDuration(`timeSurface ${length}`, (options as unknown as Record<string, Duration>)[length]!);
  const valueAt =
    decay === "exponential"
      ? (age: number) => Math.exp(-age / microseconds)
      : (age: number) => Math.max(0, 1 - age / microseconds);
  return {
    id: `time-surface/decay=${decay}/${length}=${microseconds}us/span=${span}`,
    source: "HOTS (Lagorce et al. 2017), whole sensor",
    shape: ({ width, height }) => [height, width, 2],
    kernels: {
      cpu: (events, window) => decayed(events, window, span, valueAt, lastEvents(events)),
      wasm: (events, window) =>
        withArena((arena) => {
          const { width, height } = events.sensor;
          const last = arena.alloc(height * width * 8);
          arena.clear(last, height * width * 8);
          eachBlock(arena, events, { time: false, scratch: 4 }, (block) =>
            arena.kernels.lastEvent(block.x, block.y, block.p, block.events, width, block.first + 1, block.scratch, last),
          );
          return decayed(events, window, span, valueAt, arena.i32(last, height * width * 2));
        }),
    },
  };
}

/** One more than the number of the last event of each cell, 0 where there is none. */
function lastEvents({ x, y, p, sensor: { width, height } }: EventTable): Int32Array {
  const last = new Int32Array(height * width * 2);
  for (let i = 0; i < x.length; i++) last[(y[i]! * width + x[i]!) * 2 + p[i]!] = i + 1;
  return last;
}

function decayed(
  events: EventTable,
  window: SensorWindow,
  span: Span,
  valueAt: (age: number) => number,
  lastEvent: Int32Array,
): GridLike<Float32Array> {
  const { width, height } = events.sensor;
  const reference = Number(spanOf(events, window, span).last);
  // Halves of the times, low before high: one number made of two is twice as fast as a bigint, and as exact below 2^53.
  const halves = new Int32Array(events.t.buffer, events.t.byteOffset, events.length * 2);
  const data = new Float32Array(lastEvent.length);
  for (let cell = 0; cell < data.length; cell++) {
    const event = lastEvent[cell]! - 1;
    if (event >= 0) data[cell] = valueAt(reference - (halves[2 * event + 1]! * 2 ** 32 + (halves[2 * event]! >>> 0)));
  }
  return { data, shape: [height, width, 2], channels: ["off", "on"] };
}
