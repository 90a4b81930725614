/**
 * Event frames: counts in bins of time.
 *
 * B bins of equal length follow one another from the first event to the last. tonic's ToFrame cuts their length to whole
 * microseconds, w = ⌊(t_last − t0) / B⌋, and drops events at or past t0 + B·w, so with one bin it drops the last event:
 * `remainder: "drop"` does as well. The default counts every event, those past the end in the last bin.
 * @module
 */
import { checkOptions } from "../errors.js";
import { binnedOnCanvas, eachBinned } from "./binned.js";
import { requireChoice, requireInteger } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";
import type { BinOf } from "./time-bins.js";

export interface EventFramesOptions {
  /** Number of bins B, 1 to 1024. */
  readonly bins: number;
  /** What happens to events past the B-th whole bin: "keep" (default) counts them in the last, "drop" is tonic's ToFrame. */
  readonly remainder?: "keep" | "drop";
  /** Where t0 and t_last come from: "events" (default) or "window". */
  readonly span?: Span;
}

/** Bins of w = ⌊duration / B⌋ whole microseconds, at least one. */
export function wholeBins(bins: number, duration: number, remainder: "keep" | "drop"): BinOf {
  const length = Math.max(1, Math.floor(duration / bins));
  return remainder === "drop"
    ? (offset) => Math.floor(offset / length)
    : (offset) => Math.min(bins - 1, Math.floor(offset / length));
}

/**
 * Counts of [height, width, 2·bins], channels "bin 0 off", "bin 0 on", "bin 1 off", …; Uint32.
 * @throws OptionError
 */
export function eventFrames(options: EventFramesOptions): Representation<Uint32Array> {
  checkOptions("eventFrames", options, ["bins", "remainder", "span"]);
  const bins = requireInteger("eventFrames bins", options.bins, 1, 1024);
  const remainder = requireChoice("eventFrames remainder", options.remainder ?? "keep", ["keep", "drop"]);
  const span = requireChoice("eventFrames span", options.span ?? "events", spans);
  const layout = { perPixel: 2 * bins, perPolarity: 1, ofBin: (bin: number) => 2 * bin };
  return perPixel({
    id: idOf("frames", { bins, remainder, span }),
    source: "tonic ToFrame (n_time_bins)",
    channels: Array.from({ length: 2 * bins }, (_, i) => `bin ${i >> 1} ${i & 1 ? "on" : "off"}`),
    cpu(events, window) {
      const { first, last } = spanOf(events, window, span);
      const data = new Uint32Array(events.sensor.height * events.sensor.width * layout.perPixel);
      eachBinned(events, first, bins, wholeBins(bins, Number(last - first), remainder), layout, (cell) => data[cell]!++);
      return data;
    },
    wasm(events, window) {
      const { first, last } = spanOf(events, window, span);
      const binOf = wholeBins(bins, Number(last - first), remainder);
      return binnedOnCanvas(events, first, bins, binOf, layout, 2, (canvas) => canvas.take(Uint32Array), (kernels, { cells, events: count }) =>
        kernels.countCells(cells, count),
      );
    },
  });
}
