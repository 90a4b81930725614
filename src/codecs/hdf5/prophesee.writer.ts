/**
 * Writes what OpenEB writes: chunks of 16384 events in ECF, an index a 2 ms, trigger edges.
 * @module
 */
import { deflateSync } from "node:zlib";
import { FormatError, OptionError } from "../../errors.js";
import { Arena } from "../../wasm/arena.js";
import type { EventCodec } from "../codec.js";
import { shuffle } from "./filters.js";
import { filterIds, type Hdf5Filter } from "./types.js";
import { Hdf5Writer, numberTypes, type ChunkedDataset } from "./writer.js";

const chunkRows = 16384;
const eventBytes = 16;
const triggerBytes = 24;
const indexBytes = 16;
const indexPeriod = 2000n;
/** Nine hours; events after a longer gap are found by the times of the chunks. */
const mostIndexEntries = 1n << 24n;

const eventType = {
  size: eventBytes,
  members: [
    { name: "x", offset: 0, type: numberTypes.u16 },
    { name: "y", offset: 2, type: numberTypes.u16 },
    { name: "p", offset: 4, type: numberTypes.i16 },
    { name: "t", offset: 8, type: numberTypes.i64 },
  ],
};
const triggerType = {
  size: triggerBytes,
  members: [
    { name: "p", offset: 0, type: numberTypes.i16 },
    { name: "t", offset: 8, type: numberTypes.i64 },
    { name: "id", offset: 16, type: numberTypes.i16 },
  ],
};
const indexType = { size: indexBytes, members: [{ name: "id", offset: 0, type: numberTypes.u64 }, { name: "ts", offset: 8, type: numberTypes.i64 }] };

const pipelines: Readonly<Record<string, readonly Hdf5Filter[]>> = {
  ecf: [{ id: filterIds.ecf, values: [] }],
  gzip: [{ id: filterIds.shuffle, values: [eventBytes] }, { id: filterIds.deflate, values: [4] }],
  none: [],
};

/** `compression` is "ecf" (the default, and the one that the camera maker's tools read), "gzip" or "none". */
export const writeProphesee: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, header, compression = "ecf" }) => {
  const filters = pipelines[compression];
  if (!filters) {
    throw new OptionError({ where: "writing prophesee-hdf5: compression", expected: `one of ${Object.keys(pipelines).join(", ")}`, received: `"${compression}"` });
  }
  const writer = await Hdf5Writer.begin(sink);
  const events = writer.dataset("/CD/events", eventType, chunkRows, filters);
  const eventIndex = new TimeIndex(writer, writer.dataset("/CD/indexes", indexType, chunkRows));
  const triggers = writer.dataset("/EXT_TRIGGER/events", triggerType, chunkRows);
  const triggerIndex = new TimeIndex(writer, writer.dataset("/EXT_TRIGGER/indexes", indexType, chunkRows));
  const chunk = new EventChunk(compression);
  const triggerChunk = new DataView(new ArrayBuffer(chunkRows * triggerBytes));
  let edges = 0;
  const flushTriggers = async () => {
    const bytes = new Uint8Array(triggerChunk.buffer);
    bytes.fill(0, edges * triggerBytes);
    if (edges > 0) await writer.chunk(triggers, bytes, edges);
    edges = 0;
  };

  for await (const { columns, triggers: more } of batches) {
    await eventIndex.add(columns.t);
    for (let start = 0; start < columns.t.length; ) {
      start += chunk.add(columns, start);
      if (chunk.rows === chunkRows) await writer.chunk(events, chunk.pack(), chunk.take());
    }
    await triggerIndex.add(more.t);
    for (let i = 0; i < more.t.length; i++) {
      const at = edges * triggerBytes;
      triggerChunk.setInt16(at, more.p[i], true);
      triggerChunk.setBigInt64(at + 8, more.t[i], true);
      triggerChunk.setInt16(at + 16, more.id[i], true);
      if (++edges === chunkRows) await flushTriggers();
    }
  }
  if (chunk.rows > 0) await writer.chunk(events, chunk.pack(), chunk.take());
  await flushTriggers();
  await eventIndex.end();
  await triggerIndex.end();
  await writer.end({ ...header, version: "1.0", geometry: `${sensor.width}x${sensor.height}` });
};

/** The chunk that is being filled. */
class EventChunk {
  rows = 0;
  readonly #compression: string;
  readonly #arena = new Arena();
  readonly #at: { readonly t: number; readonly x: number; readonly y: number; readonly p: number; readonly out: number };

  constructor(compression: string) {
    this.#compression = compression;
    const place = (bytes: number) => this.#arena.alloc(bytes);
    this.#at = { t: place(chunkRows * 8), x: place(chunkRows * 2), y: place(chunkRows * 2), p: place(chunkRows), out: place(chunkRows * 29 + 64) };
  }

