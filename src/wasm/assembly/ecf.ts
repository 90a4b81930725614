// One block of ECF: see src/codecs/ecf.definition.ts, which has the format.
import { CAPACITY, END, EVENTS, P, POSITION, T, X, Y } from "./decode-block";

// Decodes the block at POSITION into the rows behind the events, and returns how many; -1 when it is broken or does
// not fit. EVENTS stays: the rows are taken by decodeRows.
export function decodeEcf(block: usize): i32 {
  let at = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  const first = <usize>load<u32>(block, EVENTS);
  if (at + 12 > end) return -1;
  const head = load<u32>(at);
  const n = <usize>(head >> 2);
  if (n > 65535 || first + n > <usize>load<u32>(block, CAPACITY)) return -1;
  at += 4;
  const t = <usize>load<u32>(block, T) + (first << 3);
  const x = <usize>load<u32>(block, X) + (first << 1);
  const y = <usize>load<u32>(block, Y) + (first << 1);
  const p = <usize>load<u32>(block, P) + first;

  let time = load<i64>(at);
  at += 8;
  for (let i: usize = 0; i < n; ) {
    if (at >= end) return -1;
    const byte = <u32>load<u8>(at++);
    const step = byte >> 4;
    let count = byte & 15;
    if (step == 15) {
      let far: u64 = <u64>count;
      let bits: u64 = 4;
      while (at < end && load<u8>(at) >> 4 == 15) {
        if (bits < 64) far |= <u64>(load<u8>(at) & 15) << bits;
        bits += 4;
        at++;
      }
      time += <i64>far;
      continue;
    }
    time += <i64>step;
    if (count == 15) {
      if (at + 2 > end) return -1;
      count = <u32>load<u16>(at);
      at += 2;
    }
    const stop = min<usize>(n, i + <usize>count);
    for (; i < stop; i++) store<i64>(t + (i << 3), time);
  }

  if (head & 2) {
    if (at + ((n + 3) >> 2) * 12 > end) return -1;
    for (let i: usize = 0; i < n; i += 4, at += 12) {
      const a = load<u32>(at);
      const b = load<u32>(at, 4);
      const c = load<u32>(at, 8);
      putPixel(x, y, p, i, a >> 8);
      putPixel(x, y, p, i + 1, (a & 0xff) | ((b >> 16) << 8));
      putPixel(x, y, p, i + 2, (b & 0xffff) | ((c >> 24) << 16));
      putPixel(x, y, p, i + 3, c & 0xffffff);
    }
    return <i32>n;
  }

  for (let i: usize = 0; i < n; ) {
    if (at + 2 > end) return -1;
    const word = <u32>load<u16>(at);
    at += 2;
    let count = word & 31;
    if (count == 31) {
      if (at + 2 > end) return -1;
      count = <u32>load<u16>(at);
      at += 2;
    }
    const row = <u16>(word >> 5);
    const stop = min<usize>(n, i + <usize>count);
    for (; i < stop; i++) store<u16>(y + (i << 1), row);
  }

  if (head & 1) {
    if (at + ((n + 3) >> 2) * 6 > end) return -1;
    for (let i: usize = 0; i < n; i += 4, at += 6) {
      const a = <u32>load<u16>(at);
      const b = <u32>load<u16>(at, 2);
      const c = <u32>load<u16>(at, 4);
      putColumn(x, p, i, a >> 4);
      putColumn(x, p, i + 1, (a & 15) | ((b >> 8) << 4));
      putColumn(x, p, i + 2, (b & 0xff) | ((c >> 12) << 8));
      putColumn(x, p, i + 3, c & 0xfff);
    }
    return <i32>n;
  }

  for (let i: usize = 0; i < n; ) {
    if (at + 2 > end) return -1;
    const word = <u32>load<u16>(at);
    at += 2;
    const column = word >> 5;
    store<u16>(x + (i++ << 1), <u16>column);
    // Up to five neighbours; those behind the last event fall into the slack of the block.
    for (let j: u32 = 0; j < 5; j++) if (word & (16 >> j)) store<u16>(x + (i++ << 1), <u16>(column + j + 1));
  }
  for (let i: usize = 0; i < n; ) {
    if (at >= end) return -1;
    const byte = <u32>load<u8>(at++);
    let count = byte & 127;
    if (count == 127) {
      if (at + 2 > end) return -1;
      count = <u32>load<u16>(at);
      at += 2;
    }
    const run = min<usize>(n - i, <usize>count);
    memory.fill(p + i, <u8>(byte >> 7), run);
    i += run;
  }
  return <i32>n;
}

// @ts-ignore: decorator
@inline
function putPixel(x: usize, y: usize, p: usize, i: usize, value: u32): void {
  store<u16>(y + (i << 1), <u16>((value >> 12) & 0x7ff));
  store<u16>(x + (i << 1), <u16>((value >> 1) & 0x7ff));
  store<u8>(p + i, <u8>(value & 1));
}

// @ts-ignore: decorator
@inline
function putColumn(x: usize, p: usize, i: usize, value: u32): void {
  store<u16>(x + (i << 1), <u16>(value >> 1));
  store<u8>(p + i, <u8>(value & 1));
}

