/**
 * Writes the layouts of DSEC, event_utils and v2e. `compression` is "gzip" (deflate with shuffle, the default) or "none".
 * Triggers have no place in them.
 * @module
 */
import { deflateSync } from "node:zlib";
import { FormatError, OptionError } from "../../errors.js";
import type { Frame } from "../../events/schema.js";
import { Alongside } from "../alongside.js";
import type { EventCodec } from "../codec.js";
import { blueFirst } from "../picture.js";
import { shuffle } from "./filters.js";
import { filterIds } from "./types.js";
import { Hdf5Writer, numberTypes, type ChunkedDataset, type NumberType } from "./writer.js";

const chunkRows = 32768;

type Write = NonNullable<EventCodec["write"]>;

/** One dataset that is filled value by value. */
class ColumnWriter {
  readonly #writer: Hdf5Writer;
  readonly #dataset: ChunkedDataset;
  readonly #rowBytes: number;
  readonly #size: number;
  readonly #bytes: Uint8Array;
  readonly #packed: boolean;
  readonly view: DataView;
  #rows = 0;

  constructor(writer: Hdf5Writer, path: string, type: NumberType, packed: boolean, columns: readonly number[] = []) {
    const filters = packed ? [{ id: filterIds.shuffle, values: [type.size] }, { id: filterIds.deflate, values: [4] }] : [];
    this.#writer = writer;
    this.#dataset = writer.dataset(path, type, chunkRows, filters, columns);
    this.#size = type.size;
    this.#rowBytes = columns.reduce((product, length) => product * length, type.size);
    this.#bytes = new Uint8Array(chunkRows * this.#rowBytes);
    this.#packed = packed;
    this.view = new DataView(this.#bytes.buffer);
  }

  /** Where in `view` the next row goes. */
  get at(): number {
    return this.#rows * this.#rowBytes;
  }

  /** Takes the row that was put there; true when the chunk is full and must be flushed. */
  next(): boolean {
    return ++this.#rows === chunkRows;
  }

  async flush(): Promise<void> {
    if (this.#rows === 0) return;
    this.#bytes.fill(0, this.at);
    await this.#writer.chunk(this.#dataset, this.#packed ? deflateSync(shuffle(this.#bytes, this.#size), { level: 4 }) : this.#bytes, this.#rows);
    this.#rows = 0;
  }
}

function packs(format: string, compression = "gzip"): boolean {
  if (compression === "gzip" || compression === "none") return compression === "gzip";
  throw new OptionError({ where: `writing ${format}: compression`, expected: "gzip or none", received: `"${compression}"` });
}

function refuseTime(format: string, t: bigint, first: bigint): never {
  throw new FormatError({
    where: `writing ${format}`,
    expected: `times from ${first} on and less than 2^32 µs after it, which the format can hold`,
    received: `${t} µs`,
    next: first === 0n ? "Write with `shift: true`, so that times count from the first event" : "Sort the events by time, and write at most 71 minutes",
  });
}

/** DSEC: times of 32 bits from `t_offset` on, the first time; `ms_to_idx` has the first event of each millisecond. */
export const writeDsec: Write = async (batches, sink, { sensor, compression }) => {
  const packed = packs("dsec-hdf5", compression);
  const writer = await Hdf5Writer.begin(sink);
  const { u8, u16, u32, u64, i64 } = numberTypes;
  const p = new ColumnWriter(writer, "/events/p", u8, packed);
  const t = new ColumnWriter(writer, "/events/t", u32, packed);
  const x = new ColumnWriter(writer, "/events/x", u16, packed);
  const y = new ColumnWriter(writer, "/events/y", u16, packed);
  const index = new ColumnWriter(writer, "/ms_to_idx", u64, packed);
  let first: bigint | undefined;
  let events = 0;
  let milliseconds = 0;
  for await (const { columns } of batches) {
    for (let i = 0; i < columns.t.length; i++, events++) {
      first ??= columns.t[i];
      const since = columns.t[i] - first;
      if (since < 0n || since > 0xffffffffn) refuseTime("dsec-hdf5", columns.t[i], first);
      const time = Number(since);
      for (; milliseconds * 1000 <= time; milliseconds++) {
        index.view.setBigUint64(index.at, BigInt(events), true);
        if (index.next()) await index.flush();
      }
      t.view.setUint32(t.at, time, true);
      x.view.setUint16(x.at, columns.x[i], true);
      y.view.setUint16(y.at, columns.y[i], true);
      p.view.setUint8(p.at, columns.p[i]);
      for (const column of [t, x, y, p]) if (column.next()) await column.flush();
    }
  }
  const offset = writer.dataset("/t_offset", i64, 1);
  for (const column of [t, x, y, p, index]) await column.flush();
  await writer.chunk(offset, new Uint8Array(BigInt64Array.of(first ?? 0n).buffer), 1);
  await writer.end({ geometry: `${sensor.width}x${sensor.height}` });
};

/**
 * event_utils: times in seconds, exact to the microsecond up to 2^52 µs; frames as images with their time and the number
 * of the last event before it. The layout is one of 8-bit pixels and has no place for exposures: wider pixels are written
 * as they are, exposures not.
 */
export const writeEventUtils: Write = async (batches, sink, { sensor, compression, frames }) => {
  const packed = packs("event-utils-hdf5", compression);
  if (sensor.width > 32768 || sensor.height > 32768) {
    throw new FormatError({ where: "writing event-utils-hdf5", expected: "a sensor of at most 32768x32768", received: `${sensor.width}x${sensor.height}` });
  }
  const writer = await Hdf5Writer.begin(sink);
  const { u8, i16, f64 } = numberTypes;
  const p = new ColumnWriter(writer, "/events/ps", u8, packed);
  const t = new ColumnWriter(writer, "/events/ts", f64, packed);
  const x = new ColumnWriter(writer, "/events/xs", i16, packed);
  const y = new ColumnWriter(writer, "/events/ys", i16, packed);
  const pictures = await Alongside.open(frames, ({ t }) => t);
  const told = { images: 0, events: 0, on: 0, first: 0, last: 0 };
  /** Writes the frames up to a time, or all that are left. */
  const addImages = async (until?: bigint): Promise<void> => {
    for await (const frame of pictures.until(until)) await addImage(writer, frame, told.images++, Math.max(0, told.events - 1), packed);
  };
  for await (const { columns } of batches) {
    for (let i = 0; i < columns.t.length; i++) {
      const seconds = toSeconds(columns.t[i]);
      if (pictures.time !== undefined && pictures.time <= columns.t[i]) await addImages(columns.t[i]);
      if (told.events++ === 0) told.first = seconds;
      told.last = seconds;
      told.on += columns.p[i];
      t.view.setFloat64(t.at, seconds, true);
      x.view.setInt16(x.at, columns.x[i], true);
      y.view.setInt16(y.at, columns.y[i], true);
      p.view.setUint8(p.at, columns.p[i]);
      for (const column of [t, x, y, p]) if (column.next()) await column.flush();
    }
  }
  for (const column of [t, x, y, p]) await column.flush();
  await addImages();
  const { images, events, on, first, last } = told;
  await writer.end({
    num_events: BigInt(events), num_pos: BigInt(on), num_neg: BigInt(events - on), num_imgs: BigInt(images), num_flow: 0n,
    t0: first, tk: last, duration: last - first, sensor_resolution: [sensor.height, sensor.width],
  }, images > 0 ? { "/images": { num_images: BigInt(images) } } : {});
};

function toSeconds(t: bigint): number {
  const time = Number(t);
  if (Math.abs(time) < 2 ** 52) return time / 1e6;
  throw new FormatError({ where: "writing event-utils-hdf5", expected: "times below 2^52 µs, which seconds of 64 bits keep", received: `${t} µs` });
}

/** Blue first, as OpenCV has it. */
const imageTypes = { 1: "greyscale", 3: "color_bgr", 4: "color_bgra" } as const;

async function addImage(writer: Hdf5Writer, frame: Frame, number: number, event: number, packed: boolean): Promise<void> {
  const { t, width, height, channels, data } = frame;
  const filters = packed ? [{ id: filterIds.deflate, values: [4] }] : [];
  const type = data instanceof Uint8Array ? numberTypes.u8 : numberTypes.u16;
  const shape = channels === 1 ? [height, width] : [height, width, channels];
  const dataset = writer.dataset(`/images/image${String(number).padStart(9, "0")}`, type, height, filters, shape.slice(1));
  Object.assign(dataset.attributes, { size: shape, timestamp: toSeconds(t), type: imageTypes[channels], event_idx: BigInt(event) });
  const bytes = blueFirst(frame);
  await writer.chunk(dataset, packed ? deflateSync(bytes, { level: 4 }) : bytes, height);
}

/** v2e: rows of t, x, y, p in 32 bits. */
export const writeV2e: Write = async (batches, sink, { sensor, compression }) => {
  const writer = await Hdf5Writer.begin(sink);
  const rows = new ColumnWriter(writer, "/events", numberTypes.u32, packs("v2e-hdf5", compression), [4]);
  for await (const { columns } of batches) {
    const { t, x, y, p } = columns;
    for (let i = 0; i < t.length; i++) {
      if (t[i] < 0n || t[i] > 0xffffffffn) refuseTime("v2e-hdf5", t[i], 0n);
      const { at, view } = rows;
      view.setUint32(at, Number(t[i]), true);
      view.setUint32(at + 4, x[i], true);
      view.setUint32(at + 8, y[i], true);
      view.setUint32(at + 12, p[i], true);
      if (rows.next()) await rows.flush();
    }
  }
  await rows.flush();
  await writer.end({ geometry: `${sensor.width}x${sensor.height}` });
};
