/**
 * Small pictures of a table: what its card shows.
 * @module
 */
import { encode } from "fast-png";
import type { EventColumns, SensorSize } from "./schema.js";
import { lowerBound } from "./time-words.js";

/** Events in equal parts of the table's time, first to last. */
export function rateCurve(t: BigInt64Array, parts: number): number[] {
  if (t.length === 0) return [];
  const first = t[0]!;
  const span = t[t.length - 1]! - first + 1n;
  const bounds = Array.from({ length: parts + 1 }, (_, part) => lowerBound(t, first + (span * BigInt(part)) / BigInt(parts)));
  return bounds.slice(1).map((bound, part) => bound - bounds[part]!);
}

/** The window [start, end) of event indices of at most `length` microseconds that holds the most events, to within half of it. */
export function densestWindow(t: BigInt64Array, length: bigint): readonly [start: number, end: number] {
  if (t.length === 0 || t[t.length - 1]! - t[0]! < length) return [0, t.length];
  let best: readonly [number, number] = [0, 0];
  const stride = (t[t.length - 1]! - t[0]!) / 400n + 1n > length / 2n ? (t[t.length - 1]! - t[0]!) / 400n + 1n : length / 2n;
  for (let from = t[0]!; from <= t[t.length - 1]!; from += stride) {
    const [start, end] = [lowerBound(t, from), lowerBound(t, from + length)];
    if (end - start > best[1] - best[0]) best = [start, end];
  }
  return best;
}

const off = [0, 114, 178];
const on = [213, 94, 0];

/** A PNG of events on a transparent ground: blue off, orange on, the last event of a pixel wins. At most 480 pixels wide. */
export function previewPicture({ x, y, p }: EventColumns, sensor: SensorSize, [start, end]: readonly [number, number]): Uint8Array {
  const shrink = Math.max(1, Math.ceil(Math.max(sensor.width / 480, sensor.height / 480)));
  const width = Math.max(1, Math.ceil(sensor.width / shrink));
  const height = Math.max(1, Math.ceil(sensor.height / shrink));
  const data = new Uint8Array(4 * width * height);
  for (let i = start; i < end; i++) {
    const pixel = 4 * (Math.floor(y[i]! / shrink) * width + Math.floor(x[i]! / shrink));
    const colour = p[i] === 1 ? on : off;
    data[pixel] = colour[0]!;
    data[pixel + 1] = colour[1]!;
    data[pixel + 2] = colour[2]!;
    data[pixel + 3] = 255;
  }
  return encode({ width, height, data, channels: 4 });
}
