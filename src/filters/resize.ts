/**
 * Fewer, larger pixels.
 *
 * An event at (x, y) falls into the pixel (⌊x · width′ / width⌋, ⌊y · height′ / height⌋). What that pixel then does is
 * the `rule`:
 *
 * | rule | events | polarity |
 * |---|---|---|
 * | "every" | each event is one of the larger pixel, at its own time | its own |
 * | "luminance" | one whenever the mean brightness of the larger pixel has changed as much as one event means | that of the change |
 *
 * With "luminance" a larger pixel of n small ones keeps the sum of the signs of their events and fires on when it
 * reaches n, off when it reaches −n, at the time of the event that does it; n is then taken off the sum: the
 * log-luminance method of Gruel et al. 2022 without its reconstruction. Edges then cost as many events as a sensor of
 * that size would give, and both polarities come out of it.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import type { SensorSize } from "../events/schema.js";
import { take } from "../events/take.js";
import { requireChoice, requireInteger } from "./options.js";

export interface ResizeOptions {
  /** New size in pixels: no larger than the sensor. */
  readonly width: number;
  readonly height: number;
  /** "every" (the default), or "luminance". */
  readonly rule?: "every" | "luminance";
}

/** Brings the events onto a smaller sensor. @throws OptionError */
export function resize(options: ResizeOptions): EventFilter {
  checkOptions("resize", options, ["width", "height", "rule"]);
  const width = requireInteger("resize.width", options.width, 1, 65535);
  const height = requireInteger("resize.height", options.height, 1, 65535);
  const rule = requireChoice("resize.rule", options.rule ?? "every", ["every", "luminance"]);
  return {
    id: `resize/width=${width}/height=${height}/rule=${rule}`,
    source: rule === "every" ? "the definition: coordinates scaled and rounded down" : "Gruel et al. 2022, event data downscaling: log-luminance",
    sensor: () => ({ width, height }),
    leaves: ["frames"],
    start({ sensor }) {
      requireSmaller({ width, height }, sensor);
      const columns = scaled(sensor.width, width);
      const rows = scaled(sensor.height, height);
      if (rule === "every") {
        return { push: ({ t, x, y, p }) => ({ t, x: x.map((value) => columns[value]!), y: y.map((value) => rows[value]!), p }) };
      }
      const sums = new Int32Array(width * height);
      const [acrossOf, downOf] = [pixelsIn(columns, width), pixelsIn(rows, height)];
      return {
        push(events) {
          const indices = new Uint32Array(events.t.length);
          let count = 0;
          for (let i = 0; i < indices.length; i++) {
            const column = columns[events.x[i]!]!;
            const row = rows[events.y[i]!]!;
            const cell = row * width + column;
            const pixels = acrossOf[column]! * downOf[row]!;
            const sum = sums[cell]! + (events.p[i] === 1 ? 1 : -1);
            const fires = sum === pixels || sum === -pixels;
            sums[cell] = fires ? 0 : sum;
            if (fires) indices[count++] = i;
          }
          // The event that completes a change has its sign.
          const { t, x, y, p } = take(events, indices.subarray(0, count));
          return { t, x: x.map((value) => columns[value]!), y: y.map((value) => rows[value]!), p };
        },
      };
    },
  };
}

/** New coordinate of each old one. */
function scaled(before: number, after: number): Uint16Array {
  return Uint16Array.from({ length: before }, (_, value) => Math.floor((value * after) / before));
}

/** How many old coordinates fall on each new one. */
function pixelsIn(map: Uint16Array, after: number): Uint16Array {
  const counts = new Uint16Array(after);
  for (const value of map) counts[value]!++;
  return counts;
}

function requireSmaller({ width, height }: SensorSize, sensor: SensorSize): void {
  if (width <= sensor.width && height <= sensor.height) return;
  throw new OptionError({
    where: "resize",
    expected: `at most the ${sensor.width}x${sensor.height} of the sensor`,
    received: `${width}x${height}`,
    next: "Events cannot be made finer: keep the size, or give one that is smaller on both sides",
  });
}
