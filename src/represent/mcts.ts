/**
 * Multi-channel time surfaces (MCTS) as EventCV builds them: linear surfaces of several lengths at once.
 *
 * W windows spaced evenly in the logarithm from the shortest to the longest; a channel is max(0, 1 − age / window), with
 * the age of the latest event of the pixel and polarity at the last event.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { Duration, SensorWindow } from "../events/time.js";
import { requireChoice, requireDuration, requireInteger } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import { agesOf, holdsAges, withRecencies } from "./recency.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";

export interface MultiChannelSurfaceOptions {
  /** Number of windows, 1 to 32; 5 when left out. */
  readonly windows?: number;
  /** Shortest window; "1ms" when left out. */
  readonly shortest?: Duration;
  /** Longest window; "50ms" when left out. */
  readonly longest?: Duration;
  /** Where ages count from: the last event ("events", default) or the last microsecond of the window. */
  readonly span?: Span;
}

/**
 * [height, width, 2·windows], channels "off 1.000ms", …, "on 1.000ms", …; Float32 from 0 to 1.
 * @throws OptionError
 */
export function multiChannelSurface(options: MultiChannelSurfaceOptions = {}): Representation<Float32Array> {
  checkOptions("multiChannelSurface", options, ["windows", "shortest", "longest", "span"]);
  const count = requireInteger("multiChannelSurface windows", options.windows ?? 5, 1, 32);
  const shortest = requireDuration("multiChannelSurface shortest", options.shortest ?? "1ms");
  const longest = requireDuration("multiChannelSurface longest", options.longest ?? "50ms");
  const span = requireChoice("multiChannelSurface span", options.span ?? "events", spans);
  const lengths = Float64Array.from({ length: count }, (_, i) => shortest * (longest / shortest) ** (count === 1 ? 1 : i / (count - 1)));
  const cpu = (events: EventTable, window: SensorWindow) => {
    const ages = agesOf(events, { reference: spanOf(events, window, span).last, polarities: 2 });
    const data = new Float32Array(ages.length * count);
    for (let cell = 0; cell < ages.length; cell++) {
      const age = ages[cell]!;
      if (age >= 0) for (let i = 0; i < count; i++) data[cell * count + i] = Math.max(0, 1 - age / lengths[i]!);
    }
    return data;
  };
  return perPixel({
    id: idOf("mcts", { windows: count, shortest: `${shortest}us`, longest: `${longest}us`, span }),
    source: "EventCV mcts",
    channels: ["off", "on"].flatMap((polarity) => Array.from(lengths, (length, i) => `${polarity} ${i}: ${(length / 1000).toFixed(3)}ms`)),
    cpu,
    wasm(events, window) {
      const reference = spanOf(events, window, span).last;
      if (!holdsAges(events, reference)) return cpu(events, window);
      return withRecencies(events, { reference, polarities: 2 }, (canvas) => {
        const at = canvas.constants(lengths);
        return canvas.convert(Float32Array, { pixelBytes: 8, perPixel: 2 * count }, (from, to, pixels) =>
          canvas.kernels.surfaceValues(from, to, 2 * pixels, at, count),
        );
      });
    },
  });
}
