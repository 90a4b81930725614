/**
 * EvRep (Qu et al., EvRepSL, 2024): counts, signs, and how unevenly in time a pixel fires.
 *
 * Per pixel with n events: n, Σ s, and the standard deviation in microseconds of the n − 1 times between its events.
 *
 * The published code takes the differences of all times sorted by x, then y, then t, so the first difference of a pixel
 * is that to the last event of the pixel before it (0 for the very first), and divides by n: `intervals: "published"`.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import { onCanvas } from "./canvas.js";
import { requireChoice } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import { holdsAges } from "./recency.js";
import type { Representation } from "./representation.js";

export interface EvRepOptions {
  /** "own" (default): times between events of the same pixel; "published": across pixels as well. */
  readonly intervals?: "own" | "published";
}

/** Four doubles a pixel: sum and sum of squares of intervals; then, as halves: count and sum of signs; last and first time. */
interface Statistics {
  readonly doubles: Float64Array;
  readonly words: Int32Array;
}

/**
 * [height, width, 3], channels "count", "signs", "deviation"; Float32.
 * @throws OptionError
 */
export function evRep(options: EvRepOptions = {}): Representation<Float32Array> {
  checkOptions("evRep", options, ["intervals"]);
  const intervals = requireChoice("evRep intervals", options.intervals ?? "own", ["own", "published"]);
  const finished = ({ doubles, words }: Statistics, { sensor: { width, height } }: EventTable) => {
    const data = new Float32Array(height * width * 3);
    let before = -1;
    for (let order = 0; order < height * width; order++) {
      // By columns, as the published code sorts.
      const pixel = (order % height) * width + Math.floor(order / height);
      const count = words[pixel * 8 + 4]!;
      if (count === 0) continue;
      let sum = doubles[pixel * 4]!;
      let squares = doubles[pixel * 4 + 1]!;
      let differences = count - 1;
      if (intervals === "published") {
        const first = words[pixel * 8 + 7]!;
        const across = (first >>> 0) - ((before < 0 ? first : words[before * 8 + 6]!) >>> 0);
        sum += across;
        squares += across * across;
        differences = count;
      }
      before = pixel;
      const variance = differences > 0 ? squares / differences - (sum / differences) ** 2 : 0;
      data.set([count, words[pixel * 8 + 5]!, Math.sqrt(Math.max(0, variance))], pixel * 3);
    }
    return data;
  };
  const cpu = (events: EventTable) => finished(statistics(events), events);
  return perPixel({
    id: idOf("ev-rep", { intervals }),
    source: "EvRep (Qu et al. 2024, EvRepSL)",
    channels: ["count", "signs", "deviation"],
    tolerance: 1e-6,
    cpu,
    wasm(events) {
      const { t, sensor: { width, height } } = events;
      if (t.length > 0 && !holdsAges(events, t[t.length - 1]!)) return cpu(events);
      const low = Number(BigInt.asIntN(32, t[0] ?? 0n));
      return onCanvas(events, { bytes: height * width * 32, time: true }, (canvas) => {
        const { kernels, offset } = canvas;
        canvas.blocks((block) => {
          kernels.cellOffsets(block.x, block.y, block.p, block.events, width, 2, 0, 4, offset, block.cells);
          kernels.intervalMoments(block.cells, block.t, block.p, block.events, low);
        });
        return finished({ doubles: canvas.f64(), words: canvas.i32() }, events);
      });
    },
  });
}

function statistics({ t, x, y, p, sensor: { width, height } }: EventTable): Statistics {
  const doubles = new Float64Array(height * width * 4);
  const words = new Int32Array(doubles.buffer);
  for (let i = 0; i < x.length; i++) {
    const pixel = y[i]! * width + x[i]!;
    const time = Number(t[i]! - t[0]!);
    if (words[pixel * 8 + 4]! > 0) {
      const interval = time - (words[pixel * 8 + 6]! >>> 0);
      doubles[pixel * 4]! += interval;
      doubles[pixel * 4 + 1]! += interval * interval;
    } else words[pixel * 8 + 7] = time;
    words[pixel * 8 + 4]!++;
    words[pixel * 8 + 5]! += 2 * p[i]! - 1;
    words[pixel * 8 + 6] = time;
  }
  return { doubles, words };
}
