/**
 * The batches of a recording, all of them or those of a window of time, by the cheapest way that its format allows:
 * by what stands in the file, by an index, or by reading it all.
 * @module
 */
import type { EventColumns, TriggerColumns } from "../events/schema.js";
import { disorder, lowerBound } from "../events/time-words.js";
import { toSensorTime, toSensorWindow, type SensorWindow, type Time } from "../events/time.js";
import { concatTriggers } from "../events/triggers.js";
import type { DecodeOptions, EventBatch, Seen, SharedReading } from "./codec.js";
import { timeIndex } from "./index-file.js";
import type { Opened } from "./opened.js";
import { afterAll, beforeAll, segmentOf } from "./time-index.js";

/** A part of a recording: the events and triggers with from ≤ t < to, in file order. */
export interface PartOptions {
  /**
   * Start of the part: a duration counts from the first event in the file, a bigint is a time of the sensor clock.
   * The start of the recording when left out.
   */
  readonly from?: Time | undefined;
  /** End of the part, which does not belong to it. The end of the recording when left out. */
  readonly to?: Time | undefined;
}

export const partOptionNames = ["from", "to"] as const satisfies readonly (keyof PartOptions)[];

/** The batches of a part, and what is known of the recording: some of it at once, the rest as batches are read. */
export class Part {
  /** Time of the first event in the file. */
  origin: bigint | undefined;
  seen: Seen | undefined;
  /** No more events than these are in the part, where that is known before they are read. */
  atMost: number | undefined;
  readonly #opened: Opened;
  readonly #options: DecodeOptions;
  readonly #part: PartOptions;
  readonly #where: string;

  constructor(opened: Opened, part: PartOptions, options: DecodeOptions, where: string) {
    this.#opened = opened;
    this.#options = options;
    this.#part = part;
    this.#where = where;
    if (typeof part.from === typeof part.to) this.#window(0n); // an inverted window is refused before the file is read
  }

  get isWhole(): boolean {
    return this.#part.from === undefined && this.#part.to === undefined;
  }

