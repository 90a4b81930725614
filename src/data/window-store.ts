/**
 * The windows of many clips in bounded memory.
 * @module
 */
import { checkOptions, DataError, OptionError } from "../errors.js";
import { withBar } from "../progress/work.js";
import type { Clip } from "./clip.js";
import type { ClipSet, MapOptions } from "./clip-set.js";
import { planned, planWindows, windowFields, type ClipWindows, type ClipWindowsOptions, type WindowPlan } from "./windows.js";

export interface WindowStoreOptions extends ClipWindowsOptions, MapOptions {
  /** Bytes of windows held at a time; the others are read again from `cache`, or made again without one. Default 1 GiB. */
  readonly memory?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Clips with their windows, by place. */
export class WindowStore {
  /** Those that could be read, in the order of the set. */
  readonly clips: readonly Clip[];
  /** Windows of each. */
  readonly counts: readonly number[];
  /** [height, width, channels] of a window. */
  readonly shape: readonly [number, number, number];
  readonly channels: readonly string[];
  /** Root mean square of all values of all windows: what to divide by, so that values are about 1. */
  readonly scale: number;
  readonly #plan: WindowPlan;
  readonly #memory: number;
  /** The one used last at the end. */
  readonly #held = new Map<number, ClipWindows>();
  readonly #reading = new Map<number, Promise<ClipWindows>>();
  #bytes = 0;

  /** @internal Use {@link openWindows}. */
  constructor(plan: WindowPlan, memory: number, found: { readonly clips: readonly Clip[]; readonly counts: readonly number[]; readonly shape: readonly [number, number, number]; readonly channels: readonly string[]; readonly scale: number }) {
    this.#plan = plan;
    this.#memory = memory;
    this.clips = found.clips;
    this.counts = found.counts;
    this.shape = found.shape;
    this.channels = found.channels;
    this.scale = found.scale;
  }

  /** The windows of a clip by its place. @throws DataError naming the file that cannot be read. */
  async windows(place: number): Promise<ClipWindows> {
    const held = this.#held.get(place);
    if (held) {
      this.#held.delete(place);
      this.#held.set(place, held);
      return held;
    }
    const reading = this.#reading.get(place) ?? this.#read(place);
    this.#reading.set(place, reading);
    return reading;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @internal */
  hold(place: number, windows: ClipWindows): void {
    this.#held.set(place, windows);
    this.#bytes += bytesOf(windows);
    for (const [oldest, others] of this.#held) {
      if (this.#bytes <= this.#memory || oldest === place) break;
      this.#bytes -= bytesOf(others);
      this.#held.delete(oldest);
    }
  }

  async #read(place: number): Promise<ClipWindows> {
    try {
      const windows = await planned(this.clips[place]!, this.#plan);
      this.hold(place, windows);
      return windows;
    } finally {
      this.#reading.delete(place);
    }
  }
}

const bytesOf = ({ grids, pictures }: ClipWindows): number => grids.byteLength + (pictures?.byteLength ?? 0);

/**
 * Goes through all clips once, keeps what fits in memory and, with `cache`, everything on disk.
 * @throws DataError of the first clip that cannot be read, unless `onError` is "skip"; when none is left; OptionError
 */
export async function openWindows(clips: ClipSet, options: WindowStoreOptions): Promise<WindowStore> {
  checkOptions("openWindows", options, [...windowFields, "memory", "onProgress", "ahead", "onError", "onSkip", "signal"]);
  return withBar({ title: "windows", unit: "clips", state: (progress) => progress }, options.onProgress, (onProgress) => readAll(clips, { ...options, onProgress }));
}

async function readAll(clips: ClipSet, options: Omit<WindowStoreOptions, "onProgress"> & { readonly onProgress: WindowStoreOptions["onProgress"] | undefined }): Promise<WindowStore> {
  const { memory = 2 ** 30, onProgress, ahead, onError, onSkip, signal, ...how } = options;
  if (!(memory > 0)) throw new OptionError({ where: "openWindows: memory", expected: "more than 0 bytes", received: String(memory) });
  const plan = await planWindows(how);
  const read: { clip: Clip; windows: ClipWindows | undefined; count: number }[] = [];
  let [sum, values, held, done] = [0, 0, 0, 0];
  let shape: readonly [number, number, number] | undefined;
  let channels: readonly string[] = [];
  const map = { ...(ahead !== undefined && { ahead }), ...(onError && { onError }), ...(signal && { signal }), onSkip: (fault: Parameters<NonNullable<MapOptions["onSkip"]>>[0]) => (done++, onSkip?.(fault)) };
  for await (const { clip, value } of clips.map((one) => planned(one, plan), map)) {
    const [count, ...rest] = value.shape;
    if (shape !== undefined && shape.join() !== rest.join()) throw new DataError({ where: clip.id, file: clip.files.events, expected: `windows of shape [${shape.join(", ")}], as of the other clips`, received: `[${rest.join(", ")}]` });
    shape = rest;
    channels = value.channels;
    for (const x of value.grids) sum += x * x;
    values += value.grids.length;
    const fits = held + bytesOf(value) <= memory;
    if (fits) held += bytesOf(value);
    read.push({ clip, windows: fits ? value : undefined, count });
    onProgress?.({ done: ++done, total: clips.length });
  }
  if (shape === undefined) throw new DataError({ where: "openWindows", expected: "at least one clip that can be read", received: `none of ${clips.length}`, next: "evtlab data check says what is wrong with the folder" });
  const store = new WindowStore(plan, memory, { clips: read.map(({ clip }) => clip), counts: read.map(({ count }) => count), shape, channels, scale: Math.sqrt(sum / values) || 1 });
  read.forEach(({ windows }, place) => windows && store.hold(place, windows));
  return store;
}
