/**
 * Writes AEDAT4 as dv-processing does: packets of up to 10,000 events; triggers, frames and inertial samples beside them;
 * and the index at the end. Frames of 16 bits stay so.
 * @module
 */
import type { ByteSink } from "../bytes/index.js";
import { OptionError } from "../errors.js";
import type { EventColumns, Frame, ImuColumns, SensorSize, TriggerColumns } from "../events/schema.js";
import { framePacket, frameSpan, imuPacket } from "./aedat4.frames.writer.js";
import { magic } from "./aedat4.header.js";
import { Alongside } from "./alongside.js";
import type { EventCodec } from "./codec.js";
import { vectorOfTables } from "./flatbuffer.js";
import { Lz4Packer } from "./lz4.js";
import { checkSensorFits } from "./word-writer.js";
import { packZstd } from "./zstd.js";

const packetEvents = 10_000;
const packetTriggers = 1_000;
const packetSamples = 1_000;
const streams = { EVTS: 0, FRME: 1, IMUS: 2, TRIG: 3 } as const;
const codes = { none: 0, lz4: 1, zstd: 3 } as const;
type Compression = keyof typeof codes;

/** Compression "lz4" (the default), "none", or "zstd" on Node 22.15 or newer. The format knows one source of triggers: their channel is left out. */
export const writeAedat4: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, compression = "lz4", frames, imu }) => {
  checkSensorFits("aedat4", sensor, 1 << 15);
  if (!Object.hasOwn(codes, compression)) {
    throw new OptionError({ where: "writing aedat4: compression", expected: '"lz4", "zstd" or "none"', received: `"${compression}"` });
  }
  const file = new PacketWriter(sink, compression as Compression);
  const pictures = await Alongside.open(frames, ({ t }) => t);
  const samples = await Alongside.open(imu, ({ t }) => t[0]);
  await file.begin(sensor, { frames: pictures.next, imu: samples.next !== undefined });
  const packet = new EventPacket();
  const beside = async (until?: bigint) => {
    for await (const frame of pictures.until(until)) {
      const { from, to } = frameSpan(frame);
      await file.add("FRME", framePacket(frame), 1, from, to);
    }
    await addSamples(file, samples.until(until));
  };
  const flush = async () => {
    if (packet.length === 0) return;
    await file.add("EVTS", packet.content(), packet.length, packet.from, packet.to);
    packet.length = 0;
    await beside(packet.to);
  };
  for await (const { columns, triggers } of batches) {
    let trigger = 0;
    for (let i = 0; i < columns.t.length; ) {
      i = packet.append(columns, i);
      if (packet.length < packetEvents) continue;
      // Triggers stand behind the events of their time.
      await flush();
      const first = trigger;
      while (trigger < triggers.t.length && triggers.t[trigger] <= packet.to) trigger++;
      await addTriggers(file, triggers, first, trigger);
    }
    if (trigger === triggers.t.length) continue;
    await flush();
    await addTriggers(file, triggers, trigger, triggers.t.length);
  }
  await flush();
  await beside();
  await file.end();
};

/** What the file holds besides events and triggers: the first frame tells the size of them. */
interface Beside {
  readonly frames: Frame | undefined;
  readonly imu: boolean;
}

/** Packets, and the index of them. */
class PacketWriter {
  readonly #sink: ByteSink;
  readonly #compression: Compression;
  readonly #pack: (content: Uint8Array) => Uint8Array;
  readonly #index: { position: number; stream: number; size: number; elements: number; from: bigint; to: bigint }[] = [];
  #position = 0;

  constructor(sink: ByteSink, compression: Compression) {
    this.#sink = sink;
    this.#compression = compression;
    const lz4 = compression === "lz4" ? new Lz4Packer() : undefined;
    this.#pack = lz4 ? (content) => lz4.pack(content) : compression === "zstd" ? packZstd : (content) => content;
  }

