/**
 * Bina-Rep (Barchid, Mennesson and Djéraba 2022): binary frames as the digits of numbers, polarities apart.
 *
 * The window is cut into frames · bits binary frames as tonic's ToBinaRep does on top of ToFrame: whole microseconds each,
 * events past the last whole one dropped. Each group of `bits` frames becomes a number with its first frame as the most
 * significant bit, divided by 2^bits − 1.
 * @module
 */
import { checkOptions } from "../errors.js";
import { binnedOnCanvas, eachBinned } from "./binned.js";
import { wholeBins } from "./frames.js";
import { requireInteger } from "./options.js";
import { idOf, mapped, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf } from "./span.js";

export interface BinaRepOptions {
  /** Numbers a pixel and polarity, 1 to 64; 1 when left out. */
  readonly frames?: number;
  /** Binary frames a number, 1 to 16; 8 when left out. */
  readonly bits?: number;
}

/**
 * [height, width, 2·frames], channels "frame 0 off", "frame 0 on", …; Float32 from 0 to 1.
 * @throws OptionError
 */
export function binaRep(options: BinaRepOptions = {}): Representation<Float32Array> {
  checkOptions("binaRep", options, ["frames", "bits"]);
  const frames = requireInteger("binaRep frames", options.frames ?? 1, 1, 64);
  const bits = requireInteger("binaRep bits", options.bits ?? 8, 1, 16);
  const bins = frames * bits;
  const layout = { perPixel: 2 * frames, perPolarity: 1, ofBin: (bin: number) => 2 * Math.floor(bin / bits) };
  const bitOf = (bin: number) => 1 << (bits - 1 - (bin % bits));
  const scaled = (numbers: Uint16Array) => mapped(Float32Array, numbers, (value) => value / (2 ** bits - 1));
  return perPixel({
    id: idOf("bina-rep", { frames, bits }),
    source: "Barchid et al. 2022, Bina-Rep; tonic ToBinaRep",
    channels: Array.from({ length: 2 * frames }, (_, i) => `frame ${i >> 1} ${i & 1 ? "on" : "off"}`),
    cpu(events, window) {
      const { first, last } = spanOf(events, window, "events");
      const numbers = new Uint16Array(events.sensor.height * events.sensor.width * layout.perPixel);
      eachBinned(events, first, bins, wholeBins(bins, Number(last - first), "drop"), layout, (cell, _, bin) => {
        numbers[cell]! |= bitOf(bin);
      });
      return scaled(numbers);
    },
    wasm(events, window) {
      const { first, last } = spanOf(events, window, "events");
      const binOf = wholeBins(bins, Number(last - first), "drop");
      return scaled(
        binnedOnCanvas(events, first, bins, binOf, layout, 1, (canvas) => canvas.take(Uint16Array), (kernels, { cells, events: count }, bin) =>
          kernels.orCells(cells, count, bitOf(bin)),
        ),
      );
    },
  });
}
