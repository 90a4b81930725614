/**
 * Stacked histograms, the input of RVT (Gehrig and Scaramuzza, Recurrent Vision Transformers, CVPR 2023).
 *
 * bin = min(B − 1, ⌊B (t − t0) / max(t_last − t0, 1)⌋); the channel of an event is p·B + bin, and a cell counts at most
 * `cutoff` events. RVT's fast mode counts in a byte that wraps after 255 and cuts off afterwards: `overflow: "wrap"`.
 * @module
 */
import { checkOptions } from "../errors.js";
import { binnedOnCanvas, eachBinned } from "./binned.js";
import { requireChoice, requireInteger } from "./options.js";
import { idOf, numbered, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";
import { equalBins } from "./time-bins.js";

export interface StackedHistogramOptions {
  /** Number of bins B, 1 to 256; 10 when left out. */
  readonly bins?: number;
  /** Largest count, 1 to 255; 10 when left out. */
  readonly cutoff?: number;
  /** A 256th event of a cell: "saturate" (default) stays at the cutoff, "wrap" starts at 0 again, as RVT's fast mode does. */
  readonly overflow?: "saturate" | "wrap";
  /** Where t0 and t_last come from: "events" (default) or "window". */
  readonly span?: Span;
}

/**
 * Counts of [height, width, 2·bins], polarity major: "off bin 0", …, "on bin 0", …; Uint8.
 * @throws OptionError
 */
export function stackedHistogram(options: StackedHistogramOptions = {}): Representation<Uint8Array> {
  checkOptions("stackedHistogram", options, ["bins", "cutoff", "overflow", "span"]);
  const bins = requireInteger("stackedHistogram bins", options.bins ?? 10, 1, 256);
  const cutoff = requireInteger("stackedHistogram cutoff", options.cutoff ?? 10, 1, 255);
  const overflow = requireChoice("stackedHistogram overflow", options.overflow ?? "saturate", ["saturate", "wrap"]);
  const span = requireChoice("stackedHistogram span", options.span ?? "events", spans);
  const layout = { perPixel: 2 * bins, perPolarity: bins, ofBin: (bin: number) => bin };
  const cut = (counts: Uint8Array) => {
    if (overflow === "wrap") for (let i = 0; i < counts.length; i++) if (counts[i]! > cutoff) counts[i] = cutoff;
    return counts;
  };
  return perPixel({
    id: idOf("stacked-histogram", { bins, cutoff, overflow, span }),
    source: "RVT (Gehrig and Scaramuzza 2023), StackedHistogram",
    channels: [...numbered("off bin", bins), ...numbered("on bin", bins)],
    cpu(events, window) {
      const { first, last } = spanOf(events, window, span);
      const counts = new Uint8Array(events.sensor.height * events.sensor.width * layout.perPixel);
      eachBinned(events, first, bins, equalBins(bins, Number(last - first)), layout, (cell) => {
        if (overflow === "wrap" || counts[cell]! < cutoff) counts[cell]!++;
      });
      return cut(counts);
    },
    wasm(events, window) {
      const { first, last } = spanOf(events, window, span);
      const limit = overflow === "wrap" ? 256 : cutoff;
      const binOf = equalBins(bins, Number(last - first));
      return cut(
        binnedOnCanvas(events, first, bins, binOf, layout, 0, (canvas) => canvas.take(Uint8Array), (kernels, { cells, events: count }) =>
          kernels.countBytes(cells, count, limit),
        ),
      );
    },
  });
}