// Encodes n > 0 events into the bytes at `out`, at most 29 an event and 16 more, and returns how many bytes; -1 when a
// time is earlier than the one before it, or a coordinate needs more than 11 bits.
export function encodeEcf(t: usize, x: usize, y: usize, p: usize, n: usize, out: usize): i32 {
  for (let i: usize = 0; i < n; i++) {
    if ((load<u16>(x + (i << 1)) | load<u16>(y + (i << 1))) > 0x7ff) return -1;
    if (i > 0 && load<i64>(t + (i << 3)) < load<i64>(t + (i << 3) - 8)) return -1;
  }
  const sample = n < 16 ? n : (n + 2) >> 2;
  let at = out + 4;

  let time = load<i64>(t);
  store<i64>(at, time);
  at += 8;
  for (let i: usize = 0; i < n; ) {
    const now = load<i64>(t + (i << 3));
    let step = <u64>(now - time);
    if (step >= 15) {
      for (; step > 0; step >>= 4) store<u8>(at++, <u8>(0xf0 | (step & 15)));
      step = 0;
    }
    time = now;
    let count: usize = 1;
    while (i + count < n && load<i64>(t + ((i + count) << 3)) == now) count++;
    i += count;
    if (count < 15) store<u8>(at++, <u8>((step << 4) | count));
    else {
      store<u8>(at, <u8>((step << 4) | 15));
      store<u16>(at + 1, <u16>count);
      at += 3;
    }
  }

  const packAll = repeatedRows(y, sample) <= <usize>((<u32>sample * 20 + 50) / 100);
  const packColumns = !packAll && neighbours(x, sample) <= <usize>((<u32>sample * 8 + 50) / 100);
  store<u32>(out, (<u32>n << 2) | (<u32>packAll << 1) | <u32>packColumns);
  if (packAll) {
    for (let i: usize = 0; i < n; i += 4, at += 12) {
      const b = pixel(x, y, p, i + 1, n);
      const c = pixel(x, y, p, i + 2, n);
      store<u32>(at, (pixel(x, y, p, i, n) << 8) | (b & 0xff));
      store<u32>(at, ((b >> 8) << 16) | (c & 0xffff), 4);
      store<u32>(at, ((c >> 16) << 24) | pixel(x, y, p, i + 3, n), 8);
    }
    return <i32>(at - out);
  }

  for (let i: usize = 0; i < n; ) {
    const row = <u32>load<u16>(y + (i << 1));
    let count: usize = 1;
    while (i + count < n && load<u16>(y + ((i + count) << 1)) == row) count++;
    i += count;
    if (count < 31) store<u16>(at, <u16>((row << 5) | <u32>count));
    else {
      store<u16>(at, <u16>((row << 5) | 31));
      store<u16>(at, <u16>count, 2);
      at += 2;
    }
    at += 2;
  }

  if (packColumns) {
    for (let i: usize = 0; i < n; i += 4, at += 6) {
      const b = pixel(x, 0, p, i + 1, n);
      const c = pixel(x, 0, p, i + 2, n);
      store<u16>(at, <u16>((pixel(x, 0, p, i, n) << 4) | (b & 15)));
      store<u16>(at, <u16>(((b >> 4) << 8) | (c & 0xff)), 2);
      store<u16>(at, <u16>(((c >> 8) << 12) | pixel(x, 0, p, i + 3, n)), 4);
    }
    return <i32>(at - out);
  }

  for (let i: usize = 0; i < n; at += 2) {
    const column = <u32>load<u16>(x + (i++ << 1));
    let word = column << 5;
    for (let j: u32 = 0; j < 5; j++) {
      if (i < n && <u32>load<u16>(x + (i << 1)) == column + j + 1) {
        word |= 16 >> j;
        i++;
      }
    }
    store<u16>(at, <u16>word);
  }
  for (let i: usize = 0; i < n; ) {
    const on = load<u8>(p + i);
    let count: usize = 1;
    while (i + count < n && load<u8>(p + i + count) == on) count++;
    i += count;
    if (count < 127) store<u8>(at++, <u8>((on << 7) | <u8>count));
    else {
      store<u8>(at, (on << 7) | 127);
      store<u16>(at + 1, <u16>count);
      at += 3;
    }
  }
  return <i32>(at - out);
}

function repeatedRows(y: usize, sample: usize): usize {
  let count: usize = 0;
  for (let i: usize = 1; i < sample; i++) count += usize(load<u16>(y + (i << 1)) == load<u16>(y + (i << 1) - 2));
  return count;
}

function neighbours(x: usize, sample: usize): usize {
  let count: usize = 0;
  let base = <u32>load<u16>(x);
  let previous = base;
  for (let i: usize = 1; i < sample; i++) {
    const column = <u32>load<u16>(x + (i << 1));
    if (column > previous && column <= base + 5) count++;
    else base = column;
    previous = column;
  }
  return count;
}

// The bits of one event, with y when there is a column of it; 0 behind the last.
function pixel(x: usize, y: usize, p: usize, i: usize, n: usize): u32 {
  if (i >= n) return 0;
  const row = y == 0 ? 0 : <u32>load<u16>(y + (i << 1));
  return (row << 12) | (<u32>load<u16>(x + (i << 1)) << 1) | <u32>load<u8>(p + i);
}
