/**
 * What in a recording a person should know of, and what to do about it.
 * @module
 */
import { time } from "../events/summary.js";
import type { Quality } from "./quality.js";

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const wraps: readonly (readonly [name: string, length: number])[] = [
  ["24-bit counter of EVT3 (16.8 s)", 2 ** 24],
  ["32-bit counter of DAT (71.6 min)", 2 ** 32],
  ["34-bit counter of EVT2 (4.8 h)", 2 ** 34],
];

/** A sentence each: what was seen, then what to do. */
export function warningsOf({ events, rate, times, pixels, noise, flicker, alignment }: Omit<Quality, "warnings">): string[] {
  if (events === 0) return ["There are no events."];
  const said: string[] = [];
  const wrap = wraps.find(([, length]) => Math.abs(times.largestBackward - length) < 0.02 * length);
  if (wrap) said.push(`A time steps back by ${time(times.largestBackward)}, the length of the ${wrap[0]}: the reader or the writer lost a wrap. Read the original file.`);
  else if (times.backwardSteps > 0) said.push(`${times.backwardSteps} steps backward in time, the largest ${time(times.largestBackward)}: read with sort: true.`);
  const [gap] = times.longestGaps;
  if (gap && rate.mean > 1000) {
    said.push(`${times.gaps} ${times.gaps === 1 ? "gap" : "gaps"} without events, the longest ${time(gap.length)} after ${gap.after} µs: events may have been lost; cut there.`);
  }
  if (times.grain >= 4) said.push(`Times stand on a grid of ${times.grain} µs: they were kept as milliseconds, frames or float32 seconds. Nothing finer can be trusted.`);
  if (pixels.hotShare > 0.005) {
    said.push(`${pixels.hot.length} hot pixels make ${percent(pixels.hotShare)} of the events: take them out with --filter hot-pixels, or maskPixels({ pixels: hotPixels(events) }).`);
  }
  if (noise.isolated > 0.2) said.push(`${percent(noise.isolated)} of the events have no neighbour within 20 ms, ${noise.rate.toPrecision(2)} Hz a pixel: noise; filter with background-activity:within=20ms.`);
  if (flicker && flicker.strength > 0.15 && flicker.prominence > 60) {
    const { x, y, width, height } = flicker.region;
    const [low, high] = [0.9 * flicker.frequency, 1.1 * flicker.frequency].map(Math.round);
    said.push(`Light flickers at ${flicker.frequency.toFixed(0)} Hz, strongest at x ${x}–${x + width - 1}, y ${y}–${y + height - 1}: filter with anti-flicker:low=${low},high=${high}, or change the light. (Recordings made from frames show the rate of the frames.)`);
  }
  if (pixels.on < 0.25 || pixels.on > 0.75) said.push(`${percent(pixels.on)} of the events are on: the biases of the camera favour one polarity, or the light changed for good.`);
  const flickers = flicker !== undefined && flicker.strength > 0.5 && flicker.prominence > 60; // Then the peaks are those of the lamp.
  if (!flickers && rate.atPeak > 0.3 && rate.peak > 3 * rate.median && rate.peak > 1e6) {
    said.push(`${percent(rate.atPeak)} of the events came at the highest rate, ${(rate.peak / 1e6).toFixed(1)} million a second: the sensor or its link was at its limit, and events were lost. Use less light, a smaller region, or higher thresholds.`);
  }
  if (alignment?.triggers && (alignment.triggers.missing > 0 || alignment.triggers.duplicated > 0)) {
    said.push(`${alignment.triggers.missing} frames have no trigger, and ${alignment.triggers.duplicated} triggers are doubles: align frames with frameTimes, not by counting.`);
  }
  if (alignment?.frames !== undefined && alignment.triggers && alignment.frames !== alignment.triggers.t.length) {
    said.push(`${alignment.frames} frames, but triggers for ${alignment.triggers.t.length}: some frames or triggers were not recorded.`);
  }
  const motion = alignment?.motion;
  if (motion && motion.correlation > 0.5 && Math.abs(motion.offset) > 5000 && motion.correlation - motion.correlationNow > 0.1) {
    said.push(`Frames and events are about ${time(Math.abs(motion.offset))} apart: frames ${motion.offset > 0 ? "come too early" : "come too late"} (correlation ${motion.correlation.toFixed(2)}, ${motion.correlationNow.toFixed(2)} as they stand). Shift the frames.`);
  }
  return said;
}
