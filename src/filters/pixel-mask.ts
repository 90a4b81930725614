/**
 * Pixels to leave out.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import { choosing } from "./choose.js";

/** A pixel by its column and row. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

export interface MaskPixelsOptions {
  /** Pixels whose events are dropped, such as those that `hotPixels` finds. Pixels outside the sensor are ignored. */
  readonly pixels: readonly Pixel[];
}

/**
 * Drops all events of some pixels: `events.pipe(maskPixels({ pixels: hotPixels(events) }))`.
 * @throws OptionError
 */
export function maskPixels(options: MaskPixelsOptions): EventFilter {
  checkOptions("maskPixels", options, ["pixels"]);
  const { pixels } = options;
  for (const { x, y } of pixels) {
    if (Number.isInteger(x) && Number.isInteger(y) && x >= 0 && y >= 0) continue;
    throw new OptionError({ where: "maskPixels.pixels", expected: "whole columns and rows from 0 on", received: `x ${x}, y ${y}` });
  }
  return {
    id: `mask-pixels/pixels=${pixels.map(({ x, y }) => `${x}:${y}`).join("+")}`,
    source: "the definition: events of these pixels are dropped",
    start({ sensor: { width, height } }) {
      const masked = new Uint8Array(width * height);
      for (const { x, y } of pixels) if (x < width && y < height) masked[y * width + x] = 1;
      return choosing(({ x, y }, indices) => {
        let count = 0;
        for (let i = 0; i < x.length; i++) {
          indices[count] = i; // Kept when counted: no branch to mispredict.
          count += 1 - masked[y[i]! * width + x[i]!]!;
        }
        return count;
      });
    },
  };
}
