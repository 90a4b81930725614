// counts[(y * width + x) * 2 + p] += 1 in one pass, for grids of which every part is copied out anyway: in bytes, which stay
// in the cache where 32 bits a cell do not; one that is full goes over into the 256s of `carried`, 32 bits a cell.
// Columns need room for seven more events than there are.
export function countPolarity(x: usize, y: usize, p: usize, events: i32, width: i32, counts: usize, carried: usize): void {
  const widths = i16x8.splat(<i16>width);
  const whole = <usize>events & ~7;
  for (let i: usize = 0; i < whole; i += 8) {
    const columns = v128.load(x + (i << 1));
    const rows = v128.load(y + (i << 1));
    const polarities = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(p + i));
    const low = i32x4.add(i32x4.extmul_low_i16x8_u(rows, widths), i32x4.extend_low_i16x8_u(columns));
    const high = i32x4.add(i32x4.extmul_high_i16x8_u(rows, widths), i32x4.extend_high_i16x8_u(columns));
    const lowCell = i32x4.add(i32x4.shl(low, 1), i32x4.extend_low_i16x8_u(polarities));
    const highCell = i32x4.add(i32x4.shl(high, 1), i32x4.extend_high_i16x8_u(polarities));
    const first = i64x2.extract_lane(lowCell, 0);
    const second = i64x2.extract_lane(lowCell, 1);
    const third = i64x2.extract_lane(highCell, 0);
    const fourth = i64x2.extract_lane(highCell, 1);
    addOne(counts, carried, <usize>(<u32>first));
    addOne(counts, carried, <usize>(first >> 32));
    addOne(counts, carried, <usize>(<u32>second));
    addOne(counts, carried, <usize>(second >> 32));
    addOne(counts, carried, <usize>(<u32>third));
    addOne(counts, carried, <usize>(third >> 32));
    addOne(counts, carried, <usize>(<u32>fourth));
    addOne(counts, carried, <usize>(fourth >> 32));
  }
  for (let i = whole; i < <usize>events; i++) {
    addOne(counts, carried, (<usize>load<u16>(y + (i << 1)) * width + load<u16>(x + (i << 1))) * 2 + load<u8>(p + i));
  }
}

// @ts-ignore: decorator
@inline
function addOne(counts: usize, carried: usize, cell: usize): void {
  const value = <u32>load<u8>(counts + cell) + 1;
  store<u8>(counts + cell, value);
  if (value == 256) store<u32>(carried + (cell << 2), load<u32>(carried + (cell << 2)) + 256);
}

// sums += bytes, 32 bits each.
export function addBytes(sums: usize, bytes: usize, cells: i32): void {
  const end = bytes + <usize>cells;
  for (; bytes + 8 <= end; bytes += 8, sums += 32) {
    const words = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(bytes));
    v128.store(sums, i32x4.add(v128.load(sums), i32x4.extend_low_i16x8_u(words)));
    v128.store(sums, i32x4.add(v128.load(sums, 16), i32x4.extend_high_i16x8_u(words)), 16);
  }
  for (; bytes < end; bytes++, sums += 4) store<u32>(sums, load<u32>(sums) + <u32>load<u8>(bytes));
}
