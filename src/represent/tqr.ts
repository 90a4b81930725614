/**
 * Ternary-polarity bins (TQR) of UOH's face code: in which bins of time did a pixel fire, polarities apart?
 *
 * The time from the first event to the last is cut into N equal bins, the last one closed; a cell is 1 where any event of
 * its bin and polarity lies. Inferred from published code: no paper's formula was found.
 * @module
 */
import { checkOptions } from "../errors.js";
import { binnedOnCanvas, eachBinned } from "./binned.js";
import { requireInteger } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf } from "./span.js";
import { equalBins } from "./time-bins.js";

export interface TqrOptions {
  /** Number of bins N, 1 to 256; 8 when left out. */
  readonly bins?: number;
}

/**
 * [height, width, 2·bins], channels "bin 0 off", "bin 0 on", …; Uint8, 0 or 1.
 * @throws OptionError
 */
export function tqr(options: TqrOptions = {}): Representation<Uint8Array> {
  checkOptions("tqr", options, ["bins"]);
  const bins = requireInteger("tqr bins", options.bins ?? 8, 1, 256);
  const layout = { perPixel: 2 * bins, perPolarity: 1, ofBin: (bin: number) => 2 * bin };
  return perPixel({
    id: idOf("tqr", { bins }),
    source: "UOH event-based_datasets, TQR (inferred from published code)",
    channels: Array.from({ length: 2 * bins }, (_, i) => `bin ${i >> 1} ${i & 1 ? "on" : "off"}`),
    cpu(events, window) {
      const { first, last } = spanOf(events, window, "events");
      const data = new Uint8Array(events.sensor.height * events.sensor.width * layout.perPixel);
      eachBinned(events, first, bins, equalBins(bins, Number(last - first)), layout, (cell) => (data[cell] = 1));
      return data;
    },
    wasm(events, window) {
      const { first, last } = spanOf(events, window, "events");
      const binOf = equalBins(bins, Number(last - first));
      return binnedOnCanvas(events, first, bins, binOf, layout, 0, (canvas) => canvas.take(Uint8Array), (kernels, { cells, events: count }) =>
        kernels.setBytes(cells, count, 1),
      );
    },
  });
}
