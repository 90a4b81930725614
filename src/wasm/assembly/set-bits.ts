// The places of the set bits of a mask of 8 bits, in order: eight bytes a mask.
export const places = memory.data(2048, 16);
for (let mask = 0; mask < 256; mask++) {
  let n = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((mask >> bit) & 1) store<u8>(places + (mask << 3) + n++, <u8>bit);
  }
}

// Writes an event for each set bit of a mask: same time, row and polarity, columns from `first` on. Writes up to seven
// events behind the last one.
// @ts-ignore: decorator
@inline
export function emitBits(t: usize, x: usize, y: usize, p: usize, out: usize, mask: u32, time: i64, first: i32, row: i32, polarity: u32): usize {
  const times = i64x2.splat(time);
  const rows = i16x8.splat(<i16>row);
  const polarities = polarity * 0x01010101;
  const skipped = ctz<u32>(mask);
  let column = first + <i32>skipped;
  mask >>= skipped;
  do {
    const low = <usize>(mask & 0xff);
    const at = t + (out << 3);
    v128.store(at, times);
    if (low > 3) {
      v128.store(at, times, 16);
      v128.store(at, times, 32);
      v128.store(at, times, 48);
    }
    v128.store(x + (out << 1), i16x8.add(v128.load_ext<u8>(places + (low << 3)), i16x8.splat(<i16>column)));
    v128.store(y + (out << 1), rows);
    store<u32>(p + out, polarities);
    store<u32>(p + out, polarities, 4);
    out += <usize>popcnt<u32>(<u32>low);
    column += 8;
    mask >>= 8;
  } while (mask);
  return out;
}

// Writes an event for each set bit of 32. Writes up to 39 events behind the first.
// @ts-ignore: decorator
@inline
export function emitGroup(t: usize, x: usize, y: usize, p: usize, out: usize, mask: u32, time: i64, first: i32, row: v128, polarity: i32): usize {
  const times = i64x2.splat(time);
  const polarities = i8x16.splat(<i8>polarity);
  let next = emitColumns(x, out, mask & 0xff, first);
  next = emitColumns(x, next, (mask >> 8) & 0xff, first + 8);
  next = emitColumns(x, next, (mask >> 16) & 0xff, first + 16);
  next = emitColumns(x, next, mask >> 24, first + 24);
  for (let from = out; from < next; from += 16) {
    const at = t + (from << 3);
    v128.store(at, times);
    v128.store(at, times, 16);
    v128.store(at, times, 32);
    v128.store(at, times, 48);
    v128.store(at, times, 64);
    v128.store(at, times, 80);
    v128.store(at, times, 96);
    v128.store(at, times, 112);
    v128.store(y + (from << 1), row);
    v128.store(y + (from << 1), row, 16);
    v128.store(p + from, polarities);
  }
  return next;
}

// @ts-ignore: decorator
@inline
function emitColumns(x: usize, out: usize, mask: u32, first: i32): usize {
  v128.store(x + (out << 1), i16x8.add(v128.load_ext<u8>(places + (<usize>mask << 3)), i16x8.splat(<i16>first)));
  return out + <usize>popcnt<u32>(mask);
}
