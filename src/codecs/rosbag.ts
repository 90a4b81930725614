/**
 * ROS 1 bags with dvs_msgs/EventArray (or prophesee_event_msgs, which is laid out the same), sensor_msgs/Image and
 * sensor_msgs/Imu. Chunks may be packed with LZ4; those packed with bz2 are refused.
 *
 * Source: the bag format 2.0 of ROS, read by @foxglove/rosbag; the message definitions of rpg_dvs_ros.
 * @module
 */
import type { Bag } from "@foxglove/rosbag";
import type { ByteSource } from "../bytes/index.js";
import { DecodeError, FormatError, isEvtlabError } from "../errors.js";
import type { Frame, ImuColumns, SensorSize } from "../events/schema.js";
import type { DecodeOptions, EventBatch, EventCodec } from "./codec.js";
import { unpackLz4 } from "./lz4.js";
import { swapRedAndBlue } from "./picture.js";
import { rosDefinition } from "./rosbag.definition.js";
import { RosMessage } from "./rosbag.message.js";
import { report, WordDecoder, type WordFormat } from "./word-decoder.js";

const magic = "#ROSBAG V2.0\n";
/** A larger chunk, packed or not, is taken as a lie: bags are written in chunks of some 100 kB. */
const largestChunk = 1 << 28;
const bookmarkSpacing = 1 << 18;
const eventTypes = ["dvs_msgs/EventArray", "prophesee_event_msgs/EventArray"];

const format: WordFormat = {
  codec: "rosbag",
  wordBytes: 13,
  kernel: "decodeRos",
  definition: rosDefinition,
  addressable: { width: 1 << 16, height: 1 << 16 },
};

export const rosbag: EventCodec = {
  name: "rosbag",
  title: "ROS 1 bag (dvs_msgs)",
  source: "ROS bag format 2.0; message definitions of rpg_dvs_ros",
  endings: ["bag"],
  triggers: false,
  bookmarks: true,
  sniff: (head) => Buffer.from(head.subarray(0, magic.length)).toString("latin1") === magic,
  async info(bytes, options = {}) {
    const bag = await openBag(bytes);
    const { topic, others } = eventTopic(bag, bytes, options.camera);
    let sensor: SensorSize | undefined;
    // Faults are for the reader to report.
    for await (const { message, position } of messages(bag, [topic], { onError: "skip" })) {
      const found = attempt(position, () => eventArray(message));
      if (found instanceof DecodeError) continue;
      sensor = found.sensor;
      break;
    }
    const assumptions = others.length > 0 ? [`Of the topics with events only ${topic} is read; name another one with \`camera\`: ${others.join(", ")}.`] : [];
    const topics = [...bag.connections.values()].map((connection) => `${connection.topic} (${connection.type})`);
    return { format: "rosbag", sensor, header: { topic, topics: [...new Set(topics)].join(", ") }, assumptions };
  },
  async *read(bytes, options = {}) {
    const bag = await openBag(bytes);
    const { topic } = eventTopic(bag, bytes, options.camera);
    const { resume, onBookmark, bookmarkBytes = bookmarkSpacing } = options;
    let decoder: WordDecoder | undefined;
    try {
      let position = resume?.byteOffset ?? 0;
      let nextBookmark = position + bookmarkBytes;
      for await (const item of messages(bag, [topic], options, position)) {
        // A place to resume at lies between two chunks.
        if (decoder && onBookmark && item.position !== position && item.position >= nextBookmark) {
          yield* decoder.flush(position);
          onBookmark(decoder.bookmark(item.position));
          nextBookmark = item.position + bookmarkBytes;
        }
        position = item.position;
        const found = attempt(position, () => eventArray(item.message));
        if (found instanceof DecodeError) {
          if (decoder) yield* decoder.flush(position);
          report(found, options);
          continue;
        }
        if (!decoder) {
          decoder = new WordDecoder(format, options.sensor ?? found.sensor, options);
          if (resume) decoder.resume(resume);
        }
        yield* decodeEvents(decoder, found.events, position);
      }
      if (decoder) yield* decoder.flush(position);
    } finally {
      decoder?.release();
    }
  },
  frames: (bytes, options = {}) => readMessages(bytes, options, "sensor_msgs/Image", frameOf),
  imu: (bytes, options = {}) => readMessages(bytes, options, "sensor_msgs/Imu", imuOf),
};

