import { type BytesLike } from "../bytes/index.js";
import { checkOptions, FormatError } from "../errors.js";
import type { Frame, ImuColumns, TriggerColumns } from "../events/schema.js";
import type { EventTable } from "../events/table.js";
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
   * The pictures that were recorded with the events, in order of time.
   * @throws FormatError when the format has none.
   */
  frames(): AsyncIterable<Frame> {
    const { codec, source } = this.#opened;
    if (!codec.frames) throw this.#without("frames");
    return codec.frames(source, this.#options);
  }

  /**
   * The samples of the inertial sensor that were recorded with the events.
   * @throws FormatError when the format has none.
   */
  imu(): AsyncIterable<ImuColumns> {
    const { codec, source } = this.#opened;
    if (!codec.imu) throw this.#without("inertial samples");
    return codec.imu(source, this.#options);
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

/**
 * Opens a recording and reads its header. Close it, or let `await using` close it.
 * @throws FormatError when no codec recognises the bytes.
 */
export async function openRecording(from: BytesLike, options: OpenOptions = {}): Promise<Recording> {
  return new Recording(await openBytes("openRecording", from, options, openOptionNames), options);
}
