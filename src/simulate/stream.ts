/**
 * Sequences of pictures to streams of events.
 * @module
 */
import { OptionError } from "../errors.js";
import { EventTable } from "../events/table.js";
import type { LightFrame } from "./light.js";
import { EventSimulator, pixelModel, type PixelOptions } from "./simulator.js";

/** Frames one by one: an array, a generator, or what arrives over time. */
export type LightFrames = Iterable<LightFrame> | AsyncIterable<LightFrame>;

export type SimulateOptions = PixelOptions & {
  readonly signal?: AbortSignal;
  /** Called after each frame with the number of frames and events so far, and the time of the frame in µs. */
  readonly onProgress?: (progress: SimulateProgress) => void;
};

export interface SimulateProgress {
  readonly frames: number;
  readonly events: number;
  readonly t: number;
}

/** Batches of events in order of time, made while they are asked for; or all at once with {@link table}. Runs once. */
export class EventStream implements AsyncIterable<EventTable> {
  readonly #batches: AsyncGenerator<EventTable>;

  constructor(batches: AsyncGenerator<EventTable>) {
    this.#batches = batches;
  }

  [Symbol.asyncIterator](): AsyncGenerator<EventTable> {
    return this.#batches;
  }

  /** All events in one table. */
  async table(): Promise<EventTable> {
    const batches: EventTable[] = [];
    for await (const batch of this.#batches) batches.push(batch);
    return batches.length === 1 ? batches[0]! : EventTable.concat(batches);
  }
}

/**
 * The events that a camera would have seen of a sequence of pictures.
 *
 * ```ts
 * for await (const batch of simulateEvents(frames, { model: "v2e", threshold: 0.2, seed: 7 })) draw(batch);
 * const events = await simulateEvents(frames, { preset: "noisy", seed: 7 }).table();
 * ```
 * A batch has some ten thousand events; at least one is given, so that the sensor is known. Same frames, options and
 * seed: same bytes. The frames themselves are taken as they are: for a slow video see `interpolate`.
 * @throws OptionError, TableError as {@link EventSimulator}; TableError without frames.
 */
export function simulateEvents(frames: LightFrames, options: SimulateOptions): EventStream {
  const { signal: _signal, onProgress: _onProgress, ...pixel } = options;
  pixelModel(pixel); // Refuses wrong options here and now, not when the first batch is asked for.
  return new EventStream(batches(frames, options));
}

async function* batches(frames: LightFrames, options: SimulateOptions): AsyncGenerator<EventTable> {
  const { signal, onProgress, ...pixel } = options;
  let camera: EventSimulator | undefined;
  let count = 0;
  let events = 0;
  for await (const frame of frames) {
    signal?.throwIfAborted();
    camera ??= new EventSimulator(frame, pixel);
    for (const batch of camera.push(frame)) {
      events += batch.length;
      yield batch;
    }
    count++;
    onProgress?.({ frames: count, events: events + camera.pending, t: Number(frame.t) });
  }
  if (camera === undefined) {
    throw new OptionError({ where: "simulateEvents", expected: "at least one frame", received: "none" });
  }
  if (camera.pending > 0 || events === 0) yield camera.flush();
}
