import { type BytesLike } from "../bytes/index.js";
import { checkOptions, FormatError } from "../errors.js";
import type { Frame, ImuColumns, TriggerColumns } from "../events/schema.js";
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";
import { concatTriggers } from "../events/triggers.js";
import type { RecordingInfo } from "./codec.js";
import { openBytes, openOptionNames, type Opened, type OpenOptions } from "./opened.js";
import { readTable, tableOptionNames, type TableOptions } from "./read.js";
import { batchOptionNames, streamTables, type BatchOptions } from "./stream.js";
import { Part, partOptionNames, type PartOptions } from "./window.js";

/**
 * An open recording: its header is read, its events are read when they are asked for, as often as wanted.
 *
 * ```ts
 * await using talk = await openRecording("talk.raw");
 * const smile = await talk.events({ from: "1.2s", to: "1.5s" });
 * for await (const batch of talk.stream({ from: "2s", batch: { time: "33ms" } })) draw(batch);
 * ```
 * Parts are found as in `readEvents`. A pipe can be read once only, all else as often as wanted, also at once.
 */
export class Recording implements AsyncDisposable {
  /** What the header says. */
  readonly info: RecordingInfo;
  readonly #opened: Opened;
  readonly #options: OpenOptions;

  /** @internal */
  constructor(opened: Opened, options: OpenOptions) {
    this.info = opened.info;
    this.#opened = opened;
    this.#options = options;
  }

  /** All events, or those of a part, as a table; see {@link readEvents}. */
  events(options: TableOptions = {}): Promise<EventTable> {
    checkOptions("events", options, tableOptionNames);
    return readTable("events", this.#opened, this.#options, options);
  }

  /** All events, or those of a part, batch by batch; see {@link streamEvents}. */
  stream(options: BatchOptions = {}): AsyncGenerator<EventTable> {
    checkOptions("stream", options, batchOptionNames);
    return streamTables("stream", this.#opened, this.#options, options);
  }

  /** The trigger edges of the recording or of a part of it. */
  async triggers(options: PartOptions = {}): Promise<TriggerColumns> {
    checkOptions("triggers", options, partOptionNames);
    const found: TriggerColumns[] = [];
    for await (const { triggers } of new Part(this.#opened, options, this.#options, "triggers").batches()) {
      if (triggers.t.length > 0) found.push({ t: triggers.t.slice(), id: triggers.id.slice(), p: triggers.p.slice() });
    }
    return concatTriggers(found);
  }

  /**
   * The pictures that were recorded with the events, in order of time: all, or those whose time lies in a part.
   * @throws FormatError when the format has none.
   */
  frames(options: PartOptions = {}): AsyncIterable<Frame> {
    const { codec, source } = this.#opened;
    if (!codec.frames) throw this.#without("frames");
    return this.#within("frames", options, (window) => codec.frames!(source, this.#options, window), (frame, { from, to }) =>
      frame.t >= from && frame.t < to ? frame : undefined);
  }

  /**
   * The samples of the inertial sensor that were recorded with the events, all or those of a part.
   * @throws FormatError when the format has none.
   */
  imu(options: PartOptions = {}): AsyncIterable<ImuColumns> {
    const { codec, source } = this.#opened;
    if (!codec.imu) throw this.#without("inertial samples");
    return this.#within("imu", options, (window) => codec.imu!(source, this.#options, window), cutSamples);
  }

  /** What lies in a part of what a codec gives. */
  async *#within<Item>(
    where: string,
    options: PartOptions,
    read: (window?: SensorWindow) => AsyncIterable<Item>,
    cut: (item: Item, window: SensorWindow) => Item | undefined,
  ): AsyncGenerator<Item> {
    checkOptions(where, options, partOptionNames);
    const window = await new Part(this.#opened, options, this.#options, where).window();
    for await (const item of read(window)) {
      const inside = window ? cut(item, window) : item;
      if (inside !== undefined) yield inside;
    }
  }

  /** Closes the file. */
  close(): Promise<void> {
    return this.#opened.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #without(what: string): FormatError {
    const { codec, source } = this.#opened;
    return new FormatError({ where: source.name, expected: `a format with ${what}`, received: `${codec.name} (${codec.title})` });
  }
}

function cutSamples({ t, acceleration, rotation }: ImuColumns, { from, to }: SensorWindow): ImuColumns | undefined {
  const inside = Array.from(t.keys()).filter((i) => t[i] >= from && t[i] < to);
  if (inside.length === 0) return undefined;
  const axes = (values: Float32Array) => Float32Array.from({ length: inside.length * 3 }, (_, i) => values[inside[Math.floor(i / 3)] * 3 + (i % 3)]);
  return { t: BigInt64Array.from(inside, (i) => t[i]), acceleration: axes(acceleration), rotation: axes(rotation) };
}

/**
 * Opens a recording and reads its header. Close it, or let `await using` close it.
 * @throws FormatError when no codec recognises the bytes.
 */
export async function openRecording(from: BytesLike, options: OpenOptions = {}): Promise<Recording> {
  return new Recording(await openBytes("openRecording", from, options, openOptionNames), options);
}
