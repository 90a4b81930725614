import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { checkOptions, OptionError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { TimeWindow } from "../events/time.js";
import { CloudPanel, type Points } from "./cloud-panel.js";
import { polarityColours } from "./colours.js";
import { positiveInteger, single, type Figure, type FigureOptions } from "./figure.js";
import { formatCount, span, timeUnit, within } from "./window.js";

export interface CloudOptions extends FigureOptions {
  /** Half open; all events when left out. */
  readonly window?: TimeWindow;
  /** At most this many points, default 20 000, no more than 200 000. */
  readonly points?: number;
  /**
   * Draws the points at random, one from each of `points` equal runs of events; the same seed draws
   * the same ones. Without a seed the middle event of each run is taken.
   */
  readonly seed?: number;
}

/**
 * Events as points in x, y and time.
 * @throws OptionError for an unknown option, WindowError for an empty or inverted window.
 */
export function cloud(events: EventTable, options: CloudOptions = {}): Figure {
  const where = "plot.cloud";
  checkOptions(where, options, ["window", "points", "seed", "title", "width"]);
  const points = positiveInteger(`${where}: points`, options.points ?? 20_000);
  if (points > 200_000) {
    throw new OptionError({ where: `${where}: points`, expected: "at most 200000 points", received: String(points) });
  }
  if (options.seed !== undefined && !Number.isSafeInteger(options.seed)) {
    throw new OptionError({ where: `${where}: seed`, expected: "a whole number", received: String(options.seed) });
  }
  const shown = within(events, options.window);
  const { first, last } = span(shown);
  const unit = timeUnit(last - first);
  const chosen = choose(shown.length, points, options.seed);
  const sampled = chosen.length < shown.length ? `${formatCount(chosen.length)} of ` : "";
  const panel = new CloudPanel({
    title: options.title ?? (shown.length === 0 ? "events in space and time" : `${sampled}${formatCount(shown.length)} events`),
    timeUnit: unit.name,
    timeRange: [first / unit.size, Math.max(last, first + 1) / unit.size],
    sensor: events.sensor,
    series: [
      { name: "off", colour: polarityColours.off, ...pointsOf(shown, chosen, 0, unit.size) },
      { name: "on", colour: polarityColours.on, ...pointsOf(shown, chosen, 1, unit.size) },
    ],
    note: shown.length === 0 ? "no events" : undefined,
  });
  return single(where, panel, options);
}

/** Rising event numbers, one from each of `points` equal runs. */
function choose(length: number, points: number, seed: number | undefined): Uint32Array {
  if (length <= points) return Uint32Array.from({ length }, (_, i) => i);
  const generator = seed === undefined ? undefined : xoroshiro128plus(seed);
  return Uint32Array.from({ length: points }, (_, i) => {
    const start = Math.floor((i * length) / points);
    const end = Math.floor(((i + 1) * length) / points);
    return generator ? uniformInt(generator, start, end - 1) : (start + end) >>> 1;
  });
}

function pointsOf({ t, x, y, p, origin }: EventTable, chosen: Uint32Array, polarity: 0 | 1, unit: number): Pick<Points, "t" | "x" | "y"> {
  const mine = chosen.filter((i) => p[i] === polarity);
  return {
    t: Float32Array.from(mine, (i) => Number(t[i]! - origin) / unit),
    x: Uint16Array.from(mine, (i) => x[i]!),
    y: Uint16Array.from(mine, (i) => y[i]!),
  };
}