  /** Where the part begins on the clock of the sensor, once the first event is known. */
  get start(): bigint | undefined {
    if (this.origin === undefined || this.#part.from === undefined) return this.origin;
    return toSensorTime(this.#part.from, this.origin);
  }

  /** Hands each borrowed batch to `take`, as a decoder gives them; the whole recording with several threads if asked. */
  async all(take: (batch: EventBatch) => void, threads?: SharedReading): Promise<void> {
    const noted = (batch: EventBatch) => {
      this.#note(batch);
      take(batch);
    };
    const { codec, source } = this.#opened;
    if (this.isWhole) {
      const shared = threads && {
        ...threads,
        adopt: (batch: EventBatch, room: EventColumns) => {
          this.#note(batch);
          threads.adopt(batch, room);
        },
      };
      const options = { ...this.#options, take: noted, ...(shared && { threads: shared }) };
      for await (const batch of codec.read(source, options)) noted(batch);
    } else {
      for await (const batch of this.batches()) take(batch);
    }
  }

  /** Borrowed batches, as a decoder gives them. */
  async *batches(): AsyncGenerator<EventBatch> {
    const { codec, source } = this.#opened;
    const options = this.#options;
    if (this.isWhole) {
      for await (const batch of codec.read(source, options)) {
        this.#note(batch);
        yield batch;
      }
      return;
    }
    const inFile = await this.#byFile();
    if (inFile) yield* this.#cut(inFile);
    else if (codec.bookmarks && source.file && source.size !== undefined && options.device !== "cpu") {
      const index = await timeIndex(this.#opened, options);
      if (!index) return yield* this.#cut(codec.read(source, options)); // no events, but there may be triggers
      const { resume, stop } = segmentOf(index, this.#window(index.first));
      this.origin = index.first;
      this.seen = index.seen;
      if (resume && stop && stop.byteOffset <= resume.byteOffset) return; // nothing lies between them
      this.atMost = (stop?.events ?? index.events) - (resume?.events ?? 0);
      const range = { ...(resume && { resume }), ...(stop && { stopAt: stop.byteOffset }) };
      yield* this.#cut(codec.read(source, { ...options, ...range }), range.stopAt);
    } else {
      yield* this.#cut(codec.read(source, options));
    }
  }

  /** The part on the clock of the sensor; `undefined` where it is all of the recording. */
  async window(): Promise<SensorWindow | undefined> {
    const { from, to } = this.#part;
    if (this.isWhole) return undefined;
    const absolute = (time: Time | undefined) => time === undefined || typeof time === "bigint";
    return this.#window(absolute(from) && absolute(to) ? 0n : (this.origin ??= (await this.#firstTime()) ?? 0n));
  }

  /** Batches of the window, found by what stands in the file. */
  async #byFile(): Promise<AsyncIterable<EventBatch> | undefined> {
    const { codec, source } = this.#opened;
    if (!codec.readWindow || source.size === undefined) return undefined;
    this.origin = (await this.#firstTime()) ?? 0n;
    return codec.readWindow(source, this.#window(this.origin), this.#options);
  }

  #window(origin: bigint): SensorWindow {
    const { from, to } = this.#part;
    if (from !== undefined && to !== undefined) return toSensorWindow({ from, to }, origin, this.#where);
    return {
      from: from === undefined ? beforeAll : toSensorTime(from, origin, `${this.#where}: from`),
      to: to === undefined ? afterAll : toSensorTime(to, origin, `${this.#where}: to`),
    };
  }

  async #firstTime(): Promise<bigint | undefined> {
    const { codec, source } = this.#opened;
    for await (const { columns } of codec.read(source, this.#options)) {
      if (columns.t.length > 0) return columns.t[0];
    }
    return undefined;
  }

  #note({ columns, seen }: EventBatch): void {
    this.origin ??= columns.t[0];
    this.seen = seen;
  }

  /** What of each batch lies in the window. Triggers before the first event wait until the window is known. */
  async *#cut(batches: AsyncIterable<EventBatch>, stopAt = Infinity): AsyncGenerator<EventBatch> {
    const known = this.seen;
    let waiting: TriggerColumns[] = [];
    let last: EventBatch | undefined;
    for await (const batch of batches) {
      this.#note(batch);
      last = batch;
      if (known) this.seen = known;
      if (this.origin === undefined) {
        const { t, id, p } = batch.triggers;
        waiting.push({ t: t.slice(), id: id.slice(), p: p.slice() });
        continue;
      }
      const triggers = waiting.length > 0 ? concatTriggers([...waiting, batch.triggers]) : batch.triggers;
      waiting = [];
      yield cutBatch({ ...batch, triggers }, this.#window(this.origin));
      if (batch.bytesRead >= stopAt) return;
    }
    if (last === undefined || waiting.length === 0) return;
    // A recording of triggers alone counts from the first of them.
    const triggers = concatTriggers(waiting);
    this.origin = triggers.t[0];
    yield cutBatch({ ...last, triggers }, this.#window(this.origin));
  }
}

function cutBatch(batch: EventBatch, { from, to }: SensorWindow): EventBatch {
  const { t, x, y, p } = batch.columns;
  const { triggers } = batch;
  const pick = (times: BigInt64Array) => Array.from(times.keys()).filter((i) => times[i] >= from && times[i] < to);
  const edges = pick(triggers.t);
  const cutTriggers = {
    t: BigInt64Array.from(edges, (i) => triggers.t[i]),
    id: Uint8Array.from(edges, (i) => triggers.id[i]),
    p: Uint8Array.from(edges, (i) => triggers.p[i]),
  };
  if (disorder(t).stepsBack === 0) {
    const [start, end] = [lowerBound(t, from), lowerBound(t, to)];
    const columns = { t: t.subarray(start, end), x: x.subarray(start, end), y: y.subarray(start, end), p: p.subarray(start, end) };
    return { ...batch, columns, triggers: cutTriggers };
  }
  const inside = pick(t);
  const columns = {
    t: BigInt64Array.from(inside, (i) => t[i]),
    x: Uint16Array.from(inside, (i) => x[i]),
    y: Uint16Array.from(inside, (i) => y[i]),
    p: Uint8Array.from(inside, (i) => p[i]),
  };
  return { ...batch, columns, triggers: cutTriggers };
}
