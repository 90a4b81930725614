/**
 * Time surfaces at regular steps, tonic's ToTimesurface.
 *
 * Step i shows the sensor at t_ref = t_start + (i + 1)·dt: exp(−(t_ref − T) / tau), or max(0, 1 − (t_ref − T) / tau), with
 * T the latest event of the pixel and polarity before t_ref, however long ago. tonic makes as many steps as fit between
 * the first event and the last; here their number is fixed, so that every window gives a grid of one shape.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { Duration } from "../events/time.js";
import { requireChoice, requireDuration, requireInteger } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";
import { runsOf } from "./time-bins.js";

export interface SurfaceStepsOptions {
  /** Number of steps, 1 to 1024. */
  readonly steps: number;
  /** Time between steps. */
  readonly dt: Duration;
  /** Time in which a value falls to 1/e, or to 0. */
  readonly tau: Duration;
  /** "exponential" (default) or "linear". */
  readonly decay?: "exponential" | "linear";
  /** Where t_start comes from: the first event ("events", default) or the start of the window. */
  readonly span?: Span;
}

/**
 * [height, width, 2·steps], channels "step 0 off", "step 0 on", …; Float32 from 0 to 1.
 * @throws OptionError
 */
export function surfaceSteps(options: SurfaceStepsOptions): Representation<Float32Array> {
  checkOptions("surfaceSteps", options, ["steps", "dt", "tau", "decay", "span"]);
  const steps = requireInteger("surfaceSteps steps", options.steps, 1, 1024);
  const dt = requireDuration("surfaceSteps dt", options.dt);
  const tau = requireDuration("surfaceSteps tau", options.tau);
  const decay = requireChoice("surfaceSteps decay", options.decay ?? "exponential", ["exponential", "linear"]);
  const span = requireChoice("surfaceSteps span", options.span ?? "events", spans);
  const valueAt = decay === "exponential" ? (age: number) => Math.exp(-age / tau) : (age: number) => Math.max(0, 1 - age / tau);
  return perPixel({
    id: idOf("surface-steps", { steps, dt: `${dt}us`, tau: `${tau}us`, decay, span }),
    source: "tonic ToTimesurface",
    channels: Array.from({ length: 2 * steps }, (_, i) => `step ${i >> 1} ${i & 1 ? "on" : "off"}`),
    cpu(events, window) {
      const { t, x, y, p, sensor: { width, height } } = events;
      const { first } = spanOf(events, window, span);
      const latest = new Float64Array(height * width * 2).fill(-Infinity);
      const data = new Float32Array(latest.length * steps);
      const runs = runsOf(t, first, steps, (offset) => Math.floor(offset / dt));
      for (let step = 0; step < steps; step++) {
        const run = runs.find(({ bin }) => bin === step);
        for (let i = run?.start ?? 0; i < (run?.end ?? 0); i++) latest[(y[i]! * width + x[i]!) * 2 + p[i]!] = Number(t[i]! - first);
        const reference = (step + 1) * dt;
        for (let cell = 0; cell < latest.length; cell++) {
          if (latest[cell]! > -Infinity) data[(cell >> 1) * 2 * steps + 2 * step + (cell & 1)] = valueAt(reference - latest[cell]!);
        }
      }
      return data;
    },
  });
}
