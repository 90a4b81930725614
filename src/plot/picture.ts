import { checkOptions, OptionError } from "../errors.js";
import { formatTick } from "./axes.js";
import { greys, sample } from "./colours.js";
import { single, type Figure, type FigureOptions } from "./figure.js";
import type { ColourImage, IndexedImage } from "./pixels.js";
import { RasterPanel } from "./raster.js";
import type { Values } from "./values.js";

/** A picture, such as a frame of a clip or of a recording: row by row from the top left, channels last. */
export interface PictureOfPixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA; as many as the data have for each pixel. */
  readonly data: Values;
}

export interface PictureOptions extends FigureOptions {
  /** The values that are black and white. Default: all that bytes and 16 bits can hold; −1 to 1 for floating point. */
  readonly range?: readonly [black: number, white: number];
}

/**
 * A picture as it looks: grey, or in colour.
 *
 * ```ts
 * for await (const frame of clip.frames({ to: 1 })) display(plot.grid([plot.picture(frame), plot.frame(events)]));
 * ```
 * @throws OptionError for an unknown option, or data that do not fill the picture.
 */
export function picture(pixels: PictureOfPixels, options: PictureOptions = {}): Figure {
  const where = "plot.picture";
  checkOptions(where, options, ["title", "width", "range"]);
  const { width, height, data } = pixels;
  const channels = data.length / (width * height);
  if (![1, 3, 4].includes(channels)) {
    throw new OptionError({ where, expected: "1, 3 or 4 values a pixel", received: `${data.length} values for ${width} × ${height} pixels` });
  }
  const [black, white] = options.range ?? rangeOf(data);
  if (!(white > black && Number.isFinite(white - black))) throw new OptionError({ where: `${where}: range`, expected: "[black, white] with black below white", received: `[${black}, ${white}]` });
  const title = options.title ?? "picture";
  const shade = (at: number): number => Math.max(0, Math.min(255, Math.round((255 * (data[at]! - black)) / (white - black))));
  if (channels === 1) {
    const grey: IndexedImage = { width, height, indices: Uint8Array.from(data, (_, i) => shade(i)), palette: sample(greys, 256) };
    const digits = Math.max(0, Math.ceil(Math.log10(255 / (white - black))));
    const meanings = Array.from({ length: 256 }, (_, i) => formatTick(Number((black + (i * (white - black)) / 255).toFixed(digits))));
    return single(where, new RasterPanel({ title, picture: grey, meanings }), options);
  }
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < rgb.length; i++) rgb[i] = shade(channels * Math.floor(i / 3) + (i % 3));
  const colour: ColourImage = { width, height, rgb };
  return single(where, new RasterPanel({ title, picture: colour }), options);
}

function rangeOf(data: Values): readonly [number, number] {
  if (data instanceof Float32Array || data instanceof Float64Array) return [-1, 1];
  return [0, 2 ** (8 * data.BYTES_PER_ELEMENT) - 1];
}
