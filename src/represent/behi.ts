/**
 * BEHI: a binary image of where anything happened, 255 where any event lies.
 * @module
 */
import { checkOptions } from "../errors.js";
import { onCanvas } from "./canvas.js";
import { perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";

/** [height, width, 1], channel "any"; Uint8, 0 or 255. */
export function behi(options: Record<string, never> = {}): Representation<Uint8Array> {
  checkOptions("behi", options, []);
  return perPixel({
    id: "behi",
    source: "UOH event-based_datasets, BEHI",
    channels: ["any"],
    cpu({ x, y, sensor: { width, height } }) {
      const data = new Uint8Array(height * width);
      for (let i = 0; i < x.length; i++) data[y[i]! * width + x[i]!] = 255;
      return data;
    },
    wasm(events) {
      const { width, height } = events.sensor;
      return onCanvas(events, { bytes: height * width }, (canvas) => {
        const { kernels, offset } = canvas;
        canvas.blocks(({ x, y, p, events: count, cells }) => {
          kernels.cellOffsets(x, y, p, count, width, 1, 0, 0, offset, cells);
          kernels.setBytes(cells, count, 255);
        });
        return canvas.take(Uint8Array);
      });
    },
  });
}
