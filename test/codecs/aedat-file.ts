/** Makes AEDAT 2 and 3.1 files for tests. */
import type { EventColumns, Frame } from "../../src/events/index.js";

export const text = (...lines: string[]) => Buffer.from(lines.map((line) => `#${line}\r\n`).join(""));
export const records = (...pairs: (readonly [number, number])[]) => {
  const bytes = Buffer.alloc(pairs.length * 8);
  pairs.forEach(([address, time], i) => {
    bytes.writeUInt32BE(address >>> 0, i * 8);
    bytes.writeUInt32BE(time >>> 0, i * 8 + 4);
  });
  return bytes;
};
export const davisAddress = (x: number, y: number, p: number) => y * 2 ** 22 + (x << 12) + (p << 11);

export const packet = (kind: number, size: number, overflow: number, events: readonly Buffer[], capacity = events.length) => {
  const head = Buffer.alloc(28);
  head.writeInt16LE(kind, 0);
  head.writeInt16LE(1, 2);
  [size, 4, overflow, capacity, events.length, events.length].forEach((value, i) => head.writeInt32LE(value, 4 + i * 4));
  return Buffer.concat([head, ...events, Buffer.alloc(Math.max(0, (capacity - events.length) * size))]);
};
export const polarity = (x: number, y: number, p: number, t: number, valid = 1) => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE((x * 2 ** 17 + (y << 2) + (p << 1) + valid) >>> 0, 0);
  bytes.writeInt32LE(t, 4);
  return bytes;
};
export const special = (type: number, t: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE((type << 1) | 1, 0);
  bytes.writeInt32LE(t, 4);
  return bytes;
};

/** Events of the table on a DAVIS346, as AEDAT 2. */
export function aedat2File({ t, x, y, p }: EventColumns): Buffer {
  const pairs = Array.from(t, (time, i) => [davisAddress(x[i] % 346, y[i] % 260, p[i]), Number(time & 0xffffffffn)] as const);
  return Buffer.concat([text("!AER-DAT2.0", " AEChip: eu.seebetter.ini.chips.davis.Davis346blue"), records(...pairs)]);
}

/** The same as AEDAT 3.1, in packets of 50. */
export function aedat3File({ t, x, y, p }: EventColumns): Buffer {
  const events = Array.from(t, (time, i) => polarity(x[i] % 346, y[i] % 260, p[i], Number(time & 0x7fffffffn)));
  const packets = Array.from({ length: Math.ceil(events.length / 50) }, (_, i) => packet(1, 8, 0, events.slice(i * 50, (i + 1) * 50)));
  return Buffer.concat([text("!AER-DAT3.1", "Source 1: DAVIS346", "!END-HEADER"), packet(0, 8, 0, [special(2, 1)]), ...packets]);
}

/** A DAVIS346 with three grey frames of 16 bits among its events, as AEDAT 3.1. */
export function aedat3Recording(): { readonly bytes: Buffer; readonly frames: readonly Frame[] } {
  const [width, height] = [8, 6];
  const frames = [0, 1, 2].map((k): Frame => {
    const [from, to] = [BigInt(1000 + k * 20_000), BigInt(5000 + k * 20_000)];
    return { t: (from + to) / 2n, exposure: { from, to }, width, height, channels: 1, data: Uint16Array.from({ length: width * height }, (_, i) => k * 9000 + i * 1021) };
  });
  const packets = frames.flatMap(({ exposure, data }, k) => {
    const bytes = Buffer.alloc(36 + data.byteLength);
    const [from, to] = [Number(exposure!.from), Number(exposure!.to)];
    [(1 << 1) | 1, from - 100, to + 100, from, to, width, height, 0, 0].forEach((value, i) => bytes.writeInt32LE(value, i * 4));
    Buffer.from(data.buffer).copy(bytes, 36);
    const events = Array.from({ length: 50 }, (_, i) => polarity(i * 6, i * 5, i & 1, k * 20_000 + i * 400));
    return [packet(1, 8, 0, events), packet(2, bytes.length, 0, [bytes])];
  });
  return { bytes: Buffer.concat([text("!AER-DAT3.1", "Source 1: DAVIS346", "!END-HEADER"), ...packets]), frames };
}
