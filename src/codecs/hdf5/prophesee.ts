/**
 * HDF5 files of Prophesee's tools: events in `/CD/events`, packed by ECF, trigger edges in `/EXT_TRIGGER/events`.
 *
 * Events are a compound {x u16, y u16, p i16, t i64} of 16 bytes; other offsets and integer types are read too, and
 * so are files without a filter and with deflate and shuffle, as other tools write them. Times are microseconds.
 *
 * Source: `hdf5_event_file_writer.cpp` of OpenEB (Apache-2.0), the ECF codec of prophesee-ai/hdf5_ecf.
 * @module
 */
import type { ByteSource } from "../../bytes/index.js";
import { DecodeError, FormatError } from "../../errors.js";
import { firstWhereRead } from "../../events/first-where.js";
import type { SensorSize } from "../../events/schema.js";
import type { SensorWindow } from "../../events/time.js";
import { field, longField } from "../../wasm/decode-block.js";
import type { DecodeOptions, EventBatch, EventCodec } from "../codec.js";
import { emitTrigger } from "../emit.js";
import { readRecords, type Extent } from "../read-records.js";
import { recordFormat, type RecordLayout } from "../records.definition.js";
import { rowFormat } from "../rows.definition.js";
import { report, WordDecoder } from "../word-decoder.js";
import { chunkIndex } from "./chunk-tree.js";
import { ClassicFile, findSuperblock, rowBytesOf, type ClassicDataset } from "./classic.js";
import { packedChunks } from "./chunk-stream.js";
import { decodeEcfDefinition, largestEcfBlock } from "./ecf.definition.js";
import { otherFilters, unpackChunk, unshuffle } from "./filters.js";
import { BrokenHdf5, Unsupported } from "./header.js";
import { writeProphesee } from "./prophesee.writer.js";
import { filterIds, type Hdf5Type, type StoredChunk } from "./types.js";

const name = "prophesee-hdf5";

export const propheseeHdf5: EventCodec = {
  name,
  title: "Prophesee HDF5 (ECF)",
  source: "Prophesee OpenEB (Apache-2.0); prophesee-ai/hdf5_ecf",
  endings: ["hdf5"],
  triggers: true,
  bookmarks: false,
  async sniff(head, source) {
    if (findSuperblock(head) === undefined) return false;
    const file = await ClassicFile.open(source).catch(() => undefined);
    return (await file?.list("/CD").catch(() => undefined))?.includes("events") ?? false;
  },
  async info(source) {
    const { attributes, sensor } = await open(source);
    return { format: name, sensor, header: attributes, assumptions: [] };
  },
  async *read(source, options = {}) {
    const recording = await open(source);
    yield* readRows(source, recording, 0, recording.events.shape[0], options);
  },
  async readWindow(source, window, options = {}) {
    const recording = await open(source);
    const [from, to] = await guard(0, () => rowsOf(recording, window));
    return readRows(source, recording, from, to, options, window);
  },
  write: writeProphesee,
};

