/** Makes AEDAT4 files for tests, by hand after the schemas. */
import { compressFrameSync } from "lz4-napi";
import type { EventColumns, TriggerColumns } from "../../src/events/index.js";

export type Packing = "none" | "lz4" | "zstd";
const codes: Readonly<Record<Packing, number>> = { none: 0, lz4: 1, zstd: 3 };

const description = (width: number, height: number) => `<dv version="2.0"><node name="outInfo" path="/mainloop/Recorder/outInfo/">
<node name="0" path="/mainloop/Recorder/outInfo/0/"><attr key="compression" type="string">NONE</attr>
<attr key="typeIdentifier" type="string">EVTS</attr><node name="info" path="/mainloop/Recorder/outInfo/0/info/">
<attr key="sizeX" type="int">${width}</attr><attr key="sizeY" type="int">${height}</attr></node></node>
<node name="1" path="/mainloop/Recorder/outInfo/1/"><attr key="typeIdentifier" type="string">TRIG</attr></node></node></dv>`;

export function aedat4File(
  packets: readonly EventColumns[],
  { packing = "none", triggers, width = 1280, height = 720 }: { packing?: Packing; triggers?: TriggerColumns; width?: number; height?: number } = {},
): Buffer {
  const xml = Buffer.from(description(width, height));
  // Root offset, identifier, vtable of three fields, table {vtable, XML, position of the index, compression}, XML.
  const head = Buffer.alloc(48);
  head.writeUInt32LE(20, 0);
  head.write("IOHE", 4);
  Buffer.from(Uint16Array.from([10, 20, 16, 8, 4]).buffer).copy(head, 8);
  head.writeInt32LE(12, 20);
  head.writeUInt32LE(20, 24);
  head.writeBigInt64LE(-1n, 28);
  head.writeInt32LE(codes[packing], 36);
  head.writeUInt32LE(xml.length, 44);
  const header = Buffer.concat([head, xml]);
  const parts = [Buffer.from("#!AER-DAT4.0\r\n"), int32(header.length), header];
  const add = (stream: number, packet: Buffer) => {
    const packed = pack(packet, packing);
    parts.push(int32(stream), int32(packed.length), packed);
  };
  if (triggers) add(1, triggerPacket(triggers));
  for (const columns of packets) add(0, eventPacket(columns));
  return Buffer.concat(parts);
}

function eventPacket({ t, x, y, p }: EventColumns): Buffer {
  const packet = Buffer.alloc(36 + t.length * 16);
  packet.writeUInt32LE(packet.length - 4, 0);
  packet.writeUInt32LE(16, 4);
  packet.write("EVTS", 8);
  Buffer.from(Uint16Array.from([6, 8, 4]).buffer).copy(packet, 12);
  packet.writeInt32LE(8, 20);
  packet.writeUInt32LE(8, 24);
  packet.writeUInt32LE(t.length, 32);
  for (let i = 0; i < t.length; i++) {
    packet.writeBigInt64LE(t[i], 36 + i * 16);
    packet.writeInt16LE(x[i], 44 + i * 16);
    packet.writeInt16LE(y[i], 46 + i * 16);
    packet.writeUInt8(p[i], 48 + i * 16);
  }
  return packet;
}

function triggerPacket({ t, p }: TriggerColumns): Buffer {
  // One vtable {time at 8, kind at 4}, shared by the tables behind the vector of their offsets.
  const vtable = 12;
  const vector = 32;
  const tables = vector + 4 + t.length * 4;
  const packet = Buffer.alloc(4 + tables + t.length * 16);
  const at = (offset: number) => offset + 4;
  packet.writeUInt32LE(packet.length - 4, 0);
  packet.writeUInt32LE(24, at(0));
  packet.write("TRIG", at(4));
  Buffer.from(Uint16Array.from([8, 16, 8, 4]).buffer).copy(packet, at(vtable - 4));
  Buffer.from(Uint16Array.from([6, 8, 4]).buffer).copy(packet, at(16));
  packet.writeInt32LE(8, at(24));
  packet.writeUInt32LE(4, at(28));
  packet.writeUInt32LE(t.length, at(vector));
  for (let i = 0; i < t.length; i++) {
    const table = tables + i * 16;
    packet.writeUInt32LE(table - (vector + 4 + i * 4), at(vector + 4 + i * 4));
    packet.writeInt32LE(table - (vtable - 4), at(table));
    packet.writeInt8(p[i] === 1 ? 1 : 2, at(table + 4));
    packet.writeBigInt64LE(t[i], at(table + 8));
  }
  return packet;
}

function pack(packet: Buffer, packing: Packing): Buffer {
  if (packing === "lz4") return compressFrameSync(packet);
  return packing === "zstd" ? zstdFrame(packet) : packet;
}

/** A zstd frame that states its size and stores its content in raw blocks. */
export function zstdFrame(content: Buffer): Buffer {
  const parts = [Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0), int32(content.length)];
  for (let at = 0; at === 0 || at < content.length; at += 1 << 17) {
    const block = content.subarray(at, at + (1 << 17));
    const last = at + (1 << 17) >= content.length ? 1 : 0;
    parts.push(int32((block.length << 3) | last).subarray(0, 3), block);
  }
  return Buffer.concat(parts);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

export interface FramePacket {
  readonly t: bigint;
  readonly exposure: bigint;
  readonly format: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** A file of frames alone, not packed. */
export function aedat4Packets(frames: readonly FramePacket[]): Buffer {
  const start = aedat4File([], { width: 9, height: 9 });
  const xml = Buffer.from(start.toString("latin1").replace(">TRIG<", ">FRME<"), "latin1");
  return Buffer.concat([xml, ...frames.flatMap((frame) => {
    const packet = framePacket(frame);
    return [int32(1), int32(packet.length), packet];
  })]);
}

function framePacket({ t, exposure, format, width, height, pixels }: FramePacket): Buffer {
  // Twelve fields: time, four that are not there, type, size, position (not there), pixels, length of the exposure.
  const places = [8, 0, 0, 0, 0, 24, 26, 28, 0, 0, 4, 16];
  const table = 40;
  const packet = Buffer.alloc(4 + table + 32 + 4 + pixels.length);
  const at = (offset: number) => offset + 4;
  packet.writeUInt32LE(packet.length - 4, 0);
  packet.writeUInt32LE(table, at(0));
  packet.write("FRME", at(4));
  Buffer.from(Uint16Array.from([28, 32, ...places]).buffer).copy(packet, at(8));
  packet.writeInt32LE(table - 8, at(table));
  packet.writeUInt32LE(32 - 4, at(table + 4));
  packet.writeBigInt64LE(t, at(table + 8));
  packet.writeBigInt64LE(exposure, at(table + 16));
  packet.writeInt8(format, at(table + 24));
  packet.writeInt16LE(width, at(table + 26));
  packet.writeInt16LE(height, at(table + 28));
  packet.writeUInt32LE(pixels.length, at(table + 32));
  pixels.copy(packet, at(table + 36));
  return packet;
}
