/**
 * Frames of another camera and the trigger edges that came with them.
 *
 * The rules are those of OpenEB's DataSynchronizerFromTriggers, as its documentation describes them: one edge is used;
 * an edge that comes within a tolerance of the one before it is a double; where edges are missing, times between are
 * filled in at the period.
 * @module
 */
import { checkOptions, OptionError, TableError } from "../errors.js";
import type { TriggerColumns } from "../events/schema.js";
import type { Duration } from "../events/time.js";
import { requireNumber } from "../filters/options.js";
import { toMicroseconds } from "../events/time.js";

export interface FrameTimesOptions {
  /** Which edge marks a frame; "rising" when left out. */
  readonly edge?: "rising" | "falling";
  /** Trigger channel; all when left out. */
  readonly channel?: number;
  /** Time between frames; the median of the intervals when left out. */
  readonly period?: Duration;
  /** An edge nearer to the last one than this share of the period is a double; 0.5 when left out. */
  readonly tolerance?: number;
  /** Edges at the start that belong to no frame; 0 when left out. */
  readonly skip?: number;
}

export interface FrameTimes {
  /** Time of each frame on the clock of the events, in microseconds: measured, or filled in. */
  readonly t: BigInt64Array;
  /** 1 where an edge was seen, 0 where the time was filled in. */
  readonly seen: Uint8Array;
  /** Microseconds between frames. */
  readonly period: number;
  /** Frames without an edge, and edges beyond one a frame. */
  readonly missing: number;
  readonly duplicated: number;
  /** How far the edges are from an even beat at most and on average (root mean square), in microseconds. */
  readonly jitter: { readonly largest: number; readonly rms: number };
}

/**
 * The times of frames from their triggers.
 * @throws TableError when there are fewer than two edges, OptionError
 */
export function frameTimes(triggers: TriggerColumns, options: FrameTimesOptions = {}): FrameTimes {
  checkOptions("frameTimes", options, ["edge", "channel", "period", "tolerance", "skip"]);
  const { edge = "rising", channel, skip = 0 } = options;
  const tolerance = requireNumber("frameTimes.tolerance", options.tolerance ?? 0.5, 0, 1);
  const wanted = edge === "rising" ? 1 : 0;
  const times = Array.from(triggers.t).filter((_, i) => triggers.p[i] === wanted && (channel === undefined || triggers.id[i] === channel)).slice(skip);
  if (times.length < 2) {
    throw new TableError({ where: "frameTimes", expected: `at least two ${edge} edges`, received: String(times.length), next: "Try the other edge or channel" });
  }
  const period = options.period === undefined ? medianInterval(times) : toMicroseconds(options.period, "frameTimes.period");
  if (period < 1) throw new OptionError({ where: "frameTimes.period", expected: "at least one microsecond", received: `${period} µs` });

  const t = [times[0]!];
  const seen = [1];
  let duplicated = 0;
  for (const time of times.slice(1)) {
    const step = Number(time - t[t.length - 1]!);
    if (step <= tolerance * period) {
      duplicated++;
      continue;
    }
    for (let missed = Math.max(1, Math.round(step / period)) - 1; missed > 0; missed--) {
      t.push(t[t.length - 1]! + BigInt(Math.round(period)));
      seen.push(0);
    }
    t.push(time);
    seen.push(1);
  }
  const missing = seen.filter((value) => value === 0).length;
  return { t: BigInt64Array.from(t), seen: Uint8Array.from(seen), period, missing, duplicated, jitter: jitterOf(t, seen) };
}

function medianInterval(times: readonly bigint[]): number {
  const intervals = times.slice(1).map((time, i) => Number(time - times[i]!)).sort((a, b) => a - b);
  return intervals[intervals.length >> 1]!;
}

/** Distances from the straight line that fits the edges best. */
function jitterOf(t: readonly bigint[], seen: readonly number[]): { largest: number; rms: number } {
  const points = t.flatMap((time, i) => (seen[i] === 1 ? [[i, Number(time - t[0]!)] as const] : []));
  const n = points.length;
  const mean = (k: 0 | 1): number => points.reduce((sum, point) => sum + point[k], 0) / n;
  const [x, y] = [mean(0), mean(1)];
  const slope = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  const distances = points.map(([a, b]) => b - y - slope * (a - x));
  return { largest: Math.max(...distances.map(Math.abs)), rms: Math.sqrt(distances.reduce((sum, d) => sum + d * d, 0) / n) };
}
