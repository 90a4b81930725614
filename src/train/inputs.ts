/**
 * What a network sees of a clip: windows of events as images, several as the channels of one where that is asked for.
 * @module
 */
import { checkOptions, DataError, OptionError } from "../errors.js";
import type { ClipSet, ClipWindows, MapOptions, WindowStore } from "../data/index.js";
import { openWindows } from "../data/index.js";
import type { Duration } from "../events/index.js";
import type { Move } from "./augment.js";

export interface InputOptions {
  /** Text of a representation: "count" (the default), "voxel:bins=5", "tie:variant=t0_t". */
  readonly representation?: string;
  /** Side in pixels; that of the network when left out: 64 for "tutorial", 256 for "full". */
  readonly size?: number;
  /** Length of a window. Default 1/30 s. */
  readonly window?: Duration;
  /** "face": the data set's box where it has one, else the centre square. Default "face". */
  readonly crop?: "face" | "square";
  /** Windows that are seen at once, the last ones up to the one at hand, as channels of one image. Default 1. */
  readonly stack?: number;
}

/** What an encoder was trained to see; plain JSON. */
export interface InputSettings extends Required<InputOptions> {
  /** Values are divided by it: the root mean square over the training clips. */
  readonly scale: number;
  /** Of an image. */
  readonly channels: number;
}

/** How clips are read. */
export interface ReadingOptions extends Pick<MapOptions, "onError" | "onSkip" | "signal"> {
  /** Folder of kept windows; made again in each process when left out. */
  readonly cache?: string;
  /** Bytes of windows held at a time. Default 1 GiB a set of clips. */
  readonly memory?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

const fields = ["representation", "size", "window", "crop", "stack"];

/** Options with the defaults in. @throws OptionError */
export function fillInputs(options: InputOptions, size: number): Required<InputOptions> {
  checkOptions("inputs", options, fields);
  const filled = { representation: "count", size, window: 33_333, crop: "face", stack: 1, ...options } as const;
  if (!(Number.isInteger(filled.stack) && filled.stack >= 1 && filled.stack <= 64)) throw new OptionError({ where: "inputs: stack", expected: "a whole number from 1 to 64", received: String(filled.stack) });
  return filled;
}

/** Stores by the set of clips that they are of: several methods that learn from one split read it once. */
const stores = new WeakMap<ClipSet, Map<string, Promise<WindowStore>>>();

/** The windows of clips; read once for a set of clips and the same options. */
export function readWindows(clips: ClipSet, { representation, size, window, crop }: InputOptions, pictures: "none" | "raw" | "normalised", reading: ReadingOptions): Promise<WindowStore> {
  const own = stores.get(clips) ?? new Map<string, Promise<WindowStore>>();
  stores.set(clips, own);
  const how = { representation: representation!, size: size!, window: window!, crop: crop!, pictures };
  const key = JSON.stringify([how, reading.cache, reading.memory, reading.onError]);
  const known = own.get(key);
  if (known) return known;
  const store = openWindows(clips, { ...how, ...reading });
  own.set(key, store);
  store.catch(() => own.delete(key));
  return store;
}

/** Writes the image that ends with window `at` of a clip, moved, into `target` from `offset` on. */
export function writeImage(target: Float32Array, offset: number, { grids, shape: [, height, width, channels] }: ClipWindows, at: number, { stack, scale }: Pick<InputSettings, "stack" | "scale">, { flip, dx, dy }: Move): void {
  const depth = channels * stack;
  for (let k = 0; k < stack; k++) {
    const window = at - stack + 1 + k;
    // Before the start of a clip there is nothing.
    if (window < 0) continue;
    const from = window * height * width * channels;
    for (let y = Math.max(0, dy); y < Math.min(height, height + dy); y++) {
      for (let x = Math.max(0, dx); x < Math.min(width, width + dx); x++) {
        const column = flip ? width - 1 - (x - dx) : x - dx;
        const source = from + ((y - dy) * width + column) * channels;
        const place = offset + (y * width + x) * depth + k * channels;
        for (let c = 0; c < channels; c++) target[place + c] = grids[source + c]! / scale;
      }
    }
  }
}

/** Writes picture `at` of a clip, moved as its events are; what comes into view repeats the edge. */
export function writePicture(target: Float32Array, offset: number, { pictures, shape: [, height, width], clip }: ClipWindows, at: number, { flip, dx, dy }: Move): void {
  if (pictures === undefined) throw new DataError({ where: clip.id, file: clip.files.events, expected: "a clip with pictures", received: "one without" });
  const from = at * height * width;
  for (let y = 0; y < height; y++) {
    const row = from + Math.max(0, Math.min(height - 1, y - dy)) * width;
    for (let x = 0; x < width; x++) {
      const column = Math.max(0, Math.min(width - 1, x - dx));
      target[offset + y * width + x] = pictures[row + (flip ? width - 1 - column : column)]!;
    }
  }
}
