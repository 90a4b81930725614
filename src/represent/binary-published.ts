/**
 * The temporal binary image of Facemorphic_PI as published: with its drift.
 *
 * The published code keeps a running value f and a ring of the last N bits of a pixel. For each new map it takes the
 * oldest bit away, halves all, and adds the new bit · 2^(N−1) / (2^N − 1). But the bit that it takes away has been halved
 * in the ring from 1, not from that weight: it leaves with 1/2^(N−1) instead of 1/(2^N − 1). So values sink below those of
 * the batch form; a pixel that always fires settles at 254 of 255. Use this to reproduce stored images, and
 * `temporalBinary` for everything else.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { Duration } from "../events/time.js";
import { requireDuration, requireInteger } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";

/** The running value of one pixel after each of `bits`, newest last, in double precision. */
export function publishedBinaryValues(bits: Iterable<number>, size = 8): number[] {
  const ring = new Float64Array(size);
  const values: number[] = [];
  let pointer = size - 1;
  let value = 0;
  for (const bit of bits) {
    pointer = (pointer + 1) % size;
    value = (value - ring[pointer]!) / 2;
    for (let i = 0; i < size; i++) ring[i]! /= 2;
    ring[pointer] = bit;
    value += (bit * 2 ** (size - 1)) / (2 ** size - 1);
    values.push(value);
  }
  return values;
}

export interface PublishedBinaryOptions {
  /** Number of bits, 1 to 16; 8 when left out. */
  readonly bits?: number;
  /** Length of a map; "5ms" when left out: 4 ms were meant, but the published loop closes a map after five. */
  readonly dt?: Duration;
}

/**
 * The published image after the last whole map of the window, maps counting from its start: [height, width, 1], channel
 * "bits"; Uint8, round(255 f) within 0 … 255.
 * @throws OptionError
 */
export function publishedBinary(options: PublishedBinaryOptions = {}): Representation<Uint8Array> {
  checkOptions("publishedBinary", options, ["bits", "dt"]);
  const bits = requireInteger("publishedBinary bits", options.bits ?? 8, 1, 16);
  const dt = requireDuration("publishedBinary dt", options.dt ?? "5ms");
  return perPixel({
    id: idOf("tbr-published", { bits, dt: `${dt}us` }),
    source: "Facemorphic_PI, incremental TBR as published, with its drift",
    channels: ["bits"],
    cpu({ t, x, y, sensor: { width, height } }, window) {
      const maps = Math.floor(Number(window.to - window.from) / dt);
      const fired: Set<number>[] = Array.from({ length: width * height }, () => new Set());
      for (let i = 0; i < x.length; i++) {
        const map = Math.floor(Number(t[i]! - window.from) / dt);
        if (map < maps) fired[y[i]! * width + x[i]!]!.add(map);
      }
      return Uint8Array.from(fired, (when) => {
        if (when.size === 0) return 0;
        const first = Math.min(...when);
        const sequence = Array.from({ length: maps - first }, (_, i) => (when.has(first + i) ? 1 : 0));
        return Math.max(0, Math.min(255, Math.round(255 * publishedBinaryValues(sequence, bits).at(-1)!)));
      });
    },
  });
}
