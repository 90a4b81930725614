import { checkOptions, OptionError } from "../errors.js";
import { Figure, inRows, positiveInteger } from "./figure.js";
import { limitOf, valuesPanel, type Values } from "./values.js";

/** A dense result of `evtlab/represent`: row-major, channels last. */
export interface GridOfPixels {
  readonly data: Values;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly channels: readonly string[];
}

export interface ChannelsOptions {
  /** Room for the figure in CSS pixels, default 720 for one column, 840 for two or three, 280 a column for more: their titles are short. */
  readonly width?: number;
  /** Panels side by side. Default: up to three. */
  readonly columns?: number;
  /** One title a channel; the names of the grid's channels when left out. */
  readonly titles?: readonly string[];
  /** Title of the colour bar, default "value". */
  readonly unit?: string;
  /** Values from here on have the darkest colour. Default: what 99 % of those other than zero stay below. */
  readonly limit?: number;
}

/**
 * Each channel of a grid as a picture, all on one colour scale: from zero up when no value is
 * negative, else around zero.
 * @throws OptionError for an unknown option, or a grid whose data do not fill its shape.
 */
export function channels(grid: GridOfPixels, options: ChannelsOptions = {}): Figure {
  return pictures("plot.channels", grid, options, grid.data.some((value) => value < 0));
}

/**
 * The bins of a voxel grid, first to last, on one colour scale around zero.
 * @throws OptionError for an unknown option, or a grid whose data do not fill its shape.
 */
export function voxels(grid: GridOfPixels, options: ChannelsOptions = {}): Figure {
  return pictures("plot.voxels", grid, options, true);
}

function pictures(where: string, grid: GridOfPixels, options: ChannelsOptions, signed: boolean): Figure {
  checkOptions(where, options, ["width", "columns", "titles", "unit", "limit"]);
  const [height, width, count] = grid.shape;
  if (count === 0 || grid.data.length !== height * width * count) {
    throw new OptionError({
      where,
      expected: `a grid of [height, width, channels] with a value for each`,
      received: `shape [${grid.shape.join(", ")}] with ${grid.data.length} values`,
      next: "Make one with build(events, …) of evtlab/represent",
    });
  }
  const { limit = limitOf([grid.data]), unit = "value" } = options;
  if (!(limit > 0 && Number.isFinite(limit))) {
    throw new OptionError({ where: `${where}: limit`, expected: "a number above zero", received: String(limit) });
  }
  const columns = Math.min(positiveInteger(`${where}: columns`, options.columns ?? 3), count);
  const panels = Array.from({ length: count }, (_, channel) => {
    const values = new Float32Array(height * width);
    for (let i = 0, from = channel; i < values.length; i++, from += count) values[i] = grid.data[from]!;
    return valuesPanel({
      title: options.titles?.[channel] ?? grid.channels[channel] ?? `channel ${channel}`,
      values,
      width,
      height,
      // One scale for all, so one bar: at the end of the first row.
      unit: channel === columns - 1 ? unit : undefined,
      signed,
      limit,
    });
  });
  return new Figure(inRows(panels, columns), where, options.width ?? (columns === 1 ? undefined : Math.max(840, 280 * columns)));
}
