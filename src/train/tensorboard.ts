/**
 * Event files of TensorBoard: TFRecords of `tensorflow.Event` messages in protocol buffers.
 *
 * Sources: tensorboard/compat/proto/{event,summary}.proto and the TFRecord section of
 * https://www.tensorflow.org/tutorials/load_data/tfrecord.
 * @module
 */
import { hostname } from "node:os";
import { crc32c } from "./crc32c.js";
import type { Measures } from "./task.js";

/** "events.out.tfevents.1700000000.host.pid". */
export function eventFileName(seconds: number, host = hostname(), pid = process.pid): string {
  return `events.out.tfevents.${String(Math.floor(seconds)).padStart(10, "0")}.${host}.${pid}`;
}

/** A TFRecord: length, checksum of the length, data, checksum of the data. */
export function record(data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length + 4);
  bytes.writeBigUInt64LE(BigInt(data.length));
  bytes.writeUInt32LE(masked(crc32c(bytes.subarray(0, 8))), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(masked(crc32c(data)), 12 + data.length);
  return bytes;
}

/** Checksums of bytes that hold checksums would be weak: they are rotated and moved. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

// Fields of Event: wall_time 1, step 2, file_version 3, summary 5, session_log 7.

/** The first event of a file. */
export const fileVersion = (seconds: number): Uint8Array => event(seconds, undefined, text(3, "brain.Event:2"));

/** Says that what comes after `step` in earlier files does not count. */
export const startEvent = (seconds: number, step: number): Uint8Array => event(seconds, step, bytes(7, integer(1, 1n)));

/** Values by tag. */
export const scalarsEvent = (seconds: number, step: number, scalars: Measures): Uint8Array =>
  event(seconds, step, bytes(5, Buffer.concat(Object.entries(scalars).map(([tag, value]) => bytes(1, Buffer.concat([text(1, tag), float(2, value)]))))));

/** A picture; `png` holds its bytes. */
export const imageEvent = (seconds: number, step: number, tag: string, { width, height, png }: { readonly width: number; readonly height: number; readonly png: Uint8Array }): Uint8Array => {
  const image = Buffer.concat([integer(1, BigInt(height)), integer(2, BigInt(width)), integer(3, 1n), bytes(4, png)]);
  return event(seconds, step, bytes(5, bytes(1, Buffer.concat([text(1, tag), bytes(4, image)]))));
};

function event(seconds: number, step: number | undefined, what: Uint8Array): Uint8Array {
  const time = Buffer.alloc(9);
  time[0] = (1 << 3) | 1;
  time.writeDoubleLE(seconds, 1);
  return Buffer.concat([time, ...(step === undefined ? [] : [integer(2, BigInt(step))]), what]);
}

const text = (field: number, value: string): Uint8Array => bytes(field, Buffer.from(value));
const bytes = (field: number, value: Uint8Array): Uint8Array => Buffer.concat([varint(BigInt((field << 3) | 2)), varint(BigInt(value.length)), value]);
const integer = (field: number, value: bigint): Uint8Array => Buffer.concat([varint(BigInt(field << 3)), varint(value)]);

function float(field: number, value: number): Uint8Array {
  const result = Buffer.alloc(5);
  result[0] = (field << 3) | 5;
  result.writeFloatLE(value, 1);
  return result;
}

function varint(value: bigint): Uint8Array {
  const digits: number[] = [];
  for (; value > 127n; value >>= 7n) digits.push(Number(value & 127n) | 128);
  return Uint8Array.of(...digits, Number(value));
}
