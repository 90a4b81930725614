/** Makes ROS 1 bags for tests, after the description of the format 2.0. */
import { compressFrameSync } from "lz4-napi";
import type { EventColumns } from "../../src/events/index.js";

type Fields = Readonly<Record<string, Buffer>>;

const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string) => Buffer.from(value);

function record(fields: Fields, data: Buffer): Buffer {
  const header = Buffer.concat(
    Object.entries(fields).map(([name, value]) => Buffer.concat([u32(name.length + 1 + value.length), text(`${name}=`), value])),
  );
  return Buffer.concat([u32(header.length), header, u32(data.length), data]);
}

export interface BagMessage {
  readonly topic: string;
  readonly type: string;
  readonly data: Buffer;
}

const header = (t: bigint) => Buffer.concat([u32(7, Number(t / 1_000_000n), Number(t % 1_000_000n) * 1000), u32(3), text("cam")]);

export function eventMessage({ t, x, y, p }: EventColumns, { width, height }: { width: number; height: number }): Buffer {
  const events = Buffer.alloc(t.length * 13);
  for (let i = 0; i < t.length; i++) {
    events.writeUInt16LE(x[i], i * 13);
    events.writeUInt16LE(y[i], i * 13 + 2);
    events.writeUInt32LE(Number(t[i] / 1_000_000n), i * 13 + 4);
    events.writeUInt32LE(Number(t[i] % 1_000_000n) * 1000 + 999, i * 13 + 8);
    events.writeUInt8(p[i], i * 13 + 12);
  }
  return Buffer.concat([header(t[0] ?? 0n), u32(height, width, t.length), events]);
}

export function imageMessage(t: bigint, width: number, height: number, encoding: string, step: number, data: Buffer): Buffer {
  return Buffer.concat([header(t), u32(height, width), u32(encoding.length), text(encoding), Buffer.of(0), u32(step, data.length), data]);
}

export function imuMessage(t: bigint, values: readonly number[]): Buffer {
  return Buffer.concat([header(t), Buffer.from(Float64Array.from(values).buffer)]);
}

/** A bag with one chunk for every `perChunk` messages. */
export function bagFile(messages: readonly BagMessage[], { compression = "none", perChunk = 2 }: { compression?: "none" | "lz4" | "bz2"; perChunk?: number } = {}): Buffer {
  const topics = [...new Map(messages.map(({ topic, type }) => [topic, type]))];
  const connection = (conn: number) =>
    record(
      { op: Buffer.of(7), conn: u32(conn), topic: text(topics[conn][0]) },
      Buffer.concat(
        [`topic=${topics[conn][0]}`, `type=${topics[conn][1]}`, "md5sum=0", "message_definition=string data"].map((field) => Buffer.concat([u32(field.length), text(field)])),
      ),
    );
  const start = 13 + 4096;
  const chunks: Buffer[] = [];
  const infos: Buffer[] = [];
  let position = start;
  for (let first = 0; first < messages.length; first += perChunk) {
    const inside = messages.slice(first, first + perChunk);
    const parts: Buffer[] = [];
    const places = new Map<number, number[]>();
    let at = 0;
    for (const { topic, data } of inside) {
      const conn = topics.findIndex(([name]) => name === topic);
      for (const part of places.has(conn) ? [] : [connection(conn)]) {
        parts.push(part);
        at += part.length;
      }
      places.set(conn, [...(places.get(conn) ?? []), at]);
      const message = record({ op: Buffer.of(2), conn: u32(conn), time: u32(first, 0) }, data);
      parts.push(message);
      at += message.length;
    }
    const content = Buffer.concat(parts);
    const packed = compression === "lz4" ? compressFrameSync(content) : content;
    const chunk = Buffer.concat([
      record({ op: Buffer.of(5), compression: text(compression), size: u32(content.length) }, packed),
      ...[...places].map(([conn, offsets]) =>
        record({ op: Buffer.of(4), ver: u32(1), conn: u32(conn), count: u32(offsets.length) }, u32(...offsets.flatMap((offset) => [first, 0, offset]))),
      ),
    ]);
    infos.push(
      record(
        { op: Buffer.of(6), ver: u32(1), chunk_pos: u64(position), start_time: u32(first, 0), end_time: u32(first, 0), count: u32(places.size) },
        u32(...[...places].flatMap(([conn, offsets]) => [conn, offsets.length])),
      ),
    );
    chunks.push(chunk);
    position += chunk.length;
  }
  const fields = { op: Buffer.of(3), index_pos: u64(position), conn_count: u32(topics.length), chunk_count: u32(chunks.length) };
  const bare = record(fields, Buffer.alloc(0)).length;
  const head = record(fields, Buffer.alloc(4096 - bare, 0x20));
  return Buffer.concat([text("#ROSBAG V2.0\n"), head, ...chunks, ...topics.map((_, conn) => connection(conn)), ...infos]);
}
