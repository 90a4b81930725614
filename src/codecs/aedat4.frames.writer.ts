/** Packets of AEDAT4 with a frame, or with inertial samples. */
import { FormatError } from "../errors.js";
import type { Frame, ImuColumns } from "../events/schema.js";
import { degree, gravity, pixelTypes } from "./aedat4.frames.js";
import { vectorOfTables } from "./flatbuffer.js";
import { blueFirst } from "./picture.js";

const largestSide = 32767;
/** Thirteen fields: time; start and end of frame and of exposure; type, width, height, position (none), pixels, length of the exposure, source (none). */
const vtable = { withExposure: [8, 16, 24, 32, 40, 56, 58, 60, 0, 0, 4, 48, 0], without: [8, 0, 0, 0, 0, 56, 58, 60, 0, 0, 4, 0, 0] } as const;
const vtableAt = 12;
const tableAt = 48;
const tableBytes = 64;
const pixelsAt = tableAt + tableBytes;

/**
 * One frame, its size before it. Its time is the start of the exposure, as dv-processing 2 takes it; the fields of older
 * programs say the same in full.
 * @throws FormatError when it is too large for the format.
 */
export function framePacket(frame: Frame): Uint8Array {
  const { t, exposure, width, height, channels, data } = frame;
  if (width > largestSide || height > largestSide) {
    throw new FormatError({ where: "writing aedat4", expected: `frames of at most ${largestSide}x${largestSide}`, received: `one of ${width}x${height}` });
  }
  const pixels = blueFirst(frame);
  const bytes = Buffer.alloc(pixelsAt + 4 + pixels.length);
  bytes.writeUInt32LE(bytes.length - 4, 0);
  bytes.writeUInt32LE(tableAt - 4, 4);
  bytes.write("FRME", 8);
  const fields = exposure ? vtable.withExposure : vtable.without;
  [4 + fields.length * 2, tableBytes, ...fields].forEach((word, i) => bytes.writeUInt16LE(word, vtableAt + i * 2));
  bytes.writeInt32LE(tableAt - vtableAt, tableAt);
  bytes.writeUInt32LE(tableBytes - 4, tableAt + 4);
  const { from, to } = exposure ?? { from: t, to: t };
  const times = exposure ? [from, from, to, from, to, to - from] : [t];
  times.forEach((time, i) => bytes.writeBigInt64LE(time, tableAt + 8 + i * 8));
  bytes.writeInt8(pixelTypes[channels][data instanceof Uint8Array ? 1 : 2], tableAt + 56);
  bytes.writeInt16LE(width, tableAt + 58);
  bytes.writeInt16LE(height, tableAt + 60);
  bytes.writeUInt32LE(pixels.length, pixelsAt);
  bytes.set(pixels, pixelsAt + 4);
  return bytes;
}

/** From when to when a frame reaches, for the index. */
export function frameSpan({ t, exposure }: Frame): { readonly from: bigint; readonly to: bigint } {
  return exposure ?? { from: t, to: t };
}

/** Samples in multiples of standard gravity and in degrees a second, without temperature and magnetic field. */
export function imuPacket(parts: readonly ImuColumns[]): Uint8Array {
  const rows = parts.flatMap((part) => Array.from(part.t.keys(), (i) => ({ part, i })));
  return vectorOfTables("IMUS", rows, { size: 40, fields: [8, 0, 16, 20, 24, 28, 32, 36] }, (view, at, { part: { t, acceleration, rotation }, i }) => {
    view.setBigInt64(at + 8, t[i], true);
    for (let axis = 0; axis < 3; axis++) {
      view.setFloat32(at + 16 + axis * 4, acceleration[i * 3 + axis] / gravity, true);
      view.setFloat32(at + 28 + axis * 4, rotation[i * 3 + axis] / degree, true);
    }
  });
}
