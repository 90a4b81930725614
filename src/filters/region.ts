/**
 * A part of the sensor.
 * @module
 */
import type { EventFilter } from "../events/filter.js";
import { checkRegion, cropColumns, type Region } from "../events/region.js";
import { choosing } from "./choose.js";
import { cropFrame } from "./frame-pixels.js";

/** Drops events outside a region; sensor and coordinates stay. @throws OptionError when the region leaves the sensor. */
export function region(region: Region): EventFilter {
  return {
    id: `region/${words(region)}`,
    source: "the definition: x ≤ column < x + width, y ≤ row < y + height",
    start({ sensor }) {
      checkRegion("region", region, sensor);
      return choosing(({ x, y }, indices) => {
        let count = 0;
        for (let i = 0; i < x.length; i++) {
          indices[count] = i;
          count += (x[i]! - region.x) >>> 0 < region.width && (y[i]! - region.y) >>> 0 < region.height ? 1 : 0;
        }
        return count;
      });
    },
  };
}

/**
 * Drops events outside a region, which becomes the sensor: coordinates count from its top left pixel, as with
 * `table.crop`. @throws OptionError when the region leaves the sensor.
 */
export function crop(region: Region): EventFilter {
  return {
    id: `crop/${words(region)}`,
    source: "the definition: x ≤ column < x + width, y ≤ row < y + height; then x and y are subtracted",
    sensor: () => ({ width: region.width, height: region.height }),
    start({ sensor }) {
      checkRegion("crop", region, sensor);
      return { push: (columns) => cropColumns(columns, region, sensor), frame: (frame) => cropFrame(frame, region, sensor) };
    },
  };
}

const words = ({ x, y, width, height }: Region): string => `x=${x}/y=${y}/width=${width}/height=${height}`;
