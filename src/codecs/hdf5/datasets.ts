/**
 * HDF5 files with a dataset a column, in the layouts that data sets and simulators use: DSEC, event_utils, v2e.
 *
 * | codec | datasets | times |
 * |---|---|---|
 * | `dsec-hdf5` | events/{t, x, y, p}, ms_to_idx, t_offset | microseconds, from t_offset on |
 * | `event-utils-hdf5` | events/{ts, xs, ys, ps}, images/image% | seconds |
 * | `v2e-hdf5` | events, rows of t, x, y, p | microseconds |
 *
 * Sources: the DSEC data set (Gehrig et al., 2021) and its loader, event_utils (MIT), v2e (MIT).
 * @module
 */
import { isBomb, type ByteSource } from "../../bytes/index.js";
import { DecodeError, FormatError } from "../../errors.js";
import { firstWhereRead } from "../../events/first-where.js";
import type { Frame, SensorSize } from "../../events/schema.js";
import type { SensorWindow } from "../../events/time.js";
import type { DecodeOptions, EventBatch, EventCodec } from "../codec.js";
import { unknownUnit } from "../column-names.js";
import { swapRedAndBlue } from "../picture.js";
import { NumberDecoder, read, roughTime, type NumberColumn, type NumberType, type TimeRule } from "../number-columns.js";
import type { TimeUnitName } from "../text.definition.js";
import { ClassicFile, findSuperblock, rowBytesOf } from "./classic.js";
import { writeDsec, writeEventUtils, writeV2e } from "./datasets.writer.js";
import { otherFilters } from "./filters.js";
import { BrokenHdf5, Unsupported } from "./header.js";
import { LibraryFile } from "./library.js";
import type { Hdf5Dataset, Hdf5File } from "./types.js";

const stepRows = 1 << 16;
const names = ["t", "x", "y", "p"] as const;

interface Layout {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly endings: readonly string[];
  /** Dataset of each column; one of rows for all of them. */
  readonly paths: Readonly<Record<"t" | "x" | "y" | "p", string>>;
  readonly frames?: boolean;
  readonly write: NonNullable<EventCodec["write"]>;
}

const layouts = {
  dsec: {
    name: "dsec-hdf5", title: "DSEC HDF5", source: "Gehrig et al. 2021 (DSEC) and its loader", endings: ["h5"],
    paths: { t: "/events/t", x: "/events/x", y: "/events/y", p: "/events/p" }, write: writeDsec,
  },
  eventUtils: {
    name: "event-utils-hdf5", title: "event_utils HDF5", source: "event_utils (MIT)", endings: [],
    paths: { t: "/events/ts", x: "/events/xs", y: "/events/ys", p: "/events/ps" }, frames: true, write: writeEventUtils,
  },
  v2e: {
    name: "v2e-hdf5", title: "v2e HDF5", source: "v2e (MIT)", endings: [],
    paths: { t: "/events", x: "/events", y: "/events", p: "/events" }, write: writeV2e,
  },
} as const satisfies Record<string, Layout>;

export const dsecHdf5 = codecOf(layouts.dsec);
export const eventUtilsHdf5 = codecOf(layouts.eventUtils);
export const v2eHdf5 = codecOf(layouts.v2e);

function codecOf(layout: Layout): EventCodec {
  return {
    name: layout.name,
    title: layout.title,
    source: layout.source,
    endings: layout.endings,
    triggers: false,
    bookmarks: false,
    async sniff(head, source) {
      if (findSuperblock(head) === undefined || source.size === undefined) return false;
      return (await namesIn(source)).has(layout.paths.t);
    },
    info: (source) => opened(source, layout, async ({ sensor, attributes, unit, columns }) => ({
      format: layout.name,
      sensor,
      header: attributes,
      assumptions: unit === undefined && columns.t.type.kind === "float" ? ["Times are floating-point numbers and were taken as seconds."] : [],
    })),
    read: (source, options = {}) => readColumns(source, layout, options),
    readWindow: async (source, window, options = {}) => readColumns(source, layout, options, window),
    ...(layout.frames && { frames: (source: ByteSource, _options?: DecodeOptions, window?: SensorWindow) => readImages(source, layout, window), holds: ["frames"] as const }),
    write: layout.write,
  };
}

/** The datasets by which a layout is told, of those in a file; none when it cannot be read. */
async function namesIn(source: ByteSource): Promise<Set<string>> {
  for (const reader of [ClassicFile, LibraryFile]) {
    let file: Hdf5File | undefined;
    try {
      file = await reader.open(source);
      const root = (await file.list("/")) ?? [];
      if (!root.includes("events")) return new Set();
      const below = await file.list("/events");
      if (below) return new Set(["t", "x", "y", "p"].every((name) => below.includes(name)) ? ["/events/t"] : ["ts", "xs", "ys", "ps"].every((name) => below.includes(name)) ? ["/events/ts"] : []);
      const rows = await file.dataset("/events");
      return new Set(rows?.shape.length === 2 && rows.shape[1] === 4 ? ["/events"] : []);
    } catch (error) {
      if (!(error instanceof Unsupported)) return new Set();
    } finally {
      await file?.close();
    }
  }
  return new Set();
}