async function openBag(source: ByteSource): Promise<Bag> {
  const { size } = source;
  if (size === undefined) {
    throw new FormatError({ where: source.name, expected: "a bag that can be read from any place", received: "a stream", next: "Save it to a file first" });
  }
  const { Bag } = await import("@foxglove/rosbag");
  const read = async (offset: number, length: number) => {
    if (!(offset >= 0 && offset <= size && length >= 0)) throw new Error(`an offset that leads to byte ${offset} of ${size}`);
    const bytes = new Uint8Array(Math.min(length, size - offset));
    if (bytes.length > largestChunk) throw new Error(`a piece of ${bytes.length} bytes, more than ${largestChunk}`);
    return bytes.subarray(0, await source.read(bytes, offset));
  };
  const bag = new Bag({ read, size: () => size }, { parse: false });
  try {
    const { connectionCount, chunkCount, indexPosition } = await bag.reader.readHeader();
    if (indexPosition === 0) {
      throw new FormatError({ where: source.name, expected: "a bag with its index", received: "one that was not closed", next: "Run `rosbag reindex FILE` first" });
    }
    // Each takes a record with a head of its own.
    if (!(connectionCount >= 0 && connectionCount <= size / 16 && chunkCount >= 0 && chunkCount <= size / 16)) {
      throw new Error(`${connectionCount} connections and ${chunkCount} chunks in ${size} bytes`);
    }
    await bag.open();
  } catch (error) {
    throw broken(0, error);
  }
  return bag;
}

function eventTopic(bag: Bag, { name }: ByteSource, wanted: string | undefined): { topic: string; others: string[] } {
  const connections = [...bag.connections.values()];
  const [topic, ...others] = new Set(connections.filter(({ type }) => eventTypes.includes(type ?? "")).map((connection) => connection.topic));
  if (topic !== undefined && (wanted === undefined || wanted === topic)) return { topic, others };
  if (wanted !== undefined && others.includes(wanted)) return { topic: wanted, others: [] };
  const found = [...new Set(connections.map((connection) => `${connection.topic} (${connection.type})`))].join(", ");
  throw new FormatError({ where: name, expected: wanted === undefined ? `a topic of type ${eventTypes.join(" or ")}` : `events on the topic ${wanted}`, received: found || "no topics" });
}

interface Item {
  readonly message: RosMessage;
  readonly position: number;
}

/** The messages of some topics, chunk by chunk from a place in the file on. A chunk that is broken is a fault. */
async function* messages(bag: Bag, topics: readonly string[], options: DecodeOptions, from = 0): AsyncGenerator<Item> {
  const connections = [...bag.connections.values()].filter(({ topic }) => topics.includes(topic)).map(({ conn }) => conn);
  for (const info of bag.chunkInfos) {
    options.signal?.throwIfAborted();
    const position = info.chunkPosition;
    if (position < from) continue;
    let found: { data?: Uint8Array }[];
    try {
      if (info.count > bag.connections.size) throw new Error(`a chunk with ${info.count} of ${bag.connections.size} connections`);
      const decompress = { lz4: (bytes: Uint8Array, size: number) => unpackChunk(bytes, size, position), bz2: refuseBz2 };
      found = await bag.reader.readChunkMessages(info, connections, { sec: 0, nsec: 0 }, { sec: 2 ** 32, nsec: 0 }, decompress);
    } catch (error) {
      report(broken(position, error), options);
      continue;
    }
    for (const { data } of found) if (data) yield { message: new RosMessage(data), position };
  }
}

function unpackChunk(bytes: Uint8Array, size: number, position: number): Uint8Array {
  const unpacked = unpackLz4(bytes, Math.min(size, largestChunk));
  if (typeof unpacked !== "string") return unpacked;
  throw new DecodeError({ codec: "rosbag", byteOffset: position, expected: `a chunk of ${size} bytes`, received: unpacked });
}

function refuseBz2(): never {
  throw new FormatError({
    where: "rosbag",
    expected: "chunks that are not packed, or with LZ4",
    received: "chunks packed with bz2",
    next: "Run `rosbag decompress FILE` first",
  });
}

