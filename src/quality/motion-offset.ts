/**
 * How far frames and events are apart, without triggers: by what moves in both.
 *
 * Between two frames something changes, and the events say how much changed when. The offset is the shift in time at
 * which the mean absolute difference of neighbouring frames correlates best (Pearson) with the events between them. It
 * needs movement that starts and stops, and tells nothing finer than the movement does.
 * @module
 */
import { checkOptions, TableError } from "../errors.js";
import type { Frame } from "../events/schema.js";
import type { Duration } from "../events/time.js";
import { requireDuration } from "../filters/options.js";
import type { RateMeter } from "./rate.js";

/** Change between a frame and the one before it. */
export interface FrameChange {
  /** Times of both frames, in microseconds. */
  readonly from: number;
  readonly to: number;
  /** Mean absolute difference of the values. */
  readonly change: number;
}

export interface MotionOffset {
  /** Microseconds to add to the times of the frames. */
  readonly offset: number;
  /** Correlation there, and as the times stand. */
  readonly correlation: number;
  readonly correlationNow: number;
}

/** Changes between the frames of a stream, of which two are held at a time. */
export async function frameChanges(frames: Iterable<Frame> | AsyncIterable<Frame>): Promise<FrameChange[]> {
  const changes: FrameChange[] = [];
  let before: Frame | undefined;
  for await (const frame of frames) {
    if (before && before.data.length === frame.data.length) {
      let sum = 0;
      for (let i = 0; i < frame.data.length; i++) sum += Math.abs(frame.data[i]! - before.data[i]!);
      changes.push({ from: Number(before.t), to: Number(frame.t), change: sum / frame.data.length });
    }
    before = frame;
  }
  return changes;
}

/**
 * The offset between frames and events, looked for within a second either way unless told otherwise.
 * @throws TableError with fewer than eight changes: too few for a correlation.
 */
export function motionOffset(
  changes: readonly FrameChange[],
  rate: Pick<RateMeter, "counts" | "bin" | "first">,
  options: { readonly within?: Duration; readonly step?: Duration } = {},
): MotionOffset {
  checkOptions("motionOffset", options, ["within", "step"]);
  const within = requireDuration("motionOffset.within", options.within ?? "1s");
  const step = requireDuration("motionOffset.step", options.step ?? "1ms");
  if (changes.length < 8) throw new TableError({ where: "motionOffset", expected: "at least nine frames", received: String(changes.length + 1) });
  const { counts, bin, first } = rate;
  const before = new Float64Array(counts.length + 1);
  for (const [i, count] of counts.entries()) before[i + 1] = before[i]! + count;
  /** Events before a time; between the edges of bins along a line. */
  const eventsBefore = (time: number): number => {
    const place = Math.min(counts.length, Math.max(0, (time - first) / bin));
    const whole = Math.floor(place);
    return before[whole]! + (place - whole) * (counts[whole] ?? 0);
  };
  const motion = changes.map(({ change }) => change);
  const at = (offset: number): number => correlation(motion, changes.map(({ from, to }) => (eventsBefore(to + offset) - eventsBefore(from + offset)) / (to - from)));
  let best = { offset: 0, correlation: at(0) };
  const correlationNow = best.correlation;
  for (let offset = -within; offset <= within; offset += step) {
    const value = at(offset);
    if (value > best.correlation) best = { offset, correlation: value };
  }
  return { ...best, correlationNow };
}

/** Pearson's; 0 where one side does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    ab += (value - ma) * (b[i]! - mb);
    aa += (value - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
