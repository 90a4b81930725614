/**
 * Events inside a rectangle of the sensor.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import type { EventColumns, SensorSize } from "./schema.js";
import { take } from "./take.js";

/** A rectangle in pixels: columns x … x + width − 1, rows y … y + height − 1. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Events inside the region, with coordinates that count from its top left pixel. */
export function cropColumns(columns: EventColumns, region: Region, sensor: SensorSize): EventColumns {
  checkRegion("crop", region, sensor);
  const { x, y } = columns;
  const indices = new Uint32Array(x.length);
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    // Written always and kept when inside: no branch to mispredict. Left of or above the region wraps to a large number.
    indices[count] = i;
    count += (x[i]! - region.x) >>> 0 < region.width && (y[i]! - region.y) >>> 0 < region.height ? 1 : 0;
  }
  const kept = take(columns, indices.subarray(0, count));
  for (let i = 0; i < count; i++) {
    kept.x[i]! -= region.x;
    kept.y[i]! -= region.y;
  }
  return kept;
}

/** @throws OptionError when a region is not made of whole pixels of the sensor. */
export function checkRegion(where: string, region: Region, sensor: SensorSize): void {
  checkOptions(where, region, ["x", "y", "width", "height"]);
  const { x, y, width, height } = region;
  const whole = [x, y, width, height].every(Number.isInteger);
  if (whole && x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= sensor.width && y + height <= sensor.height) return;
  throw new OptionError({
    where,
    expected: `a region of whole pixels inside the ${sensor.width}x${sensor.height} sensor`,
    received: `x ${x}, y ${y}, width ${width}, height ${height}`,
  });
}
