/**
 * Where the player has its events from: an output that holds them all, or a server that hands out parts.
 * @module
 */
import { firstAt, type PlayedEvents } from "../packed-events.js";
import type { PlayStart } from "../payload.js";
import type { FrameSource } from "./frames.js";

/** Events of a half open part of the recording. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly events: PlayedEvents;
}

export interface PlayerSource {
  readonly sensor: { readonly width: number; readonly height: number };
  readonly from: number;
  readonly to: number;
  readonly start: PlayStart;
  readonly note: string | undefined;
  /** Events in equal parts of the time; empty when not known. */
  readonly rate: ArrayLike<number>;
  readonly frames: FrameSource | undefined;
  /**
   * The chunks at hand that overlap the part, in order; those that are missing are fetched, and `onNews` is called when
   * they come. `complete` is false while one is missing.
   */
  chunks(from: number, to: number): { readonly chunks: readonly Chunk[]; readonly complete: boolean };
  /** Set by the player. */
  onNews: (error?: Error) => void;
  dispose(): void;
}

/** Events a part of `parts` equal ones of [from, to). */
export function rateOf({ t }: PlayedEvents, from: number, to: number, parts: number): Float32Array {
  const bounds = Array.from({ length: parts + 1 }, (_, i) => firstAt(t, from + ((to - from) * i) / parts));
  return Float32Array.from({ length: parts }, (_, i) => bounds[i + 1]! - bounds[i]!);
}
