/**
 * ECF, the event compression of Prophesee HDF5 files (filter 36559), in readable form: what the WebAssembly kernels
 * are compared with.
 *
 * A block holds at most 65535 events. It begins with u32 `n << 2 | packAll << 1 | packColumns`, then, without
 * alignment, little-endian:
 *
 * - times: u64 of the first, then bytes of a step (high four bits) and a count (low four; 15: a u16 follows): the time
 *   grows by the step, and so many events have it. Bytes with step 15 add a longer step of four bits each, lowest first.
 * - packAll: three u32 for four events of 24 bits: y 12, x 11, p 1.
 * - otherwise rows: u16 of y (11 bits) and a count (5; 31: a u16 follows); then
 *   - packColumns: three u16 for four events of 12 bits: x 11, p 1; or
 *   - columns: u16 of x (11 bits) and a mask (5): x, and its next five neighbours to the right by a bit each, the
 *     nearest highest; then polarities: a byte of p (1 bit) and a count (7; 127: a u16 follows).
 *
 * Source: the layout that prophesee-ai/hdf5_ecf reads and writes, described anew; the choice of a mode follows its encoder, so that
 * the bytes are the same.
 * @module
 */
import type { EventColumns } from "../../events/schema.js";
import { field, type DecodeBlock } from "../../wasm/decode-block.js";

export const largestEcfBlock = 65535;
/** Coordinates that have room in a block. */
export const ecfAddressable = 2048;

/** Decodes the block at `position` into the rows behind the events, and returns how many; -1 when it is broken. */
export function decodeEcfDefinition({ bytes, state, t, x, y, p }: DecodeBlock): number {
  let at = state[field.position];
  const end = state[field.end];
  const first = state[field.events];
  const view = new DataView(bytes.buffer);
  const has = (count: number) => at + count <= end;
  const u8 = () => bytes[at++];
  const u16 = () => view.getUint16((at += 2) - 2, true);
  const u32 = () => view.getUint32((at += 4) - 4, true);
  if (!has(12)) return -1;
  const head = u32();
  const n = head >>> 2;
  if (n > largestEcfBlock || first + n > state[field.capacity]) return -1;

  let time = view.getBigInt64(at, true);
  at += 8;
  for (let i = 0, far = -1n, bits = 0n; i < n; ) {
    if (!has(1)) return -1;
    const byte = u8();
    let count = byte & 15;
    if (byte >> 4 === 15) {
      if (far < 0n) far = bits = 0n;
      far |= BigInt(count) << bits;
      bits += 4n;
      continue;
    }
    if (far >= 0n) time = BigInt.asIntN(64, time + far);
    far = -1n;
    time = BigInt.asIntN(64, time + BigInt(byte >> 4));
    if (count === 15) {
      if (!has(2)) return -1;
      count = u16();
    }
    for (; count > 0 && i < n; count--) t[first + i++] = time;
  }

  const putAll = (i: number, value: number) => {
    y[first + i] = (value >>> 12) & 0x7ff;
    x[first + i] = (value >>> 1) & 0x7ff;
    p[first + i] = value & 1;
  };
  if (head & 2) {
    for (let i = 0; i < n; i += 4) {
      if (!has(12)) return -1;
      const [a, b, c] = [u32(), u32(), u32()];
      putAll(i, a >>> 8);
      putAll(i + 1, (a & 0xff) | ((b >>> 16) << 8));
      putAll(i + 2, (b & 0xffff) | ((c >>> 24) << 16));
      putAll(i + 3, c & 0xffffff);
    }
    return n;
  }
  for (let i = 0; i < n; ) {
    if (!has(2)) return -1;
    const word = u16();
    let count = word & 31;
    if (count === 31) {
      if (!has(2)) return -1;
      count = u16();
    }
    for (; count > 0 && i < n; count--) y[first + i++] = word >> 5;
  }
  const putColumn = (i: number, value: number) => {
    x[first + i] = value >> 1;
    p[first + i] = value & 1;
  };
  if (head & 1) {
    for (let i = 0; i < n; i += 4) {
      if (!has(6)) return -1;
      const [a, b, c] = [u16(), u16(), u16()];
      putColumn(i, a >> 4);
      putColumn(i + 1, (a & 15) | ((b >> 8) << 4));
      putColumn(i + 2, (b & 0xff) | ((c >> 12) << 8));
      putColumn(i + 3, c & 0xfff);
    }
    return n;
  }
  for (let i = 0; i < n; ) {
    if (!has(2)) return -1;
    const word = u16();
    x[first + i++] = word >> 5;
    for (let j = 0; j < 5; j++) if (word & (16 >> j)) x[first + i++] = (word >> 5) + j + 1;
  }
  for (let i = 0; i < n; ) {
    if (!has(1)) return -1;
    const byte = u8();
    let count = byte & 127;
    if (count === 127) {
      if (!has(2)) return -1;
      count = u16();
    }
    for (; count > 0 && i < n; count--) p[first + i++] = byte >> 7;
  }
  return n;
}

