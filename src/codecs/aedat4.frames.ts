/** Frames and inertial samples of AEDAT4. */
import type { ByteSource } from "../bytes/index.js";
import type { Frame, ImuColumns } from "../events/schema.js";
import type { SensorWindow } from "../events/time.js";
import type { Header } from "./aedat4.header.js";
import { packetPlaces } from "./aedat4.index.js";
import { PacketFault, PacketReader, checked } from "./aedat4.packets.js";
import type { DecodeOptions } from "./codec.js";
import { BrokenBuffer, type FlatTable } from "./flatbuffer.js";
import { middle, swapRedAndBlue } from "./picture.js";

/** OpenCV's number of a pixel type, by channels and by bytes of a value: grey, BGR, BGRA. */
export const pixelTypes = { 1: { 1: 0, 2: 2 }, 3: { 1: 16, 2: 18 }, 4: { 1: 24, 2: 26 } } as const;
const knownTypes = ([1, 3, 4] as const).flatMap((channels) => ([1, 2] as const).map((bytes) => ({ code: pixelTypes[channels][bytes], channels, bytes })));
/** Standard gravity in m/s², and degrees in radians: the file has multiples of the one and of the other. */
export const gravity = 9.80665;
export const degree = Math.PI / 180;
/** A packet is indexed by the time that stands in it, up to half an exposure before that of the frame. */
const longestExposure = 1_000_000n;

export const readFrames = (source: ByteSource, header: Header, options: DecodeOptions, window?: SensorWindow): AsyncGenerator<Frame> =>
  readTables(source, header, options, "FRME", frameOf, window);

export const readImu = (source: ByteSource, header: Header, options: DecodeOptions, window?: SensorWindow): AsyncGenerator<ImuColumns> =>
  readTables(source, header, options, "IMUS", imuOf, window);

async function* readTables<Result>(
  source: ByteSource,
  header: Header,
  options: DecodeOptions,
  type: string,
  decode: (table: FlatTable) => Result | string,
  window: SensorWindow | undefined,
): AsyncGenerator<Result> {
  const reader = new PacketReader(source, header, options);
  const camera = options.camera === undefined ? undefined : header.events?.source;
  const around = window && { from: window.from - longestExposure, to: window.to + longestExposure };
  const places = around && (await packetPlaces(source, header, reader, around));
  for await (const packet of reader.packets((stream) => stream.type === type && (camera === undefined || stream.source === camera), { places })) {
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
  const type = knownTypes.find((known) => known.code === code);
  if (type === undefined) return `a frame of pixel type ${code}, which is neither grey (0, 2), BGR (16, 18) nor BGRA (24, 26) of 8 or 16 bits`;
  const { channels, bytes } = type;
  const pixels = table.structs(10, 1);
  if (width < 1 || height < 1 || pixels.length !== width * height * channels * bytes) {
    return `a frame of ${width}x${height} pixels with ${channels} channels of ${bytes} bytes in ${pixels.length} bytes`;
  }
  const data = swapRedAndBlue(bytes === 1 ? pixels.slice() : new Uint16Array(pixels.slice().buffer), channels);
  const t = table.i64(0, 0n);
  // Some state start and end of the exposure, and t is its middle or its start; others its length from t on.
  const [start, end, length] = [table.i64(3, 0n), table.i64(4, 0n), table.i64(11, 0n)];
  const stated = (start !== 0n || end !== 0n) && end >= start;
  const frame = { width, height, channels, data };
  if (!stated && length <= 0n) return { ...frame, t };
  const [from, to] = stated ? [start, end] : [t, t + length];
  return { ...frame, t: middle(from, to), exposure: { from, to } };
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
