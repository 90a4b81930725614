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

/** Colours at their places from the lowest value, 0, to the highest, 1, ascending; two at one place are a step. */
export type ColourScale = readonly (readonly [place: number, colour: string])[];

/** Half of one of the shades that a panel has: what is nearest to zero. */
const zero = 1 / 252;

/** Negative blue, zero white, positive vermillion. All but zero stands out: most pixels with events have one or two. */
export const diverging: ColourScale = [
  ...evenly(["#023858", polarityColours.off, "#8fc3e3"], 0, 0.5 - zero),
  ...evenly(["#ffffff", "#ffffff"], 0.5 - zero, 0.5 + zero),
  ...evenly(["#f6b587", polarityColours.on, "#6b2400"], 0.5 + zero, 1),
];

/** Zero white, then from a light blue on darker with the value. */
export const sequential: ColourScale = [
  ...evenly(["#ffffff", "#ffffff"], 0, zero),
  ...evenly(["#9fd0dc", "#5facc3", "#3088aa", "#1b6390", "#12386b", "#0b1540"], zero, 1),
];

/** White, then darker with the value: behind text. */
export const shading: ColourScale = evenly(["#ffffff", "#cfe5ea", "#86c1cf", "#3c93b0", "#1b6390", "#12386b"], 0, 1);

/** Zero mid-grey, off darker, on brighter: the picture that most papers print. */
export const greys: ColourScale = evenly(["#000000", "#808080", "#ffffff"], 0, 1);

function evenly(colours: readonly string[], from: number, to: number): ColourScale {
  return colours.map((colour, i) => [from + (i / (colours.length - 1)) * (to - from), colour]);
}

export function toRgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function toHex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** `count` colours along a scale, both ends included. */
export function sample(scale: ColourScale, count: number): Rgb[] {
  return Array.from({ length: count }, (_, i) => {
    const place = count === 1 ? 0 : i / (count - 1);
    const above = scale.findIndex(([at]) => at > place);
    // Nothing is above the last.
    const [to, high] = scale.at(above)!;
    const [from, low] = above < 0 ? [to, high] : scale[above - 1]!;
    const share = to > from ? (place - from) / (to - from) : 0;
    const mix = (channel: 0 | 1 | 2) => Math.round(toRgb(low)[channel] * (1 - share) + toRgb(high)[channel] * share);
    return [mix(0), mix(1), mix(2)] as const;
  });
}
