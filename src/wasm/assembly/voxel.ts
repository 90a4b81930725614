// Shares of the events of one bin: cell += s(1 - f), and the cell `step` bytes behind it += s f, in single or double
// precision, where f is how far t* lies behind the bin, and s the sign times the weight. The arithmetic is that of the definition
// in TypeScript, operation for operation, so that the sums are equal. `which` is 3 for both shares, 1 for the lower and
// 2 for the upper alone, which then goes to the cell itself.
//
// t* = steps (t - first) / duration + offset; weight = (t - weightFirst) / weightDuration, or 1 when weightDuration is 0.
export function voxelShares(
  cells: usize, t: usize, p: usize, events: i32, shares: usize, which: i32, step: i32, signed: bool, double: bool,
  first: i64, steps: f64, duration: f64, offset: f64, bin: f64, weightFirst: i64, weightDuration: f64,
): void {
  const shift = i64x2.splat(doubleBits - first);
  const weightShift = i64x2.splat(doubleBits - weightFirst);
  const bias = f64x2.splat(doubleBias);
  const one = f64x2.splat(1);
  for (let i: usize = 0; i < <usize>events; i += 2) {
    const time = v128.load(t + (i << 3));
    const age = f64x2.sub(i64x2.add(time, shift), bias);
    const position = f64x2.add(f64x2.div(f64x2.mul(f64x2.splat(steps), age), f64x2.splat(duration)), f64x2.splat(offset));
    const fraction = f64x2.sub(position, f64x2.splat(bin));
    let sign = one;
    if (signed) {
      const polarity = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load_zero<u32>(p + i)));
      sign = f64x2.convert_low_i32x4_s(i32x4.sub(i32x4.shl(polarity, 1), i32x4.splat(1)));
    }
    if (weightDuration > 0) sign = f64x2.mul(sign, f64x2.div(f64x2.sub(i64x2.add(time, weightShift), bias), f64x2.splat(weightDuration)));
    const lower = f64x2.mul(sign, f64x2.sub(one, fraction));
    const upper = f64x2.mul(sign, fraction);
    // lower 0, upper 0, lower 1, upper 1
    if (double) {
      v128.store(shares + (i << 4), v128.shuffle<i64>(lower, upper, 0, 2));
      v128.store(shares + (i << 4), v128.shuffle<i64>(lower, upper, 1, 3), 16);
    } else {
      v128.store(shares + (i << 3), v128.shuffle<i32>(f32x4.demote_f64x2_zero(lower), f32x4.demote_f64x2_zero(upper), 0, 4, 1, 5));
    }
  }
  if (double) {
    for (let i: usize = 0; i < <usize>events; i++) {
      const cell = <usize>load<u32>(cells + (i << 2));
      if (which != 3) {
        store<f64>(cell, load<f64>(cell) + load<f64>(shares + (i << 4) + (which == 2 ? 8 : 0)));
      } else {
        store<f64>(cell, load<f64>(cell) + load<f64>(shares + (i << 4)));
        store<f64>(cell + step, load<f64>(cell + step) + load<f64>(shares + (i << 4), 8));
      }
    }
  } else if (which < 3) {
    const share = shares + (which == 2 ? 4 : 0);
    for (let i: usize = 0; i < <usize>events; i++) {
      const cell = <usize>load<u32>(cells + (i << 2));
      store<f32>(cell, load<f32>(cell) + load<f32>(share + (i << 3)));
    }
  } else if (step == 4) {
    for (let i: usize = 0; i < <usize>events; i++) {
      const cell = <usize>load<u32>(cells + (i << 2));
      v128.store_lane<u64>(cell, f32x4.add(v128.load_zero<u64>(cell), v128.load_zero<u64>(shares + (i << 3))), 0);
    }
  } else {
    for (let i: usize = 0; i < <usize>events; i++) {
      const cell = <usize>load<u32>(cells + (i << 2));
      store<f32>(cell, load<f32>(cell) + load<f32>(shares + (i << 3)));
      store<f32>(cell + step, load<f32>(cell + step) + load<f32>(shares + (i << 3), 4));
    }
  }
}

// An integer below 2^51 becomes a double by being added to the bits of 2^52 + 2^51.
const doubleBits: i64 = 0x4338000000000000;
const doubleBias: f64 = 6755399441055744;
