/**
 * TORE volumes: time-ordered recent events (Baldwin et al. 2021).
 *
 * The last K events of each pixel and polarity, newest first, as max(0, ln(age + 1) − ln(floor + 1)) with ages from the
 * last event, cut at `longest`; a place that holds no event counts as that old. The authors' code uses 5 s and 150 µs, its
 * Python port 500 s.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { Duration, SensorWindow } from "../events/time.js";
import { requireChoice, requireDuration, requireInteger } from "./options.js";
import { idOf, mapped, perPixel } from "./per-pixel.js";
import { agesOf, holdsAges, oldestAge, withRecencies } from "./recency.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";

export interface ToreOptions {
  /** Events kept a pixel and polarity, 1 to 64; 3 when left out. */
  readonly depth?: number;
  /** Age at which values stop growing, at most an hour; "5s" when left out. */
  readonly longest?: Duration;
  /** Age up to which values are 0; "150us" when left out. */
  readonly floor?: Duration;
  /** Where ages count from: the last event ("events", default) or the last microsecond of the window. */
  readonly span?: Span;
}

/**
 * [height, width, 2·depth], channels "on 0" (newest) … "on K−1", "off 0", …; Float32, larger is older.
 * @throws OptionError
 */
export function tore(options: ToreOptions = {}): Representation<Float32Array> {
  checkOptions("tore", options, ["depth", "longest", "floor", "span"]);
  const depth = requireInteger("tore depth", options.depth ?? 3, 1, 64);
  const longest = requireInteger("tore longest, in microseconds", requireDuration("tore longest", options.longest ?? "5s"), 1, 3.6e9);
  const floor = requireDuration("tore floor", options.floor ?? "150us");
  const span = requireChoice("tore span", options.span ?? "events", spans);
  const valueAt = (age: number) => Math.max(0, Math.log(Math.min(age, longest) + 1) - Math.log(floor + 1));
  const cpu = (events: EventTable, window: SensorWindow) => {
    const ages = agesOf(events, { reference: spanOf(events, window, span).last, polarities: 2, slots: depth });
    return mapped(Float32Array, ages, (_, i) => {
      // On before off: the halves of a pixel change places.
      const slot = i % (2 * depth);
      const age = ages[i - slot + ((slot + depth) % (2 * depth))]!;
      return valueAt(age < 0 ? longest : age);
    });
  };
  return perPixel({
    id: idOf("tore", { depth, longest: `${longest}us`, floor: `${floor}us`, span }),
    source: "TORE (Baldwin et al. 2021; bald6354/tore_volumes)",
    channels: ["on", "off"].flatMap((polarity) => Array.from({ length: depth }, (_, slot) => `${polarity} ${slot}`)),
    background: Math.fround(valueAt(longest)),
    tolerance: 1e-6,
    cpu,
    wasm(events, window) {
      const reference = spanOf(events, window, span).last;
      if (!holdsAges(events, reference) || longest > oldestAge) return cpu(events, window);
      const slots = depth > 1 && depth <= 4 ? 4 : depth;
      return withRecencies(events, { reference, polarities: 2, slots }, (canvas) =>
        canvas.convert(Float32Array, { pixelBytes: 8 * slots, perPixel: 2 * depth, all: true }, (from, to, pixels) =>
          canvas.kernels.toreValues(from, to, pixels, slots, depth, longest, floor + 1),
        ),
      );
    },
  });
}
