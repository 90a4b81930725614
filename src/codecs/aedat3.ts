/**
 * AEDAT 3.1, the format of caer: lines of text, then packets of events of one kind with a head of 28 bytes.
 *
 * Polarity events are read as events, edges among the special events as triggers; frames and samples of the inertial
 * sensor (IMU 6) are read where they are asked for. Times are microseconds of the camera's clock.
 *
 * Source: the AEDAT 3.1 description of iniVation, and libcaer.
 * @module
 */
import { ByteWindow, type ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { Frame, ImuColumns, SensorSize } from "../events/schema.js";
import { field, longField } from "../wasm/decode-block.js";
import { aedat3Definition } from "./aedat3.definition.js";
import { readHashHeader } from "./aedat-text.js";
import type { DecodeOptions, EventBatch, EventCodec } from "./codec.js";
import { emitTrigger } from "./emit.js";
import { middle } from "./picture.js";
import { report, WordDecoder, type WordFormat } from "./word-decoder.js";

const headBytes = 28;
const bookmarkSpacing = 1 << 18;
/** A larger packet is taken as a lie. */
const largestPacket = 1 << 26;
const kinds = { special: 0, polarity: 1, frame: 2, imu6: 3 } as const;
/** Bytes of one event, of a frame before its pixels. */
const eventBytes: Readonly<Record<number, number>> = { 0: 8, 1: 8, 2: 36, 3: 36 };
const gravity = 9.80665;
const degree = Math.PI / 180;

const format: WordFormat = {
  codec: "aedat3",
  wordBytes: 8,
  kernel: "decodeAedat3",
  definition: aedat3Definition,
  addressable: { width: 1 << 15, height: 1 << 15 },
};

const sensors: readonly (readonly [RegExp, SensorSize])[] = [
  [/DVS128/i, { width: 128, height: 128 }],
  [/DAVIS240/i, { width: 240, height: 180 }],
  [/DAVIS346/i, { width: 346, height: 260 }],
  [/DAVIS640/i, { width: 640, height: 480 }],
];

interface Packet {
  readonly position: number;
  readonly kind: number;
  readonly size: number;
  readonly overflow: number;
  readonly count: number;
}

export const aedat3: EventCodec = {
  name: "aedat3",
  title: "AEDAT 3.1 (caer)",
  source: "AEDAT 3.1 description of iniVation; libcaer",
  endings: ["aedat"],
  triggers: true,
  bookmarks: true,
  tail: true,
  sniff: (head) => Buffer.from(head.subarray(0, 11)).toString("latin1") === "#!AER-DAT3.",
  async info(bytes) {
    const { text, fields } = await readHashHeader(bytes, "aedat3");
    return { format: "aedat3", sensor: sensorOf(text), header: fields, assumptions: [] };
  },
  async *read(bytes, options = {}) {
    const { text, length } = await readHashHeader(bytes, "aedat3");
    const decoder = new WordDecoder(format, options.sensor ?? sensorOf(text), options);
    const { block } = decoder;
    const window = new ByteWindow(bytes);
    try {
      const { resume, onBookmark, bookmarkBytes = bookmarkSpacing } = options;
      let position = resume?.byteOffset ?? length;
      let nextBookmark = position + bookmarkBytes;
      if (resume) decoder.resume(resume);
      for await (const packet of packets(bytes, window, position, options)) {
        if (onBookmark && packet.position >= nextBookmark) {
          yield* decoder.flush(packet.position);
          onBookmark(decoder.bookmark(packet.position));
          nextBookmark = packet.position + bookmarkBytes;
        }
        position = packet.position + headBytes;
        if (packet instanceof DecodeError || packet.kind > kinds.polarity) {
          yield* decoder.flush(packet.position);
          if (packet instanceof DecodeError) report(packet, options);
          continue;
        }
        block.state[field.registers] = packet.overflow;
        for (let done = 0; done < packet.count * 8; ) {
          const part = await window.bytes(position + done, Math.min(block.size.chunkBytes, packet.count * 8 - done));
          if (packet.kind === kinds.special) yield* specials(decoder, part, packet, position + done);
          else {
            block.bytes.set(part, block.input(0));
            const toFile = position + done - block.input(0);
            yield* decoder.decode(block.input(0), block.input(0) + part.length, (at) => at + toFile);
          }
          done += part.length;
        }
        position += packet.count * 8;
        // Nobody knows when the next packet comes.
        if (bytes.grown) yield* decoder.flush(position);
      }
      yield* decoder.flush(position);
    } finally {
      decoder.release();
    }
  },
  async *frames(bytes, options = {}) {
    yield* readPackets(bytes, options, kinds.frame, framesOf);
  },
  async *imu(bytes, options = {}) {
    yield* readPackets(bytes, options, kinds.imu6, imuOf);
  },
};

function sensorOf(text: string): SensorSize | undefined {
  return sensors.find(([name]) => name.test(text))?.[1];
}

/** The heads of the packets, each within the file; at last, if there is one, the fault behind which none can be found. */
async function* packets(source: ByteSource, window: ByteWindow, start: number, options: DecodeOptions): AsyncGenerator<Packet | (DecodeError & { position: number })> {
  for (let position = start; ; ) {
    options.signal?.throwIfAborted();
    const fault = (expected: string, received: string) =>
      Object.assign(new DecodeError({ codec: "aedat3", byteOffset: position, expected, received }), { position });
    const head = await window.bytes(position, headBytes);
    if (head.length === 0) return;
    // Of a file that is still written, the rest of a packet is no fault.
    if (head.length < headBytes && source.grown) return;
    if (head.length < headBytes) return yield fault(`the head of a packet, ${headBytes} bytes`, `the end of the file after ${head.length} of them`);
    const view = new DataView(head.buffer, head.byteOffset, headBytes);
    const [kind, size, overflow, capacity, count] = [view.getInt16(0, true), ...[4, 12, 16, 20].map((at) => view.getInt32(at, true))];
    const smallest = eventBytes[kind] ?? 1;
    const fits = kind === kinds.frame ? size >= smallest : eventBytes[kind] === undefined || size === smallest;
    const bytes = capacity * size;
    const left = (source.size ?? Infinity) - position - headBytes;
    if (kind < 0 || !fits || size < 1 || capacity < 0 || count < 0 || count > capacity || bytes > largestPacket || overflow < 0) {
      return yield fault(`a packet of at most ${largestPacket} bytes with whole events`, `type ${kind}, ${count} of ${capacity} events of ${size} bytes`);
    }
    if (bytes > left || (await window.bytes(position + headBytes, Math.min(bytes, largestPacket))).length < bytes) {
      if (source.grown) return;
      return yield fault(`a packet of ${bytes} bytes`, "the end of the file inside it");
    }
    yield { position, kind, size, overflow, count };
    position += headBytes + bytes;
  }
}

function* specials(decoder: WordDecoder, part: Uint8Array, { overflow }: Packet, position: number): Generator<EventBatch> {
  const { block } = decoder;
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  for (let at = 0; at + 8 <= part.length; at += 8) {
    const type = (part[at] >> 1) & 0x7f;
    // 2 rising edge, 3 falling edge, 4 pulse; the others are of the clock.
    if ((part[at] & 1) === 0 || type < 2 || type > 4) continue;
    if (block.state[field.triggers] === block.size.triggers) yield* decoder.flush(position);
    const t = (BigInt(overflow) << 31n) + BigInt(view.getInt32(at + 4, true));
    emitTrigger(block, t - block.longState[longField.shift], 0, type === 3 ? 0 : 1);
  }
}

async function* readPackets<Result>(
  source: ByteSource,
  options: DecodeOptions,
  kind: number,
  decode: (bytes: Uint8Array, packet: Packet) => Iterable<Result | string>,
): AsyncGenerator<Result> {
  const { length } = await readHashHeader(source, "aedat3");
  const window = new ByteWindow(source);
  for await (const packet of packets(source, window, length, options)) {
    if (packet instanceof DecodeError) report(packet, options);
    else if (packet.kind === kind) {
      const bytes = await window.bytes(packet.position + headBytes, packet.count * packet.size);
      for (const result of decode(bytes, packet)) {
        if (typeof result !== "string") yield result;
        else report(new DecodeError({ codec: "aedat3", byteOffset: packet.position, expected: "a frame within its packet", received: result }), options);
      }
    }
  }
}

function* framesOf(bytes: Uint8Array, { count, size, overflow }: Packet): Generator<Frame | string> {
  const high = BigInt(overflow) << 31n;
  for (let i = 0; i < count; i++) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + i * size, size);
    const info = view.getUint32(0, true);
    if ((info & 1) === 0) continue;
    const [start, end, from, to] = [4, 8, 12, 16].map((at) => high + BigInt(view.getInt32(at, true)));
    const [width, height] = [view.getInt32(20, true), view.getInt32(24, true)];
    const channels = (info >> 1) & 7;
    if (!(channels === 1 || channels === 3 || channels === 4) || width < 1 || height < 1 || width * height * channels * 2 > size - 36) {
      yield `${width}x${height} pixels with ${channels} channels in ${size - 36} bytes`;
      continue;
    }
    const data = Uint16Array.from({ length: width * height * channels }, (_, k) => view.getUint16(36 + k * 2, true));
    const frame = { width, height, channels, data } as const;
    yield to >= from && to > 0n ? { ...frame, t: middle(from, to), exposure: { from, to } } : { ...frame, t: middle(start, end) };
  }
}

function* imuOf(bytes: Uint8Array, { count, size, overflow }: Packet): Generator<ImuColumns> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const valid = Array.from({ length: count }, (_, i) => i * size).filter((at) => bytes[at] & 1);
  const axes = (first: number, unit: number) =>
    Float32Array.from({ length: valid.length * 3 }, (_, i) => view.getFloat32(valid[Math.floor(i / 3)] + first + (i % 3) * 4, true) * unit);
  yield {
    t: BigInt64Array.from(valid, (at) => (BigInt(overflow) << 31n) + BigInt(view.getInt32(at + 4, true))),
    acceleration: axes(8, gravity),
    rotation: axes(20, degree),
  };
}
