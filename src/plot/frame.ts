import { checkOptions, OptionError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { TimeWindow } from "../events/time.js";
import { greys, polarityColours, polarityColoursOnDark, sample, toRgb } from "./colours.js";
import { single, type Figure, type FigureOptions } from "./figure.js";
import { RasterPanel } from "./raster.js";
import { formatCount, formatDuration, span, within } from "./window.js";

/**
 * How a frame colours a pixel:
 * - `"polarity"`: by its last event, off blue and on vermillion, on white;
 * - `"dark"`: the same on a dark ground;
 * - `"signed"`: mid-grey plus one step a net on event, minus one step a net off event, at most 8 steps.
 */
export type FrameStyle = "polarity" | "dark" | "signed";

export interface FrameOptions extends FigureOptions {
  /** Half open; all events when left out. */
  readonly window?: TimeWindow;
  /** Default "polarity". */
  readonly style?: FrameStyle;
}

const styles: readonly FrameStyle[] = ["polarity", "dark", "signed"];
const steps = 8;

/**
 * An event frame: the events of a window, each at its pixel.
 * @throws OptionError for an unknown option, WindowError for an empty or inverted window.
 */
export function frame(events: EventTable, options: FrameOptions = {}): Figure {
  const where = "plot.frame";
  checkOptions(where, options, ["window", "style", "title", "width"]);
  const { style = "polarity" } = options;
  if (!styles.includes(style)) {
    throw new OptionError({ where: `${where}: style`, expected: styles.join(", "), received: `"${String(style)}"` });
  }
  const shown = within(events, options.window);
  const { first, last } = span(shown);
  const colours = style === "dark" ? polarityColoursOnDark : polarityColours;
  const panel = new RasterPanel({
    title: options.title ?? (shown.length === 0 ? "events" : `${formatCount(shown.length)} events in ${formatDuration(last - first + 1)}`),
    picture: {
      width: Math.max(1, events.sensor.width),
      height: Math.max(1, events.sensor.height),
      ...(style === "signed"
        ? { indices: netSteps(shown), palette: sample(greys, 2 * steps + 1) }
        : { indices: lastPolarity(shown), palette: [colours.none, colours.off, colours.on].map(toRgb) }),
    },
    meanings: style === "signed" ? Array.from({ length: 2 * steps + 1 }, (_, i) => netMeaning(i - steps)) : ["no event", "off", "on"],
    legend:
      style === "signed" || shown.length === 0
        ? []
        : [
            { name: "off", colour: colours.off },
            { name: "on", colour: colours.on },
          ],
    note: shown.length === 0 ? "no events" : undefined,
  });
  return single(where, panel, options);
}

/** 0 where there is no event, 1 where the last one is off, 2 where it is on. */
function lastPolarity({ x, y, p, sensor }: EventTable): Uint8Array {
  const width = Math.max(1, sensor.width);
  const pixels = new Uint8Array(width * Math.max(1, sensor.height));
  for (let i = 0; i < p.length; i++) pixels[y[i]! * width + x[i]!] = p[i]! + 1;
  return pixels;
}

/** Steps of grey, from 0 for all off to 2 × `steps` for all on. */
function netSteps(events: EventTable): Uint8Array {
  return Uint8Array.from(netCounts(events), (count) => steps + Math.max(-steps, Math.min(steps, count)));
}

function netMeaning(net: number): string {
  const bound = net === -steps ? "≤ " : net === steps ? "≥ " : "";
  return `${bound}${net < 0 ? "−" : ""}${Math.abs(net)} on − off`;
}

/** On events minus off events of each pixel, row by row. */
export function netCounts({ x, y, p, sensor }: EventTable): Int32Array {
  const width = Math.max(1, sensor.width);
  const pixels = new Int32Array(width * Math.max(1, sensor.height));
  for (let i = 0; i < p.length; i++) pixels[y[i]! * width + x[i]!]! += 2 * p[i]! - 1;
  return pixels;
}