interface Opened {
  readonly file: Hdf5File;
  readonly columns: Readonly<Record<"t" | "x" | "y" | "p", Hdf5Dataset>>;
  readonly types: Readonly<Record<"t" | "x" | "y" | "p", NumberType>>;
  readonly rows: number;
  readonly sensor: SensorSize | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unit: TimeUnitName | undefined;
  readonly offset: bigint;
}

/** Opens a file with the reader that can read it all, and closes it behind the work. */
async function opened<Value>(source: ByteSource, layout: Layout, work: (recording: Opened) => Promise<Value>): Promise<Value> {
  const recording = await openRecording(source, layout);
  try {
    return await guard(layout, () => work(recording));
  } finally {
    await recording.file.close();
  }
}

async function openRecording(source: ByteSource, layout: Layout): Promise<Opened> {
  return guard(layout, async () => {
    try {
      return await open(source, await ClassicFile.open(source), layout);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
    }
    const file = await LibraryFile.open(source);
    return open(source, file, layout).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
  });
}

async function open(source: ByteSource, file: Hdf5File, layout: Layout): Promise<Opened> {
  const { paths } = layout;
  const columns: Partial<Record<"t" | "x" | "y" | "p", Hdf5Dataset>> = {};
  const types: Partial<Record<"t" | "x" | "y" | "p", NumberType>> = {};
  for (const name of names) {
    const dataset = await file.dataset(paths[name]);
    if (!dataset) throw new BrokenHdf5(`no dataset ${paths[name]}`);
    if (file instanceof ClassicFile && otherFilters(dataset).length > 0) throw new Unsupported(`${dataset.path} packed by ${otherFilters(dataset).join(" and ")}`);
    const { kind, size, signed, bigEndian } = dataset.type;
    if ((kind !== "integer" && kind !== "float") || ![1, 2, 4, 8].includes(size) || (kind === "float" && size < 4)) throw new Unsupported(`${dataset.path} as ${kind} of ${size} bytes`);
    const rowsOfAll = paths[name] === "/events";
    if (rowsOfAll ? dataset.shape.length !== 2 || dataset.shape[1] !== 4 : dataset.shape.length !== 1) throw new BrokenHdf5(`${dataset.path} of the shape ${dataset.shape.join(" x ") || "of a single value"}`);
    columns[name] = dataset;
    types[name] = { kind, size: size as 1 | 2 | 4 | 8, signed, bigEndian };
  }
  const lengths = names.map((name) => columns[name]!.shape[0]);
  if (new Set(lengths).size > 1) throw new BrokenHdf5(`columns of ${lengths.join(", ")} rows`);
  // Rows that were never written cost no bytes in the file.
  const times = lengths[0] * rowBytesOf(columns.t!);
  if (isBomb(source.size ?? Infinity, times)) throw new BrokenHdf5(`${lengths[0]} rows in a file of ${source.size} bytes`);
  const attributes = await file.attributes("/");
  const integers = types.t!.kind === "integer";
  const offset = layout === layouts.dsec ? await file.dataset("/t_offset") : undefined;
  return {
    file,
    columns: columns as Opened["columns"],
    types: types as Opened["types"],
    rows: lengths[0],
    sensor: sensorOf(attributes),
    attributes,
    // event_utils knows seconds only; whole numbers in its layout come from elsewhere.
    unit: layout !== layouts.eventUtils && integers ? "us" : undefined,
    offset: offset ? await scalar(file, offset) : 0n,
  };
}

async function scalar(file: Hdf5File, dataset: Hdf5Dataset): Promise<bigint> {
  const bytes = await file.rows(dataset, 0, 1);
  const { kind, signed, bigEndian } = dataset.type;
  const type = file instanceof LibraryFile && dataset.shape.length === 0
    ? { kind: "integer" as const, size: 8 as const, signed: true, bigEndian: false }
    : { kind: kind === "float" ? ("float" as const) : ("integer" as const), size: dataset.type.size as 1 | 2 | 4 | 8, signed, bigEndian };
  if (bytes.length < type.size) throw new BrokenHdf5(`${dataset.path} without a value`);
  return BigInt(read({ bytes, offset: 0, stride: 0, type }, 0));
}

function sensorOf(attributes: Readonly<Record<string, string>>): SensorSize | undefined {
  // Rows first, as NumPy has shapes.
  const match = /^(\d{1,5}),(\d{1,5})/.exec(attributes["sensor_resolution"] ?? "");
  if (match) return { height: Number(match[1]), width: Number(match[2]) };
  const size = /^(\d{1,5})x(\d{1,5})$/.exec(attributes["geometry"] ?? "");
  return size ? { width: Number(size[1]), height: Number(size[2]) } : undefined;
}

