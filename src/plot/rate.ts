import { checkOptions, OptionError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import { lowerBound } from "../events/time-words.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { niceStep } from "./axes.js";
import { polarityColours } from "./colours.js";
import { CurvesPanel } from "./curves.js";
import { single, type Figure, type FigureOptions } from "./figure.js";
import { formatDuration, span, timeUnit } from "./window.js";

export interface RateOptions extends FigureOptions {
  /** Length of a bin. Default: a round length that makes about 150 bins. */
  readonly bin?: Duration;
}

const mostBins = 20_000;

/**
 * On and off events a second over time, in bins from the first event on. What is left over after
 * the last full bin belongs to it, and its rate is over its own length.
 * @throws OptionError for an unknown option, or a bin that is not positive or makes over 20 000 bins.
 */
export function rate(events: EventTable, options: RateOptions = {}): Figure {
  const where = "plot.rate";
  checkOptions(where, options, ["bin", "title", "width"]);
  const { first, last } = span(events);
  const duration = last - first + 1;
  const bin = options.bin === undefined ? Math.max(1, niceStep(duration / 150)) : toMicroseconds(options.bin, `${where}: bin`);
  const count = events.length === 0 ? 0 : Math.max(1, Math.floor(duration / bin));
  if (!(bin > 0) || count > mostBins) {
    throw new OptionError({
      where: `${where}: bin`,
      expected: `a duration above zero that makes at most ${mostBins} bins`,
      received: `${String(options.bin)}, over ${formatDuration(duration)}`,
      next: "Take a longer bin, or plot a slice of the recording",
    });
  }
  const unit = timeUnit(duration);
  const { off, on } = ratesOf(events, bin, count, duration);
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => (first + (i === count ? Math.max(duration, 1) : i * bin)) / unit.size);
  const top = Math.max(...[off, on].map((rates) => rates.reduce((highest, each) => Math.max(highest, each), 0)));
  const panel = new CurvesPanel({
    title: options.title ?? (count === 0 ? "event rate" : `event rate, bins of ${formatDuration(bin)}`),
    x: { title: `time / ${unit.name}`, range: count === 0 ? [0, 1] : [edges[0]!, edges[count]!] },
    y: { title: "events / s", range: [0, top === 0 ? 1 : 1.06 * top], format: top < 1000 ? "plain" : "si", grid: true },
    edges,
    curves: [
      { name: "off", colour: polarityColours.off, values: off },
      { name: "on", colour: polarityColours.on, values: on },
    ],
    unit: "events/s",
    note: count === 0 ? "no events" : undefined,
  });
  return single(where, panel, options);
}

/** Events a second of each bin. The edges are found by search, so only the polarities are read. */
function ratesOf({ t, p }: EventTable, bin: number, count: number, duration: number): { off: Float64Array; on: Float64Array } {
  const off = new Float64Array(count);
  const on = new Float64Array(count);
  for (let i = 0, start = 0; i < count; i++) {
    const end = i === count - 1 ? t.length : lowerBound(t, t[0]! + BigInt((i + 1) * bin));
    let bright = 0;
    for (let j = start; j < end; j++) bright += p[j]!;
    const length = i === count - 1 ? duration - i * bin : bin;
    on[i] = (bright * 1e6) / length;
    off[i] = ((end - start - bright) * 1e6) / length;
    start = end;
  }
  return { off, on };
}
