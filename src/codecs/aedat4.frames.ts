/** Frames and inertial samples of AEDAT4. */
import type { ByteSource } from "../bytes/index.js";
import type { Frame, ImuColumns } from "../events/schema.js";
import type { Header } from "./aedat4.header.js";
import { PacketFault, PacketReader, checked } from "./aedat4.packets.js";
import type { DecodeOptions } from "./codec.js";
import { BrokenBuffer, type FlatTable } from "./flatbuffer.js";

/** OpenCV's number of a pixel type: how many channels it has. */
const channelsOf: Readonly<Record<number, Frame["channels"]>> = { 0: 1, 16: 3, 24: 4 };
/** Standard gravity in m/s², and degrees in radians: the file has multiples of the one and of the other. */
const gravity = 9.80665;
const degree = Math.PI / 180;

export const readFrames = (source: ByteSource, header: Header, options: DecodeOptions): AsyncGenerator<Frame> =>
  readTables(source, header, options, "FRME", frameOf);

export const readImu = (source: ByteSource, header: Header, options: DecodeOptions): AsyncGenerator<ImuColumns> =>
  readTables(source, header, options, "IMUS", imuOf);

async function* readTables<Result>(
  source: ByteSource,
  header: Header,
  options: DecodeOptions,
  type: string,
  decode: (table: FlatTable) => Result | string,
): AsyncGenerator<Result> {
  const reader = new PacketReader(source, header, options);
  const camera = options.camera === undefined ? undefined : header.events?.source;
  for await (const packet of reader.packets((stream) => stream.type === type && (camera === undefined || stream.source === camera))) {
    if (packet instanceof PacketFault) {
      packet.report();
      continue;
    }
    const result = checked(() => decode(packet.table));
    if (result instanceof BrokenBuffer || typeof result === "string") {
      const received = typeof result === "string" ? result : result.message;
      new PacketFault(packet.position, `a packet of type ${type}`, received, options).report();
    } else yield result;
  }
}

function frameOf(table: FlatTable): Frame | string {
  const [width, height] = [table.i16(6, 0), table.i16(7, 0)];
  const code = table.i8(5, 0);
  const channels = channelsOf[code];
  if (channels === undefined) return `a frame of pixel type ${code}, which is neither grey (0), BGR (16) nor BGRA (24)`;
  const pixels = table.structs(10, 1);
  if (width < 1 || height < 1 || pixels.length !== width * height * channels) {
    return `a frame of ${width}x${height} pixels with ${channels} channels in ${pixels.length} bytes`;
  }
  const data = pixels.slice();
  if (channels > 1) {
    for (let i = 0; i < data.length; i += channels) [data[i], data[i + 2]] = [data[i + 2], data[i]];
  }
  const t = table.i64(0, 0n);
  // Newer files state the length of the exposure that begins at t, older ones its start and its end.
  const length = table.i64(11, 0n);
  const [from, to] = length > 0n ? [t, t + length] : [table.i64(3, 0n), table.i64(4, 0n)];
  const frame = { width, height, channels, data };
  return from > 0n && to >= from ? { ...frame, t: (from + to) / 2n, exposure: { from, to } } : { ...frame, t };
}

function imuOf(table: FlatTable): ImuColumns {
  const samples = [...table.tables(0)];
  const axes = (first: number, unit: number) =>
    Float32Array.from({ length: samples.length * 3 }, (_, i) => samples[Math.floor(i / 3)].f32(first + (i % 3), 0) * unit);
  return {
    t: BigInt64Array.from(samples, (sample) => sample.i64(0, 0n)),
    acceleration: axes(2, gravity),
    rotation: axes(5, degree),
  };
}
