/**
 * A clip as a network takes it: windows of events as square grids of one size, and the pictures that belong to them.
 * @module
 */
import { checkOptions, DataError, OptionError } from "../errors.js";
import type { EventTable } from "../events/index.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { build, loadRepresentation, type GridLike, type Representation } from "../represent/index.js";
import { middleOf, Resizer } from "../simulate/resize.js";
import type { Clip } from "./clip.js";
import { squarePictures } from "./windows-pictures.js";
import { keptWindows } from "./windows-kept.js";
import type { Box } from "./synchronise/affine.js";

export interface ClipWindowsOptions {
  /** Or its text: "count", "voxel:bins=5". */
  readonly representation: Representation<Float32Array> | string;
  /** Side of the square that the crop is scaled to, in pixels. */
  readonly size: number;
  /** Length of a window; windows follow one another. Default 1/30 s. */
  readonly window?: Duration;
  /** "face": the data set's box where it has one, else the centre square. Default "face". */
  readonly crop?: "face" | "square";
  /**
   * Grey pictures at the ends of windows: black −1 and white 1 ("raw"), or the mean of the clip 0 and its standard
   * deviation 0.4, cut at −1 and 1 ("normalised": neither skin nor exposure is in the events). Default: none.
   */
  readonly pictures?: "none" | "raw" | "normalised";
  /** Folder of kept results, by content; none when left out. */
  readonly cache?: string;
}

/** Arrays are row-major and belong to whoever keeps them: do not change them. */
export interface ClipWindows {
  readonly clip: Clip;
  /** [windows, size, size, channels]. */
  readonly grids: Float32Array;
  readonly shape: readonly [windows: number, height: number, width: number, channels: number];
  readonly channels: readonly string[];
  /** [windows + 1, size, size], −1 to 1: picture k is the one nearest to the start of window k and the end of window k − 1. */
  readonly pictures: Float32Array | undefined;
}

/** Options with everything decided; plain data but for the representation. */
export interface WindowPlan {
  readonly representation: Representation;
  readonly size: number;
  /** Microseconds. */
  readonly window: number;
  readonly crop: "face" | "square";
  readonly pictures: "none" | "raw" | "normalised";
  readonly cache: string | undefined;
}

export const windowFields = ["representation", "size", "window", "crop", "pictures", "cache"] as const;

/** Longer clips are refused: they are recordings to be cut first. */
const mostWindows = 100_000;

/** @throws OptionError */
export async function planWindows(options: ClipWindowsOptions): Promise<WindowPlan> {
  checkOptions("clipWindows", options, windowFields);
  const { representation, size, window = 33_333, crop = "face", pictures = "none", cache } = options;
  if (!(Number.isInteger(size) && size >= 1 && size <= 2048)) throw new OptionError({ where: "clipWindows: size", expected: "a whole number of pixels from 1 to 2048", received: String(size) });
  if (!["face", "square"].includes(crop)) throw new OptionError({ where: "clipWindows: crop", expected: "face or square", received: String(crop) });
  if (!["none", "raw", "normalised"].includes(pictures)) throw new OptionError({ where: "clipWindows: pictures", expected: "none, raw or normalised", received: String(pictures) });
  const micros = toMicroseconds(window, "clipWindows: window");
  if (!(micros >= 1)) throw new OptionError({ where: "clipWindows: window", expected: "a length above 0", received: String(window) });
  return { representation: typeof representation === "string" ? await loadRepresentation(representation) : representation, size, window: micros, crop, pictures, cache };
}

/**
 * The windows of a clip from its first picture, or its first event where it has no pictures, to its last event; the last
 * window is left out when it is not whole, but there is at least one.
 *
 * The events of the crop are encoded pixel by pixel; the grid is then scaled to `size`, each value the mean of the pixels
 * that it covers.
 * @throws DataError naming the file that cannot be read, OptionError
 */
export async function clipWindows(clip: Clip, options: ClipWindowsOptions): Promise<ClipWindows> {
  return planned(clip, await planWindows(options));
}

/** @internal */
export async function planned(clip: Clip, plan: WindowPlan): Promise<ClipWindows> {
  const region = await cropOf(clip, plan);
  return keptWindows(clip, plan, region, async () => {
    const events = await clip.events();
    if (events.length === 0) throw new DataError({ where: clip.files.events, file: clip.files.events, expected: `events of clip ${clip.id}`, received: "none", next: 'Copy it again, or pass over such clips with { onError: "skip" }' });
    const start = clip.files.frames === undefined ? events.t[0]! : ((await clip.pictureTimes())[0] ?? events.t[0]!);
    const count = Math.max(1, Math.floor((Number(events.t[events.length - 1]! - start) + 1) / plan.window));
    if (count > mostWindows) throw new DataError({ where: clip.files.events, file: clip.files.events, expected: `at most ${mostWindows} windows a clip`, received: String(count), next: "Take longer windows, or cut the recording" });
    const ends = Array.from({ length: count + 1 }, (_, k) => start + BigInt(k * plan.window));
    const encoded = await encode(events.crop(region), ends, plan);
    return { ...encoded, pictures: plan.pictures === "none" ? undefined : await squarePictures(clip, ends, { region, sensor: events.sensor, size: plan.size, normalised: plan.pictures === "normalised" }) };
  });
}

async function encode(events: EventTable, ends: readonly bigint[], { representation, size }: WindowPlan): Promise<Pick<ClipWindows, "grids" | "shape" | "channels">> {
  const resizer = new Resizer(events.sensor, { width: size, height: size });
  let grids: Float32Array | undefined;
  let channels: readonly string[] = [];
  for (let k = 0; k + 1 < ends.length; k++) {
    const grid: GridLike = await build(events, representation, { window: { from: ends[k]!, to: ends[k + 1]! } });
    const depth = grid.shape[2];
    grids ??= new Float32Array((ends.length - 1) * size * size * depth);
    channels = grid.channels;
    scaleInto(grids, k * size * size * depth, grid, resizer);
  }
  return { grids: grids!, shape: [ends.length - 1, size, size, channels.length], channels };
}

/** Each channel scaled, and put where it belongs. */
function scaleInto(target: Float32Array, offset: number, { data, shape: [height, width, depth] }: GridLike, resizer: Resizer): void {
  const plane = new Float32Array(height * width);
  for (let channel = 0; channel < depth; channel++) {
    for (let i = 0, at = channel; i < plane.length; i++, at += depth) plane[i] = data[at]!;
    const scaled = resizer.resize(plane);
    for (let i = 0, at = offset + channel; i < scaled.length; i++, at += depth) target[at] = scaled[i]!;
  }
}

/** The square of whole pixels that is looked at. */
async function cropOf(clip: Clip, { crop }: WindowPlan): Promise<Box> {
  const sensor = await clip.sensor();
  const box = crop === "face" ? await clip.faceBox() : undefined;
  if (box === undefined) return middleOf(sensor, { width: 1, height: 1 });
  const side = Math.max(1, Math.min(Math.round(Math.max(box.width, box.height)), sensor.width, sensor.height));
  const within = (at: number, most: number): number => Math.max(0, Math.min(Math.round(at), most - side));
  return { x: within(box.x + (box.width - side) / 2, sensor.width), y: within(box.y + (box.height - side) / 2, sensor.height), width: side, height: side };
}
