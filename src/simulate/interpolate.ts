/**
 * Pictures between pictures: a step before the pixels, for videos that are slow beside what moves in them.
 *
 * *What blending costs.* A synthetic person (seed 7) smiles and turns the head for a second, drawn 960 times a second at
 * 346×260; all but every n-th picture was dropped, and the events of an ideal sensor compared with those of all
 * pictures. Given: events that are left; the share that has a partner at the same pixel, with the same polarity, within
 * 2 ms (F1); and the median distance in time of partners within 5 ms.
 *
 * | pictures/s | v2e, none | v2e, linear | ESIM, none | ESIM, linear |
 * |---|---|---|---|---|
 * | 240 | 86 %, 0.71, 1.3 ms | 86 %, 0.87, 0.5 ms | 86 %, 0.87, 0.5 ms | 86 %, 0.85, 0.5 ms |
 * | 120 | 78 %, 0.49, 1.9 ms | 78 %, 0.67, 1.2 ms | 78 %, 0.67, 1.2 ms | 78 %, 0.66, 1.1 ms |
 * | 60 | 69 %, 0.32, 2.7 ms | 69 %, 0.42, 1.9 ms | 67 %, 0.44, 2.1 ms | 67 %, 0.42, 1.9 ms |
 * | 30 | 58 %, 0.20, 2.9 ms | 58 %, 0.24, 2.4 ms | 55 %, 0.24, 2.6 ms | 55 %, 0.24, 2.4 ms |
 *
 * Blending mends the times of v2e, which gives the events of a step those of its busiest pixel, and brings it level with
 * ESIM, which interpolates in each pixel and gains nothing. It brings no event back: texture that moves by more than its
 * own size between two pictures is lost. A face that is smooth and moves slowly loses far less (a plain drawing of a
 * head: 98 % of the events at 30 pictures a second, F1 0.60), real faces of 25 to 30 pictures a second, every second one
 * dropped, 4 to 8 % of the events. Where times matter, give 240 pictures a second or more, or an interpolator that knows
 * motion.
 * @module
 */
import { checkOptions } from "../errors.js";
import { toLight, type IntensityFrame, type LightFrame } from "./light.js";
import { requireRange } from "./thresholds.js";
import { linLog } from "./v2e.definition.js";
import type { LightFrames } from "./stream.js";

/** Makes pictures between two; a network that knows motion fits here as well. */
export interface Interpolator {
  readonly name: string;
  /** The pictures at `parts` of the way from `before` (0) to `after` (1), in order; neither end is asked for. */
  between(before: IntensityFrame, after: IntensityFrame, parts: readonly number[]): Iterable<IntensityFrame> | AsyncIterable<IntensityFrame>;
}

export interface InterpolateOptions {
  /** {@link blend} when left out. */
  readonly interpolator?: Interpolator;
  /** As many steps as keep the largest change of log intensity of any pixel in a step below this; 0.2 when left out. */
  readonly change?: number;
  /** But no more than so many steps between two pictures; 32 when left out. */
  readonly steps?: number;
}

/** Each pixel on a line from its old value to its new one. Edges that move fade out here and in there: see {@link interpolateFrames}. */
export const blend: Interpolator = {
  name: "linear",
  *between(before, after, parts) {
    const { width, height } = before;
    for (const part of parts) {
      const data = new Float32Array(width * height);
      for (let i = 0; i < data.length; i++) data[i] = before.data[i]! + part * (after.data[i]! - before.data[i]!);
      yield { t: before.t + part * (after.t - before.t), width, height, data };
    }
  },
};

/**
 * The pictures of a sequence with others between them, as many as the largest change of log intensity asks for.
 * @throws OptionError when an option is unknown or out of range.
 */
export async function* interpolateFrames(frames: LightFrames, options: InterpolateOptions = {}): AsyncGenerator<IntensityFrame> {
  checkOptions("interpolate", options, ["interpolator", "change", "steps"]);
  const { interpolator = blend, change = 0.2, steps = 32 } = options;
  requireRange("interpolate.change", change, 0.001, 100);
  requireRange("interpolate.steps", steps, 1, 10_000);
  let before: IntensityFrame | undefined;
  for await (const frame of frames) {
    const after = toIntensity(frame);
    if (before && before.data.length === after.data.length) {
      const count = Math.min(steps, Math.ceil(largestChange(before.data, after.data) / change));
      const parts = Array.from({ length: Math.max(0, count - 1) }, (_, k) => (k + 1) / count);
      if (parts.length > 0) yield* interpolator.between(before, after, parts);
    }
    yield after;
    before = after;
  }
}

/** The largest change of the log intensity of v2e, over all pixels, to the nearest of 256 levels. */
function largestChange(before: Float32Array, after: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < before.length; i++) {
    const change = Math.abs(level(after[i]!) - level(before[i]!));
    if (change > largest) largest = change;
  }
  return largest;
}

const levels = Float32Array.from({ length: 256 }, (_, code) => linLog(code));
const level = (light: number): number => (light <= 255 ? levels[(light + 0.5) | 0]! : linLog(light));

function toIntensity(frame: LightFrame): IntensityFrame {
  const { t, data } = toLight(frame);
  const { width, height } = frame;
  return { t, width, height, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}
