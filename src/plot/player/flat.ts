/**
 * The flat view: events of a window as pixels of the sensor. Shared by the player and by the picture that stands for it.
 * @module
 */
import { toRgb, type Rgb } from "../colours.js";
import type { PlayedEvents } from "./packed-events.js";

/** Colours of a ground: as `polarityColours` or `polarityColoursOnDark`. */
export interface PolarityPalette {
  readonly off: string;
  readonly on: string;
  readonly none: string;
}

/** Pixels as the words of an ImageData: red in the lowest byte. */
export interface FlatPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

const shades = 64;
/** On minus off events that get the full colour. */
const fullCount = 4;

/** Words of pixels. */
export interface Shades {
  /** For each polarity from the oldest age to the newest. */
  readonly words: Uint32Array;
  /** Of a pixel without events, and of one with as many on as off. */
  readonly none: number;
  readonly balanced: number;
}

/** On the ground of the palette, which costs a browser half of what a canvas does that something shows through. */
export function shadesOf({ off, on, none }: PolarityPalette, seeThrough = false): Shades {
  const under = seeThrough ? undefined : toRgb(none);
  const words = new Uint32Array(2 * shades);
  [off, on].forEach((colour, polarity) => {
    for (let i = 0; i < shades; i++) words[polarity * shades + i] = word(toRgb(colour), 0.06 + (0.94 * (i + 1)) / shades, under);
  });
  return { words, none: word([0, 0, 0], 0, under), balanced: word([128, 128, 128], 0.3, under) };
}

function word(colour: Rgb, alpha: number, under: Rgb | undefined): number {
  const [red, green, blue] = under ? colour.map((value, i) => Math.round(value * alpha + under[i]! * (1 - alpha))) as [number, number, number] : colour;
  return ((Math.round(255 * (under ? 1 : alpha)) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Each pixel by its last event of (now − window, now]: full colour when new, fading with age. Events first..end of `events` are drawn. */
export function drawDecay({ width, pixels }: FlatPicture, { t, x, y, p }: PlayedEvents, first: number, end: number, now: number, window: number, colours: Uint32Array): void {
  const start = now - window;
  const scale = (shades - 0.001) / window;
  for (let i = first; i < end; i++) {
    const shade = ((t[i]! - start) * scale) | 0;
    pixels[y[i]! * width + x[i]!] = colours[p[i]! * shades + shade]!;
  }
}

/** Adds on minus off events of each pixel to `counts`. */
export function addCounts(counts: Int32Array, width: number, { x, y, p }: PlayedEvents, first: number, end: number): void {
  for (let i = first; i < end; i++) counts[y[i]! * width + x[i]!]! += 2 * p[i]! - 1;
}

/** Draws the pixels that have events by their counts, and sets those counts back to zero. */
export function drawCounts({ width, pixels }: FlatPicture, counts: Int32Array, { x, y }: PlayedEvents, first: number, end: number, { words, none, balanced }: Shades): void {
  for (let i = first; i < end; i++) {
    const pixel = y[i]! * width + x[i]!;
    const count = counts[pixel]!;
    if (count === 0) {
      // As many on as off, or drawn already.
      if (pixels[pixel] === none) pixels[pixel] = balanced;
      continue;
    }
    const strength = Math.min(fullCount, Math.abs(count));
    pixels[pixel] = words[(count > 0 ? shades : 0) + ((strength * shades) / fullCount - 1)]!;
    counts[pixel] = 0;
  }
}