  /** Takes events from `start` on until the chunk is full, and returns how many. */
  add({ t, x, y, p }: { readonly t: BigInt64Array; readonly x: Uint16Array; readonly y: Uint16Array; readonly p: Uint8Array }, start: number): number {
    const end = Math.min(t.length, start + chunkRows - this.rows);
    const { columns } = this;
    columns.t.set(t.subarray(start, end), this.rows);
    columns.x.set(x.subarray(start, end), this.rows);
    columns.y.set(y.subarray(start, end), this.rows);
    columns.p.set(p.subarray(start, end), this.rows);
    this.rows += end - start;
    return end - start;
  }

  /** The number of events, and none from now on. */
  take(): number {
    const { rows } = this;
    this.rows = 0;
    return rows;
  }

  /** The bytes of the chunk. */
  pack(): Uint8Array {
    const { t, x, y, p, out } = this.#at;
    if (this.#compression === "ecf") {
      const bytes = this.#arena.kernels.encodeEcf(t, x, y, p, this.rows, out);
      if (bytes >= 0) return this.#arena.u8(out, bytes);
      throw new FormatError({
        where: "writing prophesee-hdf5",
        expected: "events in order of time on a sensor of at most 2048x2048, which ECF can hold",
        received: "others",
        next: 'Sort the events by time, or write with `compression: "gzip"`',
      });
    }
    const plain = new Uint8Array(chunkRows * eventBytes);
    const view = new DataView(plain.buffer);
    const { columns } = this;
    for (let i = 0; i < this.rows; i++) {
      view.setUint16(i * eventBytes, columns.x[i], true);
      view.setUint16(i * eventBytes + 2, columns.y[i], true);
      view.setInt16(i * eventBytes + 4, columns.p[i], true);
      view.setBigInt64(i * eventBytes + 8, columns.t[i], true);
    }
    return this.#compression === "gzip" ? deflateSync(shuffle(plain, eventBytes), { level: 4 }) : plain;
  }

  get columns() {
    const { t, x, y, p } = this.#at;
    return { t: this.#arena.i64(t, chunkRows), x: this.#arena.u16(x, chunkRows), y: this.#arena.u16(y, chunkRows), p: this.#arena.u8(p, chunkRows) };
  }
}

/**
 * The index that OpenEB seeks in: an entry a period, counted from the first time, holds the number and the time of the
 * first event behind the period before; it is written one period late, as there, and -1 stands for no time.
 */
class TimeIndex {
  readonly #writer: Hdf5Writer;
  readonly #dataset: ChunkedDataset;
  readonly #entries = new BigInt64Array(chunkRows * 2);
  #used = 0;
  #count = 0n;
  #offset = 0n;
  #event = 0n;
  #open = { id: 0n, ts: -1n };
  #last = { id: 0n, ts: -1n };

  constructor(writer: Hdf5Writer, dataset: ChunkedDataset) {
    this.#writer = writer;
    this.#dataset = dataset;
  }

  async add(t: BigInt64Array): Promise<void> {
    if (t.length === 0) return;
    if (this.#count === 0n) {
      this.#offset = -t[0];
      this.#dataset.attributes["offset"] = String(this.#offset);
    }
    let next = (this.#count > 0n ? this.#count * indexPeriod : 0n) - this.#offset;
    for (let i = 0; i < t.length; i++) {
      if (t[i] < next) continue;
      const time = t[i] + this.#offset;
      const event = this.#event + BigInt(i);
      for (const wanted = time / indexPeriod + 1n; this.#count < wanted; ) {
        if (this.#count === mostIndexEntries) return;
        if (event !== this.#open.id) this.#last = this.#open;
        await this.#put(this.#last);
        this.#open = { id: event, ts: time };
      }
      next = this.#count * indexPeriod - this.#offset;
    }
    this.#event += BigInt(t.length);
  }

  async end(): Promise<void> {
    if (this.#count === 0n) return;
    await this.#put(this.#open);
    if (this.#used > 0) await this.#flush();
  }

  async #put({ id, ts }: { readonly id: bigint; readonly ts: bigint }): Promise<void> {
    this.#entries[this.#used * 2] = id;
    this.#entries[this.#used * 2 + 1] = ts;
    this.#count++;
    if (++this.#used === chunkRows) await this.#flush();
  }

  async #flush(): Promise<void> {
    this.#entries.fill(0n, this.#used * 2);
    await this.#writer.chunk(this.#dataset, new Uint8Array(this.#entries.buffer), this.#used);
    this.#used = 0;
  }
}