function broken(byteOffset: number, error: unknown): DecodeError {
  if (isEvtlabError(error, "DecodeError")) return error;
  if (isEvtlabError(error)) throw error;
  const received = error instanceof Error ? error.message : String(error);
  return new DecodeError({ codec: "rosbag", byteOffset, expected: "records of a ROS bag", received, cause: error });
}

function attempt<Result>(byteOffset: number, decode: () => Result): Result | DecodeError {
  try {
    return decode();
  } catch (error) {
    return broken(byteOffset, error);
  }
}

function eventArray(message: RosMessage): { sensor: SensorSize | undefined; events: Uint8Array } {
  message.header();
  const [height, width] = [message.u32(), message.u32()];
  const events = message.bytes(message.u32() * format.wordBytes);
  const valid = width > 0 && height > 0 && width <= 65535 && height <= 65535;
  return { sensor: valid ? { width, height } : undefined, events };
}

function* decodeEvents(decoder: WordDecoder, events: Uint8Array, position: number): Generator<EventBatch> {
  const { block } = decoder;
  const input = block.input(0);
  const piece = Math.floor(block.size.chunkBytes / format.wordBytes) * format.wordBytes;
  for (let at = 0; at < events.length; at += piece) {
    const part = events.subarray(at, at + piece);
    block.bytes.set(part, input);
    yield* decoder.decode(input, input + part.length, () => position);
  }
}

async function* readMessages<Result>(
  source: ByteSource,
  options: DecodeOptions,
  type: string,
  decode: (message: RosMessage) => Result,
): AsyncGenerator<Result> {
  const bag = await openBag(source);
  const topics = [...bag.connections.values()].filter((connection) => connection.type === type).map(({ topic }) => topic);
  for await (const { message, position } of messages(bag, topics, options)) {
    const result = attempt(position, () => decode(message));
    if (result instanceof DecodeError) report(result, options);
    else yield result;
  }
}

/** Channels of an encoding, and whether red and blue change places. */
const encodings: Readonly<Record<string, { channels: Frame["channels"]; swap: boolean; wide: boolean }>> = {
  mono8: { channels: 1, swap: false, wide: false },
  "8UC1": { channels: 1, swap: false, wide: false },
  mono16: { channels: 1, swap: false, wide: true },
  "16UC1": { channels: 1, swap: false, wide: true },
  rgb8: { channels: 3, swap: false, wide: false },
  bgr8: { channels: 3, swap: true, wide: false },
  "8UC3": { channels: 3, swap: true, wide: false },
  rgba8: { channels: 4, swap: false, wide: false },
  bgra8: { channels: 4, swap: true, wide: false },
};

function frameOf(message: RosMessage): Frame {
  const t = message.header();
  const [height, width] = [message.u32(), message.u32()];
  const encoding = message.text();
  const bigEndian = message.u8() !== 0;
  const step = message.u32();
  const data = message.bytes(message.u32());
  const kind = encodings[encoding];
  if (!kind) throw new Error(`an image of encoding ${JSON.stringify(encoding)}`);
  const { channels, swap, wide } = kind;
  const row = width * channels * (wide ? 2 : 1);
  if (width < 1 || height < 1 || step < row || data.length < step * (height - 1) + row) throw new Error(`an image of ${width}x${height} pixels in ${data.length} bytes`);
  const pixels = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) pixels.set(data.subarray(y * step, y * step + row), y * row);
  if (wide) {
    const view = new DataView(pixels.buffer);
    return { t, width, height, channels, data: Uint16Array.from({ length: width * height }, (_, i) => view.getUint16(i * 2, !bigEndian)) };
  }
  return { t, width, height, channels, data: swap ? swapRedAndBlue(pixels, channels) : pixels };
}

function imuOf(message: RosMessage): ImuColumns {
  const t = message.header();
  const values = Array.from({ length: 37 }, () => message.f64());
  // Orientation and its covariance, rotation and its covariance, acceleration and its covariance.
  return { t: BigInt64Array.of(t), rotation: Float32Array.from(values.slice(13, 16)), acceleration: Float32Array.from(values.slice(25, 28)) };
}