async function* readColumns(source: ByteSource, layout: Layout, options: DecodeOptions, window?: SensorWindow): AsyncGenerator<EventBatch> {
  const recording = await openRecording(source, layout);
  const { file, columns, types, offset } = recording;
  const unit = options.timeUnit ?? recording.unit ?? (types.t.kind === "float" ? "s" : undefined);
  let decoder: NumberDecoder | undefined;
  try {
    if (unit === undefined) throw unknownUnit(source.name, `the times in ${columns.t.path}`);
    const rule = { unit, offset };
    decoder = new NumberDecoder(layout.name, recording.sensor, rule, options);
    const [from, to] = window ? await guard(layout, () => rowsOf(recording, rule, window)) : [0, recording.rows];
    const oneDataset = columns.t.path === columns.x.path;
    const total = oneDataset ? rowBytesOf(columns.t) : names.reduce((sum, name) => sum + rowBytesOf(columns[name]), 0);
    const progress = (row: number) => Math.floor(((source.size ?? 0) * row) / Math.max(1, recording.rows)) || row * total;
    for (let row = from; row < to; row += stepRows) {
      options.signal?.throwIfAborted();
      const end = Math.min(to, row + stepRows);
      const parts: Partial<Record<"t" | "x" | "y" | "p", NumberColumn>> = {};
      let shared: Uint8Array | undefined;
      for (const [i, name] of names.entries()) {
        const bytes = (oneDataset ? shared : undefined) ?? (await guard(layout, () => file.rows(columns[name], row, end)));
        shared = bytes;
        const type = types[name];
        parts[name] = { bytes, offset: oneDataset ? i * type.size : 0, stride: rowBytesOf(columns[name]), type };
      }
      yield* decoder.take(parts as Required<typeof parts>, end - row, progress(row));
      yield* decoder.flush(progress(end));
    }
  } finally {
    decoder?.release();
    await file.close();
  }
}

/** The rows of a window and some around it, found by halves in the times. */
async function rowsOf({ file, columns, types, rows }: Opened, { unit, offset }: TimeRule, { from, to }: SensorWindow): Promise<[number, number]> {
  const step = columns.t.chunk?.[0] ?? 1024;
  const before = async (time: bigint): Promise<number> => {
    const block = await firstWhereRead(0, Math.ceil(rows / step), async (i) => {
      const bytes = await file.rows(columns.t, i * step, i * step + 1);
      return roughTime({ bytes, offset: 0, stride: 0, type: types.t }, 0, unit) >= Number(time - offset);
    });
    return block * step;
  };
  return [Math.max(0, (await before(from)) - 2 * step), Math.min(rows, (await before(to)) + step)];
}

/** Pictures of 8 or 16 bits in `/images`, blue first, with the attribute `timestamp` in seconds. */
async function* readImages(source: ByteSource, layout: Layout, window?: SensorWindow): AsyncGenerator<Frame> {
  const { file } = await openRecording(source, layout);
  try {
    const images = await guard(layout, async () => ((await file.list("/images")) ?? []).sort());
    for (const image of images) {
      const path = `/images/${image}`;
      const found = await guard(layout, async () => ({ dataset: await file.dataset(path), attributes: await file.attributes(path) }));
      const { dataset, attributes } = found;
      const [height, width, channels = 1] = dataset?.shape ?? [];
      const time = Number(attributes["timestamp"]);
      if (!dataset || !(dataset.type.size === 1 || (dataset.type.size === 2 && !dataset.type.bigEndian)) || !Number.isFinite(time) || !(height > 0 && width > 0) || width * height > 1 << 26) continue;
      if (channels !== 1 && channels !== 3 && channels !== 4) continue;
      const t = BigInt(Math.round(time * 1e6));
      if (window && (t < window.from || t >= window.to)) continue;
      const bytes = await guard(layout, () => file.rows(dataset, 0, height));
      const data = swapRedAndBlue(dataset.type.size === 1 ? bytes : new Uint16Array(bytes.slice().buffer), channels);
      yield { t, width, height, channels, data };
    }
  } finally {
    await file.close();
  }
}

async function guard<Value>(layout: Layout, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BrokenHdf5) throw new DecodeError({ codec: layout.name, byteOffset: 0, expected: `an HDF5 file in the layout of ${layout.title}`, received: error.message });
    if (error instanceof Unsupported) {
      throw new FormatError({
        where: layout.name,
        expected: "columns of numbers, plain or packed by deflate, LZF, LZ4, zstd, Blosc or bitshuffle",
        received: error.message,
        next: "Repack the file with h5repack and a filter of these",
      });
    }
    throw error;
  }
}
