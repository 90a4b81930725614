/**
 * Mixed-density event stacks (MDES): windows that halve.
 *
 * As RVT builds them: tn = (t − t0) / (t_last − t0), kept within [1e-6, 1 − 1e-6]; bin = ⌊B − ln tn / ln ½⌋, kept within
 * 0 … B − 1. Bins add up the signs; then each bin takes the sum of itself and all before it, cut to ±32. So channel b holds
 * the first 2^(b + 1 − B) of the time: the fine windows lie at the start, as published.
 *
 * `latestPolarityStack` is the variant of Nam et al. (Stereo Depth from Events Cameras, CVPR 2022): channel i holds the
 * sign of the latest event of a pixel among the last N / 2^i events of the window.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import { binnedOnCanvas, eachBinned } from "./binned.js";
import type { Canvas } from "./canvas.js";
import { latestEvents, withLatestEvents } from "./latest.js";
import { requireInteger } from "./options.js";
import { idOf, numbered, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf } from "./span.js";
import type { BinOf } from "./time-bins.js";

export interface MixedDensityOptions {
  /** Number of bins B, 1 to 32; 10 when left out. */
  readonly bins?: number;
  /** Greatest absolute value, 1 to 127; 32 when left out. */
  readonly cutoff?: number;
}

/**
 * [height, width, bins], channels "bin 0" to "bin B−1" (all of the time); Int8.
 * @throws OptionError
 */
export function mixedDensityStack(options: MixedDensityOptions = {}): Representation<Int8Array> {
  checkOptions("mixedDensityStack", options, ["bins", "cutoff"]);
  const bins = requireInteger("mixedDensityStack bins", options.bins ?? 10, 1, 32);
  const cutoff = requireInteger("mixedDensityStack cutoff", options.cutoff ?? 32, 1, 127);
  const layout = { perPixel: bins, perPolarity: 0, ofBin: (bin: number) => bin };
  const summed = (sums: Int32Array) => {
    const data = new Int8Array(sums.length);
    for (let pixel = 0; pixel < sums.length; pixel += bins) {
      let sum = 0;
      for (let cell = pixel; cell < pixel + bins; cell++) data[cell] = Math.max(-cutoff, Math.min(cutoff, (sum += sums[cell]!)));
    }
    return data;
  };
  return perPixel({
    id: idOf("mdes", { bins, cutoff }),
    source: "RVT (Gehrig and Scaramuzza 2023), MixedDensityEventStack",
    channels: numbered("bin", bins),
    cpu(events, window) {
      const { first, last } = spanOf(events, window, "events");
      const sums = new Int32Array(events.sensor.height * events.sensor.width * bins);
      eachBinned(events, first, bins, halvingBins(bins, Number(last - first)), layout, (cell, event) => (sums[cell]! += 2 * events.p[event]! - 1));
      return summed(sums);
    },
    wasm(events, window) {
      const { first, last } = spanOf(events, window, "events");
      const binOf = halvingBins(bins, Number(last - first));
      const finish = (canvas: Canvas) =>
        canvas.convert(Int8Array, { pixelBytes: 4 * bins, perPixel: bins }, (from, to, pixels) =>
          canvas.kernels.runningSums(from, to, pixels, bins, cutoff),
        );
      return binnedOnCanvas(events, first, bins, binOf, layout, 2, finish, (kernels, { cells, p, events: count }) =>
        kernels.sumSigns(cells, p, count),
      );
    },
  });
}

function halvingBins(bins: number, duration: number): BinOf {
  const length = Math.max(duration, 1);
  return (offset) => {
    const part = Math.min(1 - 1e-6, Math.max(1e-6, offset / length));
    return Math.min(bins - 1, Math.max(0, Math.floor(bins - Math.log(part) / Math.log(0.5))));
  };
}

export interface LatestPolarityStackOptions {
  /** Number of channels, 1 to 32; 10 when left out. */
  readonly bins?: number;
}

/**
 * [height, width, bins], channels "last 1/1", "last 1/2", "last 1/4", …; Int8: −1, 1, or 0 without an event.
 * @throws OptionError
 */
export function latestPolarityStack(options: LatestPolarityStackOptions = {}): Representation<Int8Array> {
  checkOptions("latestPolarityStack", options, ["bins"]);
  const bins = requireInteger("latestPolarityStack bins", options.bins ?? 10, 1, 32);
  const stacked = ({ p }: EventTable, latest: Int32Array) => {
    const data = new Int8Array(latest.length * bins);
    for (let pixel = 0; pixel < latest.length; pixel++) {
      const event = latest[pixel]! - 1;
      if (event < 0) continue;
      for (let bin = 0; bin < bins && event >= p.length - Math.floor(p.length / 2 ** bin); bin++) {
        data[pixel * bins + bin] = 2 * p[event]! - 1;
      }
    }
    return data;
  };
  return perPixel({
    id: idOf("latest-polarity-stack", { bins }),
    source: "Nam et al. 2022, mixed-density event stack",
    channels: Array.from({ length: bins }, (_, bin) => `last 1/${2 ** bin}`),
    cpu: (events) => stacked(events, latestEvents(events)),
    wasm: (events) => withLatestEvents(events, (latest) => stacked(events, latest)),
  });
}
