import { basename } from "node:path";
import { fileSink, packedEndings, packedSink, type ByteSink, type PackedEnding } from "../bytes/index.js";
import { checkOptions, FormatError } from "../errors.js";
import type { Frame, ImuColumns, SensorSize } from "../events/schema.js";
import type { EventTable } from "../events/table.js";
import type { EventCodec, WriteBatch } from "./codec.js";
import { codec, codecNames } from "./registry.js";

export interface WriteOptions {
  /**
   * Name of the format; when left out the first one that is written under the ending of the path (".raw" is EVT3).
   * Behind it ".gz", ".zip" or (Node 22.15) ".zst" packs the file.
   */
  readonly format?: string;
  /** Let times count from the first event. Default false: times are written as they are, or refused. */
  readonly shift?: boolean;
  /** Further header fields, for formats that have a header of text. */
  readonly header?: Readonly<Record<string, string>>;
  /** For formats that know several: "none", "lz4", "zstd", "gzip", "ecf"; each codec says which it takes. */
  readonly compression?: string;
  /** Pictures in order of time, as `recording.frames()` gives them, for formats that hold them. */
  readonly frames?: Iterable<Frame> | AsyncIterable<Frame>;
  /** Samples of an inertial sensor in order of time, as `recording.imu()` gives them, for formats that hold them. */
  readonly imu?: ImuColumns | Iterable<ImuColumns> | AsyncIterable<ImuColumns>;
  readonly signal?: AbortSignal;
}

type Writable = EventCodec & Required<Pick<EventCodec, "write">>;

/**
 * Writes a table, or tables in order of time, as a recording, with what was recorded beside the events. The file appears
 * under its name when it is complete. The sensor is that of the first table.
 *
 * ```ts
 * await using talk = await openRecording("talk.aedat4");
 * const part = { from: "1.2s", to: "1.5s" } as const;
 * await writeEvents(talk.stream(part), "smile.aedat4", { frames: talk.frames(part), imu: talk.imu(part) });
 * ```
 * @throws FormatError when the format cannot hold the events, or the frames or samples.
 */
export async function writeEvents(
  events: EventTable | Iterable<EventTable> | AsyncIterable<EventTable>,
  to: string | ByteSink,
  options: WriteOptions = {},
): Promise<void> {
  checkOptions("writeEvents", options, ["format", "shift", "header", "compression", "frames", "imu", "signal"]);
  const { codec: target, packing, name } = await writtenFormat(typeof to === "string" ? to : to.name, options.format);
  for (const kind of ["frames", "imu"] as const) if (options[kind] !== undefined) await requireHeld(target, kind);

  const tables = "t" in events ? [events] : events;
  const iterator = Symbol.asyncIterator in tables ? tables[Symbol.asyncIterator]() : tables[Symbol.iterator]();
  const first = await iterator.next();
  const firstTable = first.done ? undefined : first.value;
  const sensor: SensorSize = firstTable?.sensor ?? { width: 1, height: 1 };
  const offset = options.shift ? (firstTable?.t[0] ?? firstTable?.triggers.t[0] ?? 0n) : 0n;
  async function* batches(): AsyncGenerator<WriteBatch> {
    for (let next = first; !next.done; next = await iterator.next()) {
      options.signal?.throwIfAborted();
      yield shifted(next.value, offset);
    }
  }
  const frames = options.frames && each(options.frames, (frame) => shiftedFrame(frame, offset));
  const imu = options.imu && each("t" in options.imu ? [options.imu] : options.imu, (samples) => ({ ...samples, t: samples.t.map((time) => time - offset) }));

  let sink = typeof to === "string" ? await fileSink(to) : to;
  try {
    if (packing !== undefined) sink = await packedSink(sink, packing, name);
    const { header, compression } = options;
    await target.write(batches(), sink, {
      sensor, ...(header && { header }), ...(compression !== undefined && { compression }), ...(frames && { frames }), ...(imu && { imu }),
    });
    await sink.close();
  } catch (error) {
    await sink.abort();
    await iterator.return?.();
    throw error;
  } finally {
    await frames?.return(undefined);
    await imu?.return(undefined);
  }
}

/**
 * The codec that writes a file of that name, how it is packed, and the name of what is packed.
 * @throws FormatError when there is none.
 */
export async function writtenFormat(path: string, format?: string): Promise<{ readonly codec: Writable; readonly packing: PackedEnding | undefined; readonly name: string }> {
  const packing = packedEndings.find((ending) => path.toLowerCase().endsWith(`.${ending}`));
  const inner = basename(packing === undefined ? path : path.slice(0, -packing.length - 1));
  const all = await Promise.all(codecNames().map(codec));
  const writable = all.filter((candidate): candidate is Writable => candidate.write !== undefined);
  if (format === undefined) return { codec: byEnding(inner, writable, packing), packing, name: inner };
  const { title } = await codec(format);
  const found = writable.find(({ name }) => name === format);
  if (!found) {
    throw new FormatError({
      where: "writeEvents",
      expected: `a format that can be written: ${writable.map(({ name }) => name).join(", ")}`,
      received: `"${format}" (${title})`,
    });
  }
  return { codec: found, packing, name: /\./.test(inner) ? inner : `${inner}.${found.endings[0] ?? found.name}` };
}

function byEnding(name: string, writable: readonly Writable[], packing: PackedEnding | undefined): Writable {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const found = writable.find(({ endings }) => endings.includes(ending));
  if (found) return found;
  const known = [...new Set(writable.flatMap(({ endings }) => endings))].map((one) => `.${one}`).join(", ");
  throw new FormatError({
    where: "writeEvents",
    expected: `a path that ends in ${known}${packing === undefined ? "; packed, with .gz, .zip or .zst behind it" : `, with .${packing} behind it`}`,
    received: `"${name}${packing === undefined ? "" : `.${packing}`}"`,
    next: "Name the format with `format`",
  });
}

async function requireHeld({ title, holds }: EventCodec, kind: "frames" | "imu"): Promise<void> {
  if (holds?.includes(kind)) return;
  const those = (await Promise.all(codecNames().map(codec))).filter((candidate) => candidate.holds?.includes(kind));
  throw new FormatError({
    where: `writeEvents: ${kind}`,
    expected: `a format that holds ${kind === "frames" ? "frames" : "inertial samples"}: ${those.map(({ name }) => name).join(", ")}`,
    received: title,
  });
}

async function* each<Item>(items: Iterable<Item> | AsyncIterable<Item>, change: (item: Item) => Item): AsyncGenerator<Item, void, void> {
  for await (const item of items) yield change(item);
}

function shiftedFrame(frame: Frame, offset: bigint): Frame {
  const { t, exposure } = frame;
  return { ...frame, t: t - offset, ...(exposure && { exposure: { from: exposure.from - offset, to: exposure.to - offset } }) };
}

function shifted({ t, x, y, p, triggers }: EventTable, offset: bigint): WriteBatch {
  if (offset === 0n) return { columns: { t, x, y, p }, triggers };
  return {
    columns: { t: t.map((time) => time - offset), x, y, p },
    triggers: { ...triggers, t: triggers.t.map((time) => time - offset) },
  };
}
