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
import type { Duration, SensorWindow } from "../events/time.js";
import { requireChoice, requireDuration } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import { agesOf, holdsAges, withRecencies } from "./recency.js";
import type { Representation } from "./representation.js";
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
  const cpu = (events: EventTable, window: SensorWindow) => {
    const reference = spanOf(events, window, span).last;
    return Float32Array.from(agesOf(events, { reference, polarities: 2 }), (age) => (age < 0 ? 0 : valueAt(age)));
  };
  return perPixel({
    id: idOf("time-surface", { decay, [length]: `${microseconds}us`, span }),
    source: "HOTS (Lagorce et al. 2017), whole sensor",
    channels: ["off", "on"],
    ...(decay === "exponential" && { tolerance: 2e-7 }),
    cpu,
    wasm(events, window) {
      const reference = spanOf(events, window, span).last;
      if (!holdsAges(events, reference)) return cpu(events, window);
      return withRecencies(events, { reference, polarities: 2 }, (canvas) =>
        canvas.convert(Float32Array, { pixelBytes: 8, perPixel: 2 }, (from, to, pixels) => {
          if (decay === "exponential") canvas.kernels.decayExponential(from, to, 2 * pixels, 1 / microseconds);
          else canvas.kernels.decayLinear(from, to, 2 * pixels, microseconds);
        }),
      );
    },
  });
}
