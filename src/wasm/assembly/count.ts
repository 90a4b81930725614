// counts[(y * width + x) * 2 + p] += 1, 32 bits a cell, in one pass: for grids of which every part is copied out anyway.
// Columns need room for seven more events than there are.
export function countPolarity(x: usize, y: usize, p: usize, events: i32, width: i32, counts: usize): void {
  const widths = i16x8.splat(<i16>width);
  const whole = <usize>events & ~7;
  for (let i: usize = 0; i < whole; i += 8) {
    const columns = v128.load(x + (i << 1));
    const rows = v128.load(y + (i << 1));
    const polarities = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(p + i));
    const low = i32x4.add(i32x4.extmul_low_i16x8_u(rows, widths), i32x4.extend_low_i16x8_u(columns));
    const high = i32x4.add(i32x4.extmul_high_i16x8_u(rows, widths), i32x4.extend_high_i16x8_u(columns));
    const lowCell = i32x4.add(i32x4.shl(low, 3), i32x4.shl(i32x4.extend_low_i16x8_u(polarities), 2));
    const highCell = i32x4.add(i32x4.shl(high, 3), i32x4.shl(i32x4.extend_high_i16x8_u(polarities), 2));
    const first = i64x2.extract_lane(lowCell, 0);
    const second = i64x2.extract_lane(lowCell, 1);
    const third = i64x2.extract_lane(highCell, 0);
    const fourth = i64x2.extract_lane(highCell, 1);
    addOne(counts + <usize>(<u32>first));
    addOne(counts + <usize>(first >> 32));
    addOne(counts + <usize>(<u32>second));
    addOne(counts + <usize>(second >> 32));
    addOne(counts + <usize>(<u32>third));
    addOne(counts + <usize>(third >> 32));
    addOne(counts + <usize>(<u32>fourth));
    addOne(counts + <usize>(fourth >> 32));
  }
  for (let i = whole; i < <usize>events; i++) {
    addOne(counts + (((<usize>load<u16>(y + (i << 1)) * width + load<u16>(x + (i << 1))) * 2 + load<u8>(p + i)) << 2));
  }
}

// @ts-ignore: decorator
@inline
function addOne(cell: usize): void {
  store<u32>(cell, load<u32>(cell) + 1);
}