/**
 * The block of some events, at least one; `undefined` when a time is earlier than the one before it, or a coordinate
 * needs more than 11 bits: such events cannot be told in this form.
 */
export function encodeEcfDefinition({ t, x, y, p }: EventColumns): Uint8Array | undefined {
  const n = t.length;
  for (let i = 0; i < n; i++) {
    if (x[i] >= ecfAddressable || y[i] >= ecfAddressable || (i > 0 && t[i] < t[i - 1])) return undefined;
  }
  const out: number[] = [];
  const u16 = (value: number) => out.push(value & 255, (value >> 8) & 255);
  const u32 = (value: number) => (u16(value), u16(value >>> 16));
  const run = <Value>(column: ArrayLike<Value>, i: number) => {
    let count = 1;
    while (i + count < n && column[i + count] === column[i]) count++;
    return count;
  };
  const sample = n < 16 ? n : (n + 2) >> 2;
  let repeated = 0;
  for (let i = 1; i < sample; i++) if (y[i] === y[i - 1]) repeated++;
  let near = 0;
  for (let i = 1, base = x[0]; i < sample; i++) {
    if (x[i] > x[i - 1] && x[i] <= base + 5) near++;
    else base = x[i];
  }
  const packAll = repeated <= Math.floor((sample * 20 + 50) / 100);
  const packColumns = !packAll && near <= Math.floor((sample * 8 + 50) / 100);
  u32(n * 4 + (packAll ? 2 : 0) + (packColumns ? 1 : 0));

  let time = t[0];
  for (let k = 0n; k < 64n; k += 8n) out.push(Number((time >> k) & 255n));
  for (let i = 0; i < n; ) {
    let step = t[i] - time;
    if (step >= 15n) {
      for (; step > 0n; step >>= 4n) out.push(0xf0 | Number(step & 15n));
    }
    time = t[i];
    const count = run(t, i);
    i += count;
    out.push((Number(step) << 4) | Math.min(count, 15));
    if (count >= 15) u16(count);
  }
  if (packAll) {
    const value = (i: number) => (i < n ? (y[i] << 12) | (x[i] << 1) | p[i] : 0);
    for (let i = 0; i < n; i += 4) {
      const [a, b, c, d] = [value(i), value(i + 1), value(i + 2), value(i + 3)];
      u32((a << 8) | (b & 255));
      u32(((b >> 8) << 16) | (c & 0xffff));
      u32(((c >> 16) << 24) | d);
    }
    return Uint8Array.from(out);
  }
  for (let i = 0; i < n; ) {
    const count = run(y, i);
    u16((y[i] << 5) | Math.min(count, 31));
    if (count >= 31) u16(count);
    i += count;
  }
  if (packColumns) {
    const value = (i: number) => (i < n ? (x[i] << 1) | p[i] : 0);
    for (let i = 0; i < n; i += 4) {
      const [a, b, c, d] = [value(i), value(i + 1), value(i + 2), value(i + 3)];
      u16((a << 4) | (b & 15));
      u16(((b >> 4) << 8) | (c & 255));
      u16(((c >> 8) << 12) | d);
    }
    return Uint8Array.from(out);
  }
  for (let i = 0; i < n; ) {
    const column = x[i++];
    let word = column << 5;
    for (let j = 0; j < 5; j++) {
      if (i < n && x[i] === column + j + 1) {
        word |= 16 >> j;
        i++;
      }
    }
    u16(word);
  }
  for (let i = 0; i < n; ) {
    const count = run(p, i);
    out.push((p[i] << 7) | Math.min(count, 127));
    if (count >= 127) u16(count);
    i += count;
  }
  return Uint8Array.from(out);
}
