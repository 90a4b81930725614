/**
 * The colour scales of figures, around the colours of events.
 * @module
 */
import { polarityColours } from "../events/colours.js";

export { polarityColours };

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colours of the polarities on a dark ground, lightened so that both stand out. */
export const polarityColoursOnDark = {
  off: "#56b4e9",
  on: "#ff9a3c",
  none: "#14181d",
} as const;

/** Ink of axes and text, of grid lines, and the ground of a figure. */
export const ink = "#2f3640";
export const rule = "#d9dde2";
export const ground = "#ffffff";

/** From the lowest to the highest value, evenly spaced. */
export type ColourScale = readonly string[];

/** Negative blue, zero white, positive vermillion. */
export const diverging: ColourScale = ["#023858", polarityColours.off, "#8fc3e3", "#ffffff", "#f6b587", polarityColours.on, "#6b2400"];

/** Zero white, then darker with the value. */
export const sequential: ColourScale = ["#ffffff", "#cfe5ea", "#86c1cf", "#3c93b0", "#1b6390", "#12386b", "#0b1540"];

/** Zero mid-grey, off darker, on brighter: the picture that most papers print. */
export const greys: ColourScale = ["#000000", "#808080", "#ffffff"];

export function toRgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function toHex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** `count` colours along a scale, both ends included. */
export function sample(scale: ColourScale, count: number): Rgb[] {
  const stops = scale.map(toRgb);
  return Array.from({ length: count }, (_, i) => {
    const position = count === 1 ? 0 : (i / (count - 1)) * (stops.length - 1);
    const below = Math.min(Math.floor(position), stops.length - 2);
    const share = position - below;
    const mix = (channel: 0 | 1 | 2) =>
      Math.round(stops[below]![channel] * (1 - share) + stops[below + 1]![channel] * share);
    return [mix(0), mix(1), mix(2)] as const;
  });
}