  async begin(sensor: SensorSize, beside: Beside): Promise<void> {
    await this.#write(fileHeader(this.#compression, sensor, beside));
  }

  async add(type: keyof typeof streams, content: Uint8Array, elements: number, from: bigint, to: bigint): Promise<void> {
    const packed = this.#pack(content);
    const stream = streams[type];
    await this.#write(new Uint8Array(Int32Array.of(stream, packed.length).buffer));
    this.#index.push({ position: this.#position, stream, size: packed.length, elements, from, to });
    await this.#write(packed);
  }

  /** Writes the index and, into the header, where it is. A sink that cannot do that gets a file without, which is valid. */
  async end(): Promise<void> {
    if (!this.#sink.overwrite) return;
    const place = new Uint8Array(BigInt64Array.of(BigInt(this.#position)).buffer);
    // Position, stream and size of the packet (a struct), number of elements, first and last time.
    const index = vectorOfTables("FTAB", this.#index, { size: 48, fields: [16, 4, 24, 32, 40] }, (view, at, entry) => {
      view.setInt32(at + 4, entry.stream, true);
      view.setInt32(at + 8, entry.size, true);
      view.setBigInt64(at + 16, BigInt(entry.position), true);
      view.setBigInt64(at + 24, BigInt(entry.elements), true);
      view.setBigInt64(at + 32, entry.from, true);
      view.setBigInt64(at + 40, entry.to, true);
    });
    await this.#write(this.#pack(index));
    await this.#sink.overwrite(place, magic.length + indexPlace);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#sink.write(bytes);
    this.#position += bytes.length;
  }
}

/** A packet of events that is being filled: sixteen bytes an event behind a head of 32. */
class EventPacket {
  length = 0;
  from = 0n;
  to = 0n;
  readonly #bytes = new Uint8Array(eventsHead + packetEvents * 16);
  readonly #times = new BigInt64Array(this.#bytes.buffer, eventsHead);
  readonly #words = new Uint16Array(this.#bytes.buffer, eventsHead);

  /** Takes events from `start` on as far as they fit, and returns where it stopped. */
  append({ t, x, y, p }: EventColumns, start: number): number {
    const [times, words] = [this.#times, this.#words];
    const end = Math.min(t.length, start + packetEvents - this.length);
    if (this.length === 0) [this.from, this.to] = [t[start], t[start]];
    for (let i = start, n = this.length; i < end; i++, n++) {
      const time = t[i];
      times[n * 2] = time;
      words[n * 8 + 4] = x[i];
      words[n * 8 + 5] = y[i];
      words[n * 8 + 6] = p[i];
      if (time < this.from) this.from = time;
      if (time > this.to) this.to = time;
    }
    this.length += end - start;
    return end;
  }

  content(): Uint8Array {
    const length = eventsHead + this.length * 16;
    const view = new DataView(this.#bytes.buffer);
    // Size, root, identifier, vtable of one field, the root with the distance to the vector, length of the vector.
    view.setUint32(0, length - 4, true);
    view.setUint32(4, 16, true);
    this.#bytes.set(Buffer.from("EVTS"), 8);
    [6, 8, 4].forEach((word, i) => view.setUint16(14 + i * 2, word, true));
    view.setInt32(20, 6, true);
    view.setUint32(24, 4, true);
    view.setUint32(28, this.length, true);
    return this.#bytes.subarray(0, length);
  }
}

const eventsHead = 32;

async function addTriggers(file: PacketWriter, { t, p }: TriggerColumns, start: number, end: number): Promise<void> {
  for (let first = start; first < end; first += packetTriggers) {
    const last = Math.min(end, first + packetTriggers);
    const edges = Array.from({ length: last - first }, (_, i) => ({ t: t[first + i], kind: p[first + i] === 1 ? 1 : 2 }));
    const content = vectorOfTables("TRIG", edges, { size: 16, fields: [8, 4] }, (view, at, edge) => {
      view.setInt8(at + 4, edge.kind);
      view.setBigInt64(at + 8, edge.t, true);
    });
    await file.add("TRIG", content, edges.length, ...spanOf(t.subarray(first, last)));
  }
}

/** Gathers samples into packets, for some sources give them one by one. */
async function addSamples(file: PacketWriter, batches: AsyncIterable<ImuColumns>): Promise<void> {
  let waiting: ImuColumns[] = [];
  let count = 0;
  const flush = async () => {
    const t = waiting.flatMap((part) => [...part.t]);
    if (count > 0) await file.add("IMUS", imuPacket(waiting), count, ...spanOf(BigInt64Array.from(t)));
    [waiting, count] = [[], 0];
  };
  for await (const { t, acceleration, rotation } of batches) {
    for (let first = 0; first < t.length; ) {
      const last = Math.min(t.length, first + packetSamples - count);
      waiting.push({ t: t.slice(first, last), acceleration: acceleration.slice(first * 3, last * 3), rotation: rotation.slice(first * 3, last * 3) });
      count += last - first;
      first = last;
      if (count === packetSamples) await flush();
    }
  }
  await flush();
}

function spanOf(t: BigInt64Array): [from: bigint, to: bigint] {
  return t.reduce<[bigint, bigint]>(([low, high], time) => [time < low ? time : low, time > high ? time : high], [t[0], t[0]]);
}

/** Where the position of the index stands in the header, behind the line with the version. */
const indexPlace = 40;

/** The line with the version, and the header: compression, place of the index (none yet), description. */
function fileHeader(compression: Compression, sensor: SensorSize, beside: Beside): Uint8Array {
  const xml = Buffer.from(`${description(compression, sensor, beside)}\n\0`);
  const header = Buffer.alloc(56 + xml.length);
  header.writeUInt32LE(header.length - 4, 0);
  header.writeUInt32LE(24, 4);
  header.write("IOHE", 8);
  [10, 20, 4, 12, 8].forEach((word, i) => header.writeUInt16LE(word, 18 + i * 2));
  header.writeInt32LE(10, 28);
  header.writeInt32LE(codes[compression], 32);
  header.writeUInt32LE(16, 36);
  header.writeBigInt64LE(-1n, indexPlace);
  header.writeUInt32LE(xml.length - 1, 52);
  xml.copy(header, 56);
  return Buffer.concat([Buffer.from(magic), header]);
}

function description(compression: Compression, sensor: SensorSize, { frames, imu }: Beside): string {
  const attribute = (key: string, type: string, value: string | number) => `<attr key="${key}" type="${type}">${value}</attr>`;
  const size = ({ width, height }: SensorSize) => [attribute("sizeX", "int", width), attribute("sizeY", "int", height)];
  const stream = (type: keyof typeof streams, output: string, text: string, more: readonly string[]) => {
    const path = `/mainloop/Recorder/outInfo/${streams[type]}/`;
    return [
      `<node name="${streams[type]}" path="${path}">`,
      attribute("compression", "string", compression.toUpperCase()),
      attribute("originalModuleName", "string", "evtlab"),
      attribute("originalOutputName", "string", output),
      attribute("typeDescription", "string", text),
      attribute("typeIdentifier", "string", type),
      `<node name="info" path="${path}info/">`,
      ...more,
      attribute("source", "string", "evtlab"),
      "</node>",
      "</node>",
    ];
  };
  return [
    '<dv version="2.0">',
    '<node name="outInfo" path="/mainloop/Recorder/outInfo/">',
    ...stream("EVTS", "events", "Array of events (polarity ON/OFF).", size(sensor)),
    ...(frames ? stream("FRME", "frames", "Standard frame (8-bit image).", size(frames)) : []),
    ...(imu ? stream("IMUS", "imu", "Inertial Measurement Unit data samples.", []) : []),
    ...stream("TRIG", "triggers", "External triggers and special signals.", []),
    "</node>",
    "</dv>",
  ].join("\n");
}