interface Recording {
  readonly file: ClassicFile;
  readonly events: ClassicDataset;
  readonly layout: RecordLayout;
  readonly triggers: ClassicDataset | undefined;
  readonly sensor: SensorSize | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

async function open(source: ByteSource): Promise<Recording> {
  return guard(0, async () => {
    const file = await ClassicFile.open(source);
    const events = await file.dataset("/CD/events");
    if (!events) throw new BrokenHdf5("no dataset /CD/events");
    if (events.shape.length !== 1) throw new BrokenHdf5(`/CD/events of ${events.shape.length} dimensions`);
    const filters = otherFilters(events).filter((other) => other !== "ecf");
    if (filters.length > 0) throw new Unsupported(`/CD/events packed by ${filters.join(" and ")}`);
    const attributes = await file.attributes("/");
    const triggers = await file.dataset("/EXT_TRIGGER/events");
    return { file, events, layout: recordLayout(events.type), triggers, sensor: sensorOf(attributes), attributes };
  });
}

/** The fields of an event; ECF blocks hold what they hold, whatever the type says. */
function recordLayout(type: Hdf5Type): RecordLayout {
  const member = (wanted: string, sizes: readonly number[]) => {
    const found = type.members.find((candidate) => candidate.name === wanted);
    if (found?.type.kind === "integer" && sizes.includes(found.type.size) && !found.type.bigEndian) return found;
    const described = found ? `${found.type.kind} of ${found.type.size} bytes` : `none among ${type.members.map((candidate) => candidate.name).join(", ") || "no fields"}`;
    throw new Unsupported(`a field ${wanted} of /CD/events as ${described}`);
  };
  if (type.size > 4096) throw new Unsupported(`events of ${type.size} bytes in /CD/events`);
  const [t, x, y, p] = [member("t", [8]), member("x", [2]), member("y", [2]), member("p", [1, 2])];
  return {
    bytes: type.size, t: t.offset, x: x.offset, y: y.offset, p: p.offset, pBytes: p.type.size as 1 | 2, pSigned: p.type.signed,
    signed: x.type.signed || y.type.signed,
  };
}

function sensorOf(attributes: Readonly<Record<string, string>>): SensorSize | undefined {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(attributes["geometry"] ?? "") ?? /width=(\d{1,5});height=(\d{1,5})/.exec(attributes["format"] ?? "")
    ?? /^(\d{1,5}) (\d{1,5})$/.exec(`${attributes["width"] ?? ""} ${attributes["height"] ?? ""}`);
  if (match) return { width: Number(match[1]), height: Number(match[2]) };
  const height = /height=(\d{1,5});width=(\d{1,5})/.exec(attributes["format"] ?? "");
  return height ? { width: Number(height[2]), height: Number(height[1]) } : undefined;
}

async function* readRows(
  source: ByteSource,
  recording: Recording,
  from: number,
  to: number,
  options: DecodeOptions,
  window?: SensorWindow,
): AsyncGenerator<EventBatch> {
  const { events, file, layout } = recording;
  const packed = events.filters.some(({ id }) => id === filterIds.ecf);
  const format = packed ? rowFormat(name) : recordFormat(name, layout);
  const decoder = new WordDecoder(format, options.sensor ?? recording.sensor, options, roomToUnshuffle(events));
  try {
    if (packed) yield* readPacked(source, recording, decoder, from, to, options);
    else if (events.layout.kind === "contiguous") {
      const bytes = rowBytesOf(events);
      const extents = to > from ? [{ position: file.position(events.layout.address) + from * bytes, bytes: (to - from) * bytes }] : [];
      yield* readRecords(source, extents, decoder, format, options);
    } else if (events.filters.length === 0 && events.layout.kind === "chunked") {
      const chunks = await guard(0, () => chunksOf(recording, from, to));
      yield* readRecords(source, extentsOf(chunks, events), decoder, format, options);
    } else yield* readPacked(source, recording, decoder, from, to, options);
    yield* readTriggers(recording, decoder, options, window);
  } finally {
    decoder.release();
  }
}

/** Chunks that have to be unpacked. */
async function* readPacked(source: ByteSource, recording: Recording, decoder: WordDecoder, from: number, to: number, options: DecodeOptions): AsyncGenerator<EventBatch> {
  const { events, layout } = recording;
  const { block } = decoder;
  const { state } = block;
  const chunkValues = (events.chunk ?? [0])[0] * events.type.size;
  const input = block.input(0);
  const chunks = await guard(0, () => chunksOf(recording, from, to));
  const decodeEcf = () => (decoder.arena ? decoder.arena.kernels.decodeEcf(block.offset) : decodeEcfDefinition(block));
  for await (const { chunk, packed } of packedChunks(source, chunks)) {
    options.signal?.throwIfAborted();
    const end = chunk.address + packed.length;
    const skipped = (problem: string) => report(refuse(chunk.address, problem), options);
    if (packed.length < chunk.bytes) {
      yield* decoder.flush(end);
      skipped("the end of the file within a chunk");
    } else if (events.filters.at(-1)?.id === filterIds.ecf) {
      const count = packed.length < 12 ? -1 : new DataView(packed.buffer, packed.byteOffset).getUint32(0, true) >>> 2;
      if (state[field.events] + Math.max(count, 0) > block.size.events && count <= largestEcfBlock) yield* decoder.flush(end);
      let rows = -1;
      if (packed.length <= block.size.chunkBytes && (chunk.filterMask & 1) === 0) {
        block.bytes.set(packed, input);
        state[field.position] = input;
        state[field.end] = input + packed.length;
        rows = decodeEcf();
      }
      if (rows < chunk.rows) {
        yield* decoder.flush(end);
        skipped(rows < 0 ? "a broken ECF block" : `an ECF block of ${rows} events where ${chunk.rows} belong`);
      } else yield* decoder.decode(state[field.events], state[field.events] + chunk.rows, () => chunk.address);
    } else {
      let values: Uint8Array;
      try {
        values = await unpackChunk(packed, events, chunk.filterMask, chunkValues, (bytes, size) => unshuffleIn(decoder, bytes, size));
      } catch (error) {
        yield* decoder.flush(end);
        skipped((error as Error).message);
        continue;
      }
      const used = chunk.rows * layout.bytes;
      const most = Math.floor(block.size.chunkBytes / layout.bytes) * layout.bytes;
      for (let at = 0; at < used; at += most) {
        const part = values.subarray(at, Math.min(used, at + most));
        const ready = part.buffer === block.bytes.buffer; // already in the memory of the kernel
        if (!ready) block.bytes.set(part, input);
        const from = ready ? part.byteOffset : input;
        yield* decoder.decode(from, from + part.length, () => chunk.address);
      }
    }
    // A batch is about as long as those of other formats.
    if (state[field.events] > block.size.events / 2) yield* decoder.flush(end);
  }
  yield* decoder.flush(chunks.length > 0 ? chunks.at(-1)!.address + chunks.at(-1)!.bytes : 0);
}

/** Room for a shuffled chunk and what becomes of it, where it is of a usual size. */
function roomToUnshuffle({ filters, chunk, type }: ClassicDataset): number {
  const bytes = (chunk?.[0] ?? 0) * type.size;
  return filters.some(({ id }) => id === filterIds.shuffle) && bytes <= 1 << 22 ? 2 * (bytes + 16) : 0;
}

function unshuffleIn({ memory }: WordDecoder, bytes: Uint8Array, size: number): Uint8Array {
  const half = (memory?.room.length ?? 0) / 2;
  if (!memory || bytes.length > half || bytes.length % size !== 0) return unshuffle(bytes, size);
  const { room, kernels } = memory;
  room.set(bytes);
  kernels.unshuffle(room.byteOffset, room.byteOffset + half, bytes.length / size, size);
  return room.subarray(half, half + bytes.length);
}

/** Trigger edges {p i16, t i64, id i16}. */
async function* readTriggers({ file, triggers }: Recording, decoder: WordDecoder, options: DecodeOptions, window: SensorWindow | undefined): AsyncGenerator<EventBatch> {
  if (!triggers || triggers.shape.length !== 1 || triggers.shape[0] === 0) return;
  const { block } = decoder;
  const shift = block.longState[longField.shift];
  const at = (wanted: string) => triggers.type.members.find((member) => member.name === wanted && member.type.kind === "integer");
  const [p, t, id] = [at("p"), at("t"), at("id")];
  if (!p || t?.type.size !== 8 || !id) {
    report(refuse(0, "trigger edges in /EXT_TRIGGER/events without p, t of 8 bytes and id"), options);
    return;
  }
  const step = 4096;
  for (let row = 0; row < triggers.shape[0]; row += step) {
    options.signal?.throwIfAborted();
    const rows = await guard(0, () => file.rows(triggers, row, Math.min(triggers.shape[0], row + step)));
    const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
    for (let start = 0; start + triggers.type.size <= rows.length; start += triggers.type.size) {
      const time = view.getBigInt64(start + t.offset, true);
      if (window && (time < window.from || time >= window.to)) continue;
      if (block.state[field.triggers] === block.size.triggers) yield* decoder.flush(0);
      emitTrigger(block, BigInt.asIntN(64, time - shift), rows[start + id.offset], rows[start + p.offset] === 0 ? 0 : 1);
    }
  }
  yield* decoder.flush(0);
}

/** The chunks that hold some rows. */
async function chunksOf({ file, events }: Recording, from: number, to: number): Promise<StoredChunk[]> {
  const chunks = await file.chunks(events);
  const first = chunkIndex(chunks, from);
  let end = first;
  while (end < chunks.length && chunks[end].row < to) end++;
  return chunks.slice(first, end);
}

function extentsOf(chunks: readonly StoredChunk[], { type }: ClassicDataset): Extent[] {
  return chunks.map(({ address, rows }) => ({ position: address, bytes: rows * type.size }));
}

/**
 * The rows of a window, rounded to whole chunks and one more on each side: found by the first time of chunks, which an
 * ECF block states in its head. The file's own index is not needed, and so need not be trusted.
 */
async function rowsOf({ file, events, layout }: Recording, { from, to }: SensorWindow): Promise<[number, number]> {
  const rows = events.shape[0];
  const chunks = events.layout.kind === "chunked" ? await file.chunks(events) : undefined;
  const step = 16384;
  const count = chunks?.length ?? Math.ceil(rows / step);
  const firstTime = async (i: number): Promise<bigint> => {
    if (chunks && events.filters.at(-1)?.id === filterIds.ecf) return (await file.chunkHead(chunks[i], 12)).getBigInt64(4, true);
    const row = chunks ? chunks[i].row : i * step;
    const bytes = await file.rows(events, row, row + 1);
    return new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(layout.t, true);
  };
  const before = (time: bigint): Promise<number> => firstWhereRead(0, count, async (i) => (await firstTime(i)) >= time);
  const [first, last] = [Math.max(0, (await before(from)) - 2), Math.min(count, (await before(to)) + 1)];
  if (first >= last) return [0, 0];
  return chunks ? [chunks[first].row, chunks[last - 1].row + chunks[last - 1].rows] : [first * step, Math.min(rows, last * step)];
}

function refuse(byteOffset: number, received: string): DecodeError {
  return new DecodeError({ codec: name, byteOffset, expected: "an HDF5 file with the events of a Prophesee camera", received });
}

async function guard<Value>(byteOffset: number, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BrokenHdf5) throw refuse(byteOffset, error.message);
    if (error instanceof Unsupported) {
      throw new FormatError({
        where: name,
        expected: "integers in chunks of the classic HDF5 format: without a filter, with ECF, or with deflate and shuffle",
        received: error.message,
        next: "Repack the file with `h5repack --low=0 --high=0`",
      });
    }
    throw error;
  }
}
