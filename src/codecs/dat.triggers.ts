/**
 * DAT files of external triggers, which hold nothing else: eight bytes an edge, little-endian: t in 32 bits of
 * microseconds, then its polarity in bits 3 to 0 and its channel in bits 31 to 26.
 *
 * Source: the DAT section of the OpenEB documentation.
 * @module
 */
import { ByteWindow, type ByteSink, type ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { TriggerColumns } from "../events/schema.js";
import type { EventBatch, ReadFromOptions } from "./codec.js";
import { report } from "./word-decoder.js";
import { checkTriggerId, refuseStep } from "./word-writer.js";

const edgeBytes = 8;
const batchBytes = 1 << 16;
const clockPeriod = 1n << 32n;
const none = { t: new BigInt64Array(0), x: new Uint16Array(0), y: new Uint16Array(0), p: new Uint8Array(0) };

/** The clock wraps every 71.6 minutes, as that of events does. */
export async function* readDatTriggers(source: ByteSource, start: number, options: ReadFromOptions): AsyncGenerator<EventBatch> {
  const window = new ByteWindow(source);
  let position = start;
  let last: bigint | undefined;
  let wraps = 0n;
  let shift = 0n;
  for (;;) {
    options.signal?.throwIfAborted();
    const bytes = await window.bytes(position, source.grown ? edgeBytes : batchBytes);
    const length = Math.floor(bytes.length / edgeBytes);
    const triggers = { t: new BigInt64Array(length), id: new Uint8Array(length), p: new Uint8Array(length) };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < length; i++) {
      const stamp = BigInt(view.getUint32(i * edgeBytes, true));
      const word = view.getUint32(i * edgeBytes + 4, true);
      if (last === undefined && options.shift) shift = stamp;
      if (last !== undefined && last - stamp >= clockPeriod / 2n) wraps++;
      last = stamp;
      triggers.t[i] = wraps * clockPeriod + stamp - shift;
      triggers.id[i] = word >>> 26;
      triggers.p[i] = (word & 15) === 0 ? 0 : 1;
    }
    position += length * edgeBytes;
    const seen = { extent: { width: 0, height: 0 }, backwardSteps: 0, largestBackward: 0n, shift };
    if (length > 0) yield { columns: none, triggers, bytesRead: position, seen };
    const rest = bytes.length - length * edgeBytes;
    if (bytes.length === batchBytes || (source.grown && rest === 0 && length > 0)) continue;
    if (rest > 0 && !source.grown) {
      report(new DecodeError({ codec: "dat", byteOffset: position, expected: `a trigger of ${edgeBytes} bytes`, received: `the end of the file after ${rest} of them` }), options);
    }
    return;
  }
}

export async function writeDatTriggers(sink: ByteSink, { t, id, p }: TriggerColumns): Promise<void> {
  const bytes = new Uint32Array(2 * t.length);
  for (let i = 0; i < t.length; i++) {
    const since = i === 0 ? 0n : t[i] - t[i - 1];
    // A reader knows a wrap from a step back by its size alone.
    if (since >= clockPeriod / 2n || since < -clockPeriod / 2n || (i > 0 && t[i] >> 32n < t[i - 1] >> 32n)) refuseStep("dat", t[i - 1], t[i]);
    bytes[2 * i] = Number(t[i] & 0xffffffffn);
    bytes[2 * i + 1] = ((checkTriggerId("dat", id[i], 64) << 26) | p[i]) >>> 0;
  }
  await sink.write(new Uint8Array(bytes.buffer));
}
