/**
 * What an Event Stream 2 file holds, of every type: pieces of bytes, changes, exposures, commands of a display, colours.
 *
 * An event is a byte with the time since the event before and up to two flags, then its fields. Time that does not fit
 * comes before it as overflow bytes; a reset byte means nothing here.
 *
 * | type | flags in the first byte | fields |
 * |---|---|---|
 * | generic | | length in 7 bits a byte (bit 0: more follow), then so many bytes |
 * | DVS | bit 0 p | x, y in 16 bits |
 * | ATIS | bit 1 p, bit 0 threshold crossing | x, y in 16 bits |
 * | AMD (a display) | | x, y and stage in 8 bits |
 * | colour | | x, y in 16 bits, red, green, blue in 8 |
 *
 * Source: the format description of event_stream, neuromorphicsystems.
 * @module
 */
import { ByteWindow, openSource, type BytesLike, type ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";

const chunkBytes = 1 << 16;
const magic = Buffer.from("Event Stream", "latin1");

/** What each type holds beside the times: a value an event. */
export interface EventStreamFields {
  readonly generic: { readonly bytes: readonly Uint8Array[] };
  readonly DVS: { readonly x: Uint16Array; readonly y: Uint16Array; readonly p: Uint8Array };
  /** `crossing` is 1 for a threshold crossing, half of a measurement of the exposure; its p is 1 for the second half. */
  readonly ATIS: { readonly x: Uint16Array; readonly y: Uint16Array; readonly p: Uint8Array; readonly crossing: Uint8Array };
  readonly AMD: { readonly x: Uint8Array; readonly y: Uint8Array; readonly stage: Uint8Array };
  readonly colour: {
    readonly x: Uint16Array; readonly y: Uint16Array;
    readonly red: Uint8Array; readonly green: Uint8Array; readonly blue: Uint8Array;
  };
}

export type EventStreamType = keyof EventStreamFields;

/** Some events of one type; t in microseconds. Generic and AMD files name no sensor. */
export type EventStreamBatch = {
  readonly [Type in EventStreamType]: { readonly type: Type; readonly sensor: SensorSize | undefined; readonly t: BigInt64Array } & EventStreamFields[Type];
}[EventStreamType];

/** How an event of a type lies in the file. */
export interface EventStreamLayout {
  readonly code: number;
  /** First byte that is no event: reset, or the first of the overflows. Its time bits are the time of one overflow. */
  readonly special: number;
  /** Flags in the first byte, from bit 0 on. */
  readonly flags: readonly string[];
  /** Fields behind it, with their bytes. */
  readonly fields: readonly (readonly [name: string, bytes: 1 | 2])[];
  /** True if the header names the size of the sensor. */
  readonly sensor: boolean;
}

const place = [["x", 2], ["y", 2]] as const;
export const eventStreamLayouts: Readonly<Record<EventStreamType, EventStreamLayout>> = {
  generic: { code: 0, special: 0xfe, flags: [], fields: [], sensor: false },
  DVS: { code: 1, special: 0xfe, flags: ["p"], fields: place, sensor: true },
  ATIS: { code: 2, special: 0xfc, flags: ["crossing", "p"], fields: place, sensor: true },
  AMD: { code: 3, special: 0xfe, flags: [], fields: [["x", 1], ["y", 1], ["stage", 1]], sensor: false },
  colour: { code: 4, special: 0xfe, flags: [], fields: [...place, ["red", 1], ["green", 1], ["blue", 1]], sensor: true },
};
export const eventStreamTypes = Object.keys(eventStreamLayouts) as readonly EventStreamType[];

export interface EventStreamHeader {
  readonly type: EventStreamType;
  readonly version: string;
  readonly sensor: SensorSize | undefined;
  /** Offset of the first byte behind the header. */
  readonly length: number;
}

/** True if a file begins as an Event Stream does. */
export function isEventStream(head: Uint8Array): boolean {
  return magic.equals(head.subarray(0, magic.length));
}

/** @throws DecodeError */
export async function readEventStreamHeader(source: ByteSource): Promise<EventStreamHeader> {
  const head = new Uint8Array(20);
  const got = await source.read(head, 0);
  const refuse = (byteOffset: number, expected: string, received: string, next?: string) =>
    new DecodeError({ codec: "es", byteOffset, expected, received, ...(next === undefined ? {} : { next }) });
  const atEnd = "the end of the file";
  if (!isEventStream(head)) throw refuse(0, 'the words "Event Stream"', got < 12 ? atEnd : "something else");
  if (got < 16) throw refuse(12, "three bytes of version and one of type", atEnd);
  const version = head.subarray(12, 15).join(".");
  if (head[12] !== 2) throw refuse(12, "version 2", `version ${version}`, "Convert the file with event_stream");
  const type = eventStreamTypes[head[15]];
  if (type === undefined) throw refuse(15, `a type from 0 to ${eventStreamTypes.length - 1}`, String(head[15]));
  if (!eventStreamLayouts[type].sensor) return { type, version, sensor: undefined, length: 16 };
  if (got < 20) throw refuse(16, "width and height", atEnd);
  const sensor = { width: head[16] | (head[17] << 8), height: head[18] | (head[19] << 8) };
  if (sensor.width === 0 || sensor.height === 0) throw refuse(16, "a sensor with pixels", `${sensor.width}x${sensor.height}`);
  return { type, version, sensor, length: 20 };
}

/**
 * Reads an Event Stream 2 file of any type, batch by batch. For DVS and ATIS files as recordings, see {@link readEvents}.
 *
 * ```ts
 * for await (const batch of readEventStream("speech.es")) if (batch.type === "generic") for (const bytes of batch.bytes) take(bytes);
 * ```
 * @throws DecodeError after the last whole event.
 */
export async function* readEventStream(from: BytesLike): AsyncGenerator<EventStreamBatch> {
  const source = await openSource(from);
  try {
    const { type, sensor, length } = await readEventStreamHeader(source);
    const window = new ByteWindow(source);
    const reader = type === "generic" ? new PieceReader(source) : new FieldReader(eventStreamLayouts[type]);
    let position = length;
    let wanted = chunkBytes;
    for (;;) {
      const chunk = await window.bytes(position, wanted);
      if (chunk.length === 0) return;
      const { used, needed, columns } = reader.take(chunk, position);
      if (columns.t.length > 0) yield { type, sensor, ...columns } as unknown as EventStreamBatch;
      position += used;
      if (chunk.length < wanted && used < chunk.length) {
        throw new DecodeError({ codec: "es", byteOffset: position, expected: `a whole ${type} event`, received: "the end of the file" });
      }
      wanted = Math.max(chunkBytes, needed);
    }
  } finally {
    if (source !== from) await source.close();
  }
}

interface Taken {
  /** Bytes of whole events; overflows before one that is cut are not among them. */
  readonly used: number;
  /** Bytes that the next event takes, as far as is known. */
  readonly needed: number;
  readonly columns: { readonly t: BigInt64Array } & Readonly<Record<string, unknown>>;
}

/** Events of a first byte and fields. */
class FieldReader {
  #now = 0n;
  readonly #layout: EventStreamLayout;

  constructor(layout: EventStreamLayout) {
    this.#layout = layout;
  }

  take(chunk: Uint8Array): Taken {
    const { special, flags, fields } = this.#layout;
    const eventBytes = fields.reduce((sum, [, bytes]) => sum + bytes, 1);
    const most = Math.floor(chunk.length / eventBytes);
    const t = new BigInt64Array(most);
    const flagColumns = flags.map(() => new Uint8Array(most));
    const fieldColumns = fields.map(([, bytes]) => (bytes === 1 ? new Uint8Array(most) : new Uint16Array(most)));
    const overflow = special >> flags.length;
    let at = 0;
    let length = 0;
    for (;;) {
      while (at < chunk.length && chunk[at] >= special) this.#now += BigInt((chunk[at++] - special) * overflow);
      if (at + eventBytes > chunk.length) break;
      const head = chunk[at++];
      this.#now += BigInt(head >> flags.length);
      t[length] = this.#now;
      for (let i = 0; i < flags.length; i++) flagColumns[i][length] = (head >> i) & 1;
      for (let i = 0; i < fields.length; i++) {
        const two = fields[i][1] === 2;
        fieldColumns[i][length] = two ? chunk[at] | (chunk[at + 1] << 8) : chunk[at];
        at += two ? 2 : 1;
      }
      length++;
    }
    const named = (names: readonly string[], columns: readonly (Uint8Array | Uint16Array)[]) => names.map((name, i) => [name, columns[i].slice(0, length)] as const);
    const columns = Object.fromEntries([...named(fields.map(([name]) => name), fieldColumns), ...named(flags, flagColumns)]);
    return { used: at, needed: eventBytes, columns: { t: t.slice(0, length), ...columns } };
  }
}

/** Events of a first byte, a length and so many bytes. */
class PieceReader {
  #now = 0n;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  take(chunk: Uint8Array, position: number): Taken {
    const { special } = eventStreamLayouts.generic;
    const t: bigint[] = [];
    const bytes: Uint8Array[] = [];
    let at = 0;
    let needed = 2;
    for (;;) {
      while (at < chunk.length && chunk[at] >= special) this.#now += BigInt((chunk[at++] - special) * special);
      let start = at + 1;
      let length = 0;
      let isWhole = false;
      for (let scale = 1; start < chunk.length && !isWhole; scale *= 128) {
        length += (chunk[start] >> 1) * scale;
        isWhole = (chunk[start++] & 1) === 0;
        if (length > (this.#source.size ?? 2 ** 28) - position) {
          throw new DecodeError({ codec: "es", byteOffset: position + at, expected: "a length within the file", received: `${length} bytes` });
        }
      }
      needed = isWhole ? start - at + length : start - at + 1;
      if (!isWhole || at + needed > chunk.length) break;
      this.#now += BigInt(chunk[at]);
      t.push(this.#now);
      bytes.push(chunk.slice(start, start + length));
      at += needed;
    }
    return { used: at, needed, columns: { t: BigInt64Array.from(t), bytes } };
  }
}
