/**
 * Plots of events and of what is made of them. Each function takes data and options and returns a
 * {@link Figure}, which shows itself in a notebook and draws itself as a PNG anywhere.
 *
 * ```ts
 * plot.grid([plot.frame(smile), plot.rate(events), plot.cloud(smile)]);
 * ```
 * @module
 */
import { Figure, type GridOptions } from "./figure.js";

export { channels, voxels, type ChannelsOptions, type GridOfPixels } from "./channels.js";
export { cloud, type CloudOptions } from "./cloud.js";
export { polarityColours } from "./colours.js";
export { Figure, type FigureBundle, type FigureOptions, type GridOptions, type PngOptions } from "./figure.js";
export { frame, type FrameOptions, type FrameStyle } from "./frame.js";
export { picture, type PictureOfPixels, type PictureOptions } from "./picture.js";
export { play, type PlayOptions } from "./player/play.js";
export type { Player, PlayerBundle } from "./player/player.js";
export { polarityMap, type PolarityMapOptions } from "./polarity-map.js";
export { rate, type RateOptions } from "./rate.js";

/**
 * Figures side by side, row by row, as one figure; a figure of several panels stays together.
 * @throws OptionError for an unknown option, or when there is no figure.
 */
export function grid(figures: readonly Figure[], options: GridOptions = {}): Figure {
  return Figure.grid(figures, options);
}
