// Where the cell of each event lies: base + ((y * width + x) * perPixel + p * perPolarity) << sizeShift, four bytes an
// event. Works on eight events at a time, so columns and `cells` need room for seven more than there are.
export function cellOffsets(
  x: usize, y: usize, p: usize, events: usize, width: i32, perPixel: i32, perPolarity: i32, sizeShift: i32, base: usize, cells: usize,
): void {
  const widths = i16x8.splat(<i16>width);
  const steps = i32x4.splat(perPixel);
  const polaritySteps = i16x8.splat(<i16>perPolarity);
  const bases = i32x4.splat(<i32>base);
  for (let i: usize = 0; i < events; i += 8) {
    const columns = v128.load(x + (i << 1));
    const rows = v128.load(y + (i << 1));
    const polarities = i16x8.mul(i16x8.extend_low_i8x16_u(v128.load_zero<u64>(p + i)), polaritySteps);
    const low = i32x4.add(i32x4.extmul_low_i16x8_u(rows, widths), i32x4.extend_low_i16x8_u(columns));
    const high = i32x4.add(i32x4.extmul_high_i16x8_u(rows, widths), i32x4.extend_high_i16x8_u(columns));
    const lowCell = i32x4.add(i32x4.mul(low, steps), i32x4.extend_low_i16x8_u(polarities));
    const highCell = i32x4.add(i32x4.mul(high, steps), i32x4.extend_high_i16x8_u(polarities));
    v128.store(cells + (i << 2), i32x4.add(bases, i32x4.shl(lowCell, sizeShift)));
    v128.store(cells + (i << 2), i32x4.add(bases, i32x4.shl(highCell, sizeShift)), 16);
  }
}
