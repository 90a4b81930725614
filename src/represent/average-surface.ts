/**
 * Average time surfaces, EventCV's `atsurf`: the mean of exp(−(t_ref − t) / tau) over all events of a pixel and polarity,
 * with t_ref the last event.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { Duration, SensorWindow } from "../events/time.js";
import { onCanvas } from "./canvas.js";
import { requireChoice, requireDuration } from "./options.js";
import { idOf, mapped, perPixel } from "./per-pixel.js";
import { holdsAges } from "./recency.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";

export interface AverageSurfaceOptions {
  /** Time in which the value of an event falls to 1/e. */
  readonly tau: Duration;
  /** Where t_ref comes from: the last event ("events", default) or the last microsecond of the window. */
  readonly span?: Span;
}

/**
 * [height, width, 2], channels "off" and "on"; Float32 from 0 to 1.
 * @throws OptionError
 */
export function averageSurface(options: AverageSurfaceOptions): Representation<Float32Array> {
  checkOptions("averageSurface", options, ["tau", "span"]);
  const tau = requireDuration("averageSurface tau", options.tau);
  const span = requireChoice("averageSurface span", options.span ?? "events", spans);
  const cpu = (events: EventTable, window: SensorWindow) => {
    const { t, x, y, p, sensor: { width, height } } = events;
    const reference = spanOf(events, window, span).last;
    const sums = new Float64Array(height * width * 2);
    const counts = new Float64Array(height * width * 2);
    for (let i = 0; i < x.length; i++) {
      const cell = (y[i]! * width + x[i]!) * 2 + p[i]!;
      sums[cell]! += Math.exp(-Number(reference - t[i]!) / tau);
      counts[cell]!++;
    }
    return mapped(Float32Array, sums, (sum, cell) => (counts[cell]! > 0 ? sum / counts[cell]! : 0));
  };
  return perPixel({
    id: idOf("average-surface", { tau: `${tau}us`, span }),
    source: "EventCV atsurf",
    channels: ["off", "on"],
    tolerance: 2e-7,
    cpu,
    wasm(events, window) {
      const reference = spanOf(events, window, span).last;
      if (!holdsAges(events, reference)) return cpu(events, window);
      const { width, height } = events.sensor;
      const low = Number(BigInt.asIntN(32, reference));
      return onCanvas(events, { bytes: height * width * 32, time: true }, (canvas) => {
        const { kernels, offset } = canvas;
        canvas.blocks(({ t, x, y, p, events: count, cells }) => {
          kernels.cellOffsets(x, y, p, count, width, 2, 1, 4, offset, cells);
          kernels.meanDecay(cells, t, count, low, 1 / tau);
        });
        return canvas.convert(Float32Array, { pixelBytes: 32, perPixel: 2 }, (from, to, pixels) => kernels.means(from, to, 2 * pixels));
      });
    },
  });
}
