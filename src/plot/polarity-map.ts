import { checkOptions, OptionError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { TimeWindow } from "../events/time.js";
import { single, type Figure, type FigureOptions } from "./figure.js";
import { netCounts } from "./frame.js";
import { valuesPanel } from "./values.js";
import { formatCount, within } from "./window.js";

export interface PolarityMapOptions extends FigureOptions {
  /** Half open; all events when left out. */
  readonly window?: TimeWindow;
  /** Counts from here on have the darkest colour. Default: what 99 % of the pixels with events stay below. */
  readonly limit?: number;
}

/**
 * On events minus off events of each pixel: blue where off prevails, vermillion where on does.
 * @throws OptionError for an unknown option, WindowError for an empty or inverted window.
 */
export function polarityMap(events: EventTable, options: PolarityMapOptions = {}): Figure {
  const where = "plot.polarityMap";
  checkOptions(where, options, ["window", "limit", "title", "width"]);
  const { limit } = options;
  if (limit !== undefined && !(limit > 0 && Number.isFinite(limit))) {
    throw new OptionError({ where: `${where}: limit`, expected: "a number above zero", received: String(limit) });
  }
  const shown = within(events, options.window);
  const panel = valuesPanel({
    title: options.title ?? `on minus off, ${formatCount(shown.length)} events`,
    values: netCounts(shown),
    width: Math.max(1, events.sensor.width),
    height: Math.max(1, events.sensor.height),
    unit: "on − off events",
    signed: true,
    limit,
    note: shown.length === 0 ? "no events" : undefined,
  });
  return single(where, panel, options);
}
