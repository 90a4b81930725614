/**
 * AEDAT4, the format of iniVation: packets of FlatBuffers, plain or packed as LZ4 or zstd frames.
 *
 * `#!AER-DAT4.0\r\n`, a header with an XML description of the streams, then packets: stream number and size as 32-bit
 * integers and that many bytes. Events come in packets of type EVTS, triggers in TRIG; other types are passed over.
 * Times are Unix time in microseconds.
 *
 * Source: the schemas of dv-processing (Apache-2.0) and the description in aedat (MIT).
 * @module
 */
import { ByteWindow, type ByteSource } from "../bytes/index.js";
import { DecodeError, FormatError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import { field, longField } from "../wasm/decode-block.js";
import { aedat4Definition } from "./aedat4.definition.js";
import type { DecodeOptions, EventBatch, EventCodec } from "./codec.js";
import { emitTrigger } from "./emit.js";
import { BrokenBuffer, FlatTable } from "./flatbuffer.js";
import { unpackLz4 } from "./lz4.js";
import { report, WordDecoder, type WordFormat } from "./word-decoder.js";
import { unpackZstd } from "./zstd.js";

const magic = "#!AER-DAT4.0\r\n";
/** Larger headers and packets, packed or not, are taken as a lie: cameras write packets of some 100 kB. */
const largestHeader = 1 << 24;
const largestPacket = 1 << 26;

const format: WordFormat = {
  codec: "aedat4",
  wordBytes: 16,
  kernel: "decodeAedat4",
  definition: aedat4Definition,
  addressable: { width: 1 << 15, height: 1 << 15 },
};

interface Stream {
  readonly id: number;
  readonly type: string;
  readonly sensor: SensorSize | undefined;
}

interface Header {
  /** 0 none, 1 and 2 LZ4, 3 and 4 zstd. */
  readonly compression: number;
  readonly streams: readonly Stream[];
  readonly fields: Readonly<Record<string, string>>;
  /** First byte of the first packet, and the first byte behind the last one if it is known. */
  readonly start: number;
  readonly end: number | undefined;
}

export const aedat4: EventCodec = {
  name: "aedat4",
  title: "AEDAT4 (iniVation)",
  source: "schemas of dv-processing (Apache-2.0); aedat (MIT)",
  endings: ["aedat4"],
  triggers: true,
  bookmarks: false,
  sniff: (head) => startsWith(head, magic),
  async info(bytes) {
    const header = await readHeader(bytes);
    const [events, ...others] = header.streams.filter(({ type }) => type === "EVTS");
    const assumptions = others.length > 0 ? [`Of ${others.length + 1} event streams only the first, ${events.id}, is read.`] : [];
    return { format: "aedat4", sensor: events?.sensor, header: header.fields, assumptions };
  },
  async *read(bytes, options = {}) {
    const header = await readHeader(bytes);
    yield* readPackets(bytes, header, options);
  },
};

async function* readPackets(source: ByteSource, header: Header, options: DecodeOptions): AsyncGenerator<EventBatch> {
  const events = header.streams.find(({ type }) => type === "EVTS");
  const window = new ByteWindow(source);
  const decoder = new WordDecoder(format, options.sensor ?? events?.sensor, options);
  const fault = (byteOffset: number, expected: string, received: string) =>
    report(new DecodeError({ codec: "aedat4", byteOffset, expected, received }), options);
  const end = Math.min(header.end ?? Infinity, source.size ?? Infinity);
  let position = header.start;
  try {
    while (position < end) {
      options.signal?.throwIfAborted();
      const head = await window.bytes(position, 8);
      if (head.length === 0 && end === Infinity) break;
      if (head.length < 8) {
        yield* decoder.flush(position);
        fault(position, "a packet with a head of 8 bytes", `the end of the file after ${head.length} of them`);
        break;
      }
      const [id, size] = [int32(head, 0), int32(head, 4)];
      const left = end - position - 8;
      if (size < 0 || size > largestPacket || size > left) {
        yield* decoder.flush(position);
        const room = left < largestPacket ? `, of which ${left} are left` : "";
        fault(position, `a packet of at most ${largestPacket} bytes${room}`, `one of ${size >>> 0}`);
        // Without its size there is no way to the next packet.
        break;
      }
      const stream = header.streams.find((candidate) => candidate.id === id);
      if (stream === undefined) {
        yield* decoder.flush(position);
        fault(position, `a packet of stream ${header.streams.map((known) => known.id).join(", ")}`, `one of stream ${id}`);
      } else if (stream === events || stream.type === "TRIG") {
        const packed = await window.bytes(position + 8, size);
        const packet = packed.length < size ? `the end of the file after ${packed.length} bytes` : await unpack(header, packed);
        const problem = typeof packet === "string" ? packet : yield* decodePacket(decoder, packet, stream.type, position);
        if (problem !== undefined) {
          yield* decoder.flush(position);
          fault(position, `a packet of ${size} bytes with ${stream.type === "EVTS" ? "events" : "triggers"}`, problem);
        }
      }
      position += 8 + size;
    }
    yield* decoder.flush(position);
  } finally {
    decoder.release();
  }
}

/** Decodes one unpacked packet, and returns a sentence that says what is wrong with it, if anything. */
function* decodePacket(
  decoder: WordDecoder,
  packet: Uint8Array,
  type: string,
  position: number,
): Generator<EventBatch, string | undefined> {
  const { block } = decoder;
  try {
    if (!startsWith(packet.subarray(8), type)) return `no packet of type ${type}`;
    const table = FlatTable.root(packet.subarray(4));
    if (type === "TRIG") {
      for (const trigger of table.tables(0)) {
        // 1 rising edge, 2 falling edge, 3 pulse; the others are marks of the camera's own frames.
        const kind = trigger.i8(1, 0);
        if (kind < 1 || kind > 3) continue;
        if (block.state[field.triggers] === block.size.triggers) yield* decoder.flush(position);
        emitTrigger(block, trigger.i64(0, 0n) - block.longState[longField.shift], 0, kind === 2 ? 0 : 1);
      }
      return undefined;
    }
    const structs = table.structs(0, format.wordBytes);
    const input = block.input(0);
    for (let at = 0; at < structs.length; at += block.size.chunkBytes) {
      const part = structs.subarray(at, at + block.size.chunkBytes);
      block.bytes.set(part, input);
      yield* decoder.decode(input, input + part.length, () => position);
    }
    return undefined;
  } catch (error) {
    if (error instanceof BrokenBuffer) return error.message;
    throw error;
  }
}

async function unpack({ compression }: Header, packed: Uint8Array): Promise<Uint8Array | string> {
  if (compression === 0) return packed;
  return compression <= 2 ? unpackLz4(packed, largestPacket) : unpackZstd(packed, largestPacket);
}

async function readHeader(source: ByteSource): Promise<Header> {
  const head = new Uint8Array(18);
  const got = await source.read(head, 0);
  const refuse = (byteOffset: number, expected: string, received: string) =>
    new DecodeError({ codec: "aedat4", byteOffset, expected, received });
  if (!startsWith(head, magic)) throw refuse(0, `the line ${JSON.stringify(magic)}`, "something else");
  const length = got < 18 ? -1 : int32(head, 14);
  if (length < 8 || length > largestHeader || 18 + length > (source.size ?? Infinity)) {
    throw refuse(14, `a header of 8 to ${largestHeader} bytes within the file`, got < 18 ? "the end of the file" : `one of ${length >>> 0}`);
  }
  const bytes = new Uint8Array(length);
  if ((await source.read(bytes, 18)) < length) throw refuse(18, `a header of ${length} bytes`, "the end of the file");
  try {
    const table = FlatTable.root(bytes);
    const compression = table.i32(0, 0);
    if (compression < 0 || compression > 4) {
      throw new FormatError({
        where: source.name,
        expected: "AEDAT4 without compression, or with LZ4 or zstd",
        received: `compression ${compression}`,
      });
    }
    const xml = table.string(2);
    const dataTable = Number(table.i64(1, -1n));
    const start = 18 + length;
    return {
      compression,
      streams: streamsOf(xml),
      fields: { compression: ["none", "lz4", "lz4 high", "zstd", "zstd high"][compression], description: xml },
      start,
      end: dataTable > start ? dataTable : undefined,
    };
  } catch (error) {
    if (error instanceof BrokenBuffer) throw refuse(18, "a header in FlatBuffers form", error.message);
    throw error;
  }
}

/** The numbered nodes of the description: type and size of each stream. */
function streamsOf(xml: string): Stream[] {
  const streams: { id: number; attributes: Record<string, string> }[] = [];
  const path: (number | undefined)[] = [];
  for (const [tag, name, key, value] of xml.matchAll(/<node name="([^"]*)"[^>]*>|<\/node>|<attr key="([^"]*)"[^>]*>([^<]*)</g)) {
    if (tag.startsWith("</")) path.pop();
    else if (name !== undefined) {
      const outer = path.findLast((id) => id !== undefined);
      const id = outer === undefined && /^\d{1,9}$/.test(name) ? Number(name) : undefined;
      if (id !== undefined) streams.push({ id, attributes: {} });
      if (!tag.endsWith("/>")) path.push(id ?? outer);
    } else {
      const id = path.at(-1);
      const stream = streams.findLast((candidate) => candidate.id === id);
      if (stream) stream.attributes[key] ??= value;
    }
  }
  return streams.map(({ id, attributes }) => {
    const size = { width: Number(attributes["sizeX"]), height: Number(attributes["sizeY"]) };
    const valid = size.width > 0 && size.height > 0 && size.width <= 32768 && size.height <= 32768;
    return { id, type: attributes["typeIdentifier"] ?? "", sensor: valid ? size : undefined };
  });
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && Buffer.from(bytes.buffer, bytes.byteOffset, text.length).toString("latin1") === text;
}

function int32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(at, true);
}
