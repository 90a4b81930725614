/**
 * The picture of a player for viewers that cannot play: its first picture, the rate over time, and a sentence.
 * @module
 */
import type { SensorSize } from "../../events/schema.js";
import { ground, ink, polarityColours, toRgb, type Rgb } from "../colours.js";
import { encodePicture, shrink, type IndexedImage } from "../pixels.js";
import { rasterise } from "../rasterise.js";
import { image, round, text } from "../svg.js";
import { formatDuration } from "../window.js";
import { drawDecay, shadesOf } from "./flat.js";
import { firstAt, type PlayedEvents } from "./packed-events.js";

export interface PosterScene {
  readonly events: PlayedEvents;
  readonly sensor: SensorSize;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly window: number;
  readonly caption: string;
}

const most = { width: 720, height: 460 };

export async function poster(scene: PosterScene): Promise<Uint8Array> {
  const picture = pictureOf(scene);
  const zoom = Math.min(most.width / picture.width, most.height / picture.height);
  const width = Math.max(200, Math.round(picture.width * zoom));
  const height = Math.max(1, Math.round(picture.height * zoom));
  const png = zoom < 1 ? shrink(picture, width, height) : encodePicture(picture);
  const all = height + 60;
  const parts = [
    image(png, { left: 0.5, top: 0.5, width: width - 1, height: height - 1 }, false),
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" fill="none" stroke="${ink}" stroke-opacity=".25"/>`,
    rateCurve(scene, width, height + 6),
    text(0, all - 9, scene.caption, { size: 12 }),
    text(width, all - 9, `at ${formatDuration(scene.at)}`, { anchor: "end", size: 12 }),
  ];
  return rasterise(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${all}" viewBox="0 0 ${width} ${all}"><rect width="100%" height="100%" fill="${ground}"/>${parts.join("")}</svg>`, 1);
}

function pictureOf({ events, sensor, at, window }: PosterScene): IndexedImage {
  const width = Math.max(1, sensor.width);
  const height = Math.max(1, sensor.height);
  const { words } = shadesOf(polarityColours);
  const pixels = new Uint32Array(width * height);
  // Numbers of the palette in place of colours.
  const numbers = Uint32Array.from(words, (_, i) => i + 1);
  drawDecay({ width, height, pixels }, events, firstAt(events.t, Math.floor(at - window) + 1), firstAt(events.t, Math.floor(at) + 1), at, window, numbers);
  return { width, height, indices: Uint8Array.from(pixels), palette: [toRgb(polarityColours.none), ...Array.from(words, rgbOf)] };
}

const rgbOf = (word: number): Rgb => [word & 255, (word >> 8) & 255, (word >> 16) & 255];

/** Bars of the rate, darker up to where the player stands. */
function rateCurve({ events, from, to, at }: PosterScene, width: number, top: number): string {
  const bar = 3;
  const parts = Math.floor(width / bar);
  const tall = 26;
  const bounds = Array.from({ length: parts + 1 }, (_, i) => firstAt(events.t, from + ((to - from) * i) / parts));
  const rates = bounds.slice(1).map((bound, i) => bound - bounds[i]!);
  const highest = Math.max(1, ...rates);
  const path = (first: number, end: number) => rates.slice(first, end).map((rate, i) => `M${round((first + i) * bar)} ${top + tall}v${round((-rate / highest) * tall)}h${round(bar)}v${round((rate / highest) * tall)}z`).join("");
  const split = Math.round(((at - from) / (to - from)) * parts);
  return (
    `<path d="${path(0, split)}" fill="${ink}" fill-opacity=".45"/><path d="${path(split, parts)}" fill="${ink}" fill-opacity=".18"/>` +
    `<rect x="${round(Math.min(width - 2, split * bar))}" y="${top}" width="2" height="${tall}" fill="#1b6390"/>`
  );
}
