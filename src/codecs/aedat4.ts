/**
 * AEDAT4, the format of iniVation: packets of FlatBuffers, plain or packed as LZ4 or zstd frames.
 *
 * `#!AER-DAT4.0\r\n`, a header with an XML description of the streams, then packets: stream number and size as 32-bit
 * integers and that many bytes; then an index of the packets, if the file was closed properly. Events come in packets
 * of type EVTS, triggers in TRIG, frames in FRME, inertial samples in IMUS. Times are Unix time in microseconds.
 *
 * Source: the schemas of dv-processing (Apache-2.0) and the description in aedat (MIT).
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { field, longField } from "../wasm/decode-block.js";
import { aedat4Definition } from "./aedat4.definition.js";
import { readFrames, readImu } from "./aedat4.frames.js";
import { magic, readHeader, startsWith, type Header, type Stream } from "./aedat4.header.js";
import { packetPlaces } from "./aedat4.index.js";
import { packetMemory, PacketFault, PacketReader, type Packet, type PacketPlace } from "./aedat4.packets.js";
import { writeAedat4 } from "./aedat4.writer.js";
import type { EventBatch, EventCodec, ReadFromOptions } from "./codec.js";
import { emitTrigger } from "./emit.js";
import { BrokenBuffer } from "./flatbuffer.js";
import { WordDecoder, type WordFormat } from "./word-decoder.js";

const bookmarkSpacing = 1 << 18;

const format: WordFormat = {
  codec: "aedat4",
  wordBytes: 16,
  kernel: "decodeAedat4",
  definition: aedat4Definition,
  addressable: { width: 1 << 15, height: 1 << 15 },
};

export const aedat4: EventCodec = {
  name: "aedat4",
  title: "AEDAT4 (iniVation)",
  source: "schemas of dv-processing (Apache-2.0); aedat (MIT)",
  endings: ["aedat4"],
  triggers: true,
  bookmarks: true,
  tail: true,
  sniff: (head) => startsWith(head, magic),
  async info(bytes, options = {}) {
    const { events, fields, assumptions } = await readHeader(bytes, options.camera);
    return { format: "aedat4", sensor: events?.sensor, header: fields, assumptions };
  },
  async *read(bytes, options = {}) {
    yield* readPackets(bytes, await readHeader(bytes, options.camera), options);
  },
  async readWindow(bytes, window, options = {}) {
    // Times that count from the first event cannot be looked up.
    if (options.shift) return undefined;
    const header = await readHeader(bytes, options.camera);
    const places = await packetPlaces(bytes, header, new PacketReader(bytes, header, options), window);
    return places && readPackets(bytes, header, options, places);
  },
  async *frames(bytes, options = {}, window) {
    yield* readFrames(bytes, await readHeader(bytes, options.camera), options, window);
  },
  async *imu(bytes, options = {}, window) {
    yield* readImu(bytes, await readHeader(bytes, options.camera), options, window);
  },
  holds: ["frames", "exposures", "imu"],
  write: writeAedat4,
};

async function* readPackets(source: ByteSource, header: Header, options: ReadFromOptions, places?: readonly PacketPlace[]): AsyncGenerator<EventBatch> {
  const { resume, onBookmark, bookmarkBytes = bookmarkSpacing } = options;
  const { events } = header;
  const decoder = new WordDecoder(format, options.sensor ?? events?.sensor, options, packetMemory);
  const reader = new PacketReader(source, header, options, decoder.memory);
  try {
    if (resume) decoder.resume(resume);
    let position = resume?.byteOffset ?? header.start;
    let nextBookmark = position + bookmarkBytes;
    const wanted = (stream: Stream) => stream === events || (stream.type === "TRIG" && stream.source === events?.source);
    for await (const packet of reader.packets(wanted, { from: position, places })) {
      if (onBookmark && packet.position >= nextBookmark) {
        yield* decoder.flush(packet.position);
        onBookmark(decoder.bookmark(packet.position));
        nextBookmark = packet.position + bookmarkBytes;
      }
      if (!(packet instanceof PacketFault)) {
        position = packet.end;
        const problem = yield* decodePacket(decoder, packet);
        // Nobody knows when the next packet comes.
        if (source.grown) yield* decoder.flush(position);
        if (problem === undefined) continue;
        yield* decoder.flush(packet.position);
        new PacketFault(packet.position, `a packet with ${packet.stream === events ? "events" : "triggers"}`, problem, options).report();
        continue;
      }
      yield* decoder.flush(packet.position);
      packet.report();
    }
    yield* decoder.flush(position);
  } finally {
    decoder.release();
  }
}

/** Decodes one packet, and returns a sentence that says what is wrong with it, if anything. */
function* decodePacket(decoder: WordDecoder, { table, stream, position }: Packet): Generator<EventBatch, string | undefined> {
  const { block } = decoder;
  try {
    if (stream.type === "TRIG") {
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
    if (structs.buffer === block.bytes.buffer) {
      yield* decoder.decode(structs.byteOffset, structs.byteOffset + structs.length, () => position);
      return undefined;
    }
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
