/**
 * What an event camera sees of a face.
 * @module
 */
import { OptionError } from "../../errors.js";
import { EventTable } from "../../events/table.js";
import { lowerBound } from "../../events/time-words.js";
import { toMicroseconds, type Duration } from "../../events/time.js";
import { EventSimulator, type PixelOptions } from "../simulator.js";
import type { Face } from "./face.js";
import type { Performance } from "./performance.js";
import { FaceScene, type SequenceOptions } from "./sequence.js";

export type FaceEventsOptions = PixelOptions &
  Pick<SequenceOptions, "width" | "height" | "faceSize" | "supersample"> & {
    /** Time before the performance in which the camera settles; its events are left out. 0 when left out. */
    readonly runIn?: Duration;
    /** How far a landmark may move from one picture to the next, in pixels; 0.7 when left out. */
    readonly step?: number;
  };

/** Microseconds between pictures: at least, and at most where little moves. */
const shortest = 1000;
const longest = 8000;

/**
 * Events of a performance. Pictures follow each other as fast as the face moves: from 125 a second at rest to 1000.
 *
 * ```ts
 * const events = faceEvents(someone, smiling, { width: 346, height: 260, seed: 7 });
 * ```
 * Time 0 is the beginning of the performance. The model "esim" spreads events between two pictures; "v2e", the default,
 * has noise, and lets them fall on the times of pictures where a pixel fires once between two. Options are those of the pixels (threshold, noise, seed) and the picture.
 * @throws OptionError when an option is unknown or out of range.
 */
export function faceEvents(someone: Face, performance: Performance, options: FaceEventsOptions): EventTable {
  // What is left over is for the pixels, which refuse what they do not know.
  const { runIn = 0, step = 0.7, width, height, faceSize, supersample, ...pixel } = options;
  const settle = toMicroseconds(runIn, "faceEvents.runIn");
  if (!(step > 0)) throw new OptionError({ where: "faceEvents.step", expected: "more than 0 pixels", received: String(step) });
  const scene = new FaceScene(someone, performance, { width, height, ...(faceSize !== undefined && { faceSize }), ...(supersample !== undefined && { supersample }) });
  const camera = new EventSimulator({ width, height }, pixel);
  const batches: EventTable[] = [];
  for (const t of pictureTimes(scene, -settle, performance.duration, step)) batches.push(...camera.push(scene.frame(t)));
  batches.push(camera.flush());
  const { t, x, y, p } = EventTable.concat(batches);
  const from = lowerBound(t, 0n);
  return new EventTable(
    { t: t.subarray(from), x: x.subarray(from), y: y.subarray(from), p: p.subarray(from) },
    { sensor: { width, height }, origin: 0n, triggers: batches[0]!.triggers, provenance: { format: "simulated", assumptions: [`a synthetic face of seed ${someone.seed}`, ...camera.provenance.assumptions] } },
  );
}

/** Times in microseconds at which landmarks have moved by about a step, both ends included. */
export function* pictureTimes(scene: FaceScene, start: number, end: number, step: number): Generator<number, void> {
  let t = start;
  let interval = shortest;
  let before = scene.landmarks(t / 1e6);
  yield t;
  while (t < end) {
    for (;;) {
      const next = Math.min(end, t + interval);
      const after = scene.landmarks(next / 1e6);
      const moved = furthest(before, after);
      if (moved > step && interval > shortest) {
        interval = Math.max(shortest, interval / 2);
        continue;
      }
      if (moved < 0.5 * step) interval = Math.min(longest, interval * 1.5);
      [t, before] = [next, after];
      break;
    }
    yield t;
  }
}

function furthest(before: Float32Array, after: Float32Array): number {
  let most = 0;
  for (let i = 0; i < before.length; i += 2) most = Math.max(most, Math.hypot(after[i]! - before[i]!, after[i + 1]! - before[i + 1]!));
  return most;
}
