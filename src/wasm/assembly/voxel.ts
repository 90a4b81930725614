import { cellOffsets } from "./cells";

// Sums of s(1 - f) and s f in f64, one plane of pixels a bin, so that the two cells of an event lie in the two planes
// that are hot at its time. `planes` points at bin 0; two planes before it and two behind the last take what falls
// outside. The arithmetic is that of the definition in TypeScript, operation for operation, so that the sums are equal.
export function voxelPlanes(
  t: usize, x: usize, y: usize, p: usize, events: i32, width: i32, planeCells: i32, bins: i32, split: bool, signed: bool,
  first: i64, steps: f64, duration: f64, offset: f64, cells: usize, shares: usize, planes: usize,
): void {
  // With split polarity a bin is a pair of planes: off, on.
  cellOffsets(x, y, p, events, width, 1, split ? planeCells : 0, 3, planes, cells);
  const next = <usize>planeCells << (split ? 4 : 3);
  timeShares(t, p, events, signed, first, steps, duration, offset, bins, next, cells, shares);
  for (let i: usize = 0; i < <usize>events; i++) {
    const lower = <usize>load<u32>(cells + (i << 2));
    const upper = lower + next;
    store<f64>(lower, load<f64>(lower) + load<f64>(shares + (i << 4)));
    store<f64>(upper, load<f64>(upper) + load<f64>(shares + (i << 4), 8));
  }
}

// An integer below 2^51 becomes a double by being added to the bits of 2^52 + 2^51.
const doubleBits: i64 = 0x4338000000000000;
const doubleBias: f64 = 6755399441055744;

// Adds to each cell the offset of the plane of its lower bin, and writes the two shares of each event.
function timeShares(
  t: usize, p: usize, events: usize, signed: bool, first: i64, steps: f64, duration: f64, offset: f64,
  bins: i32, planeBytes: usize, cells: usize, shares: usize,
): void {
  const shift = i64x2.splat(doubleBits - first);
  const bias = f64x2.splat(doubleBias);
  const one = f64x2.splat(1);
  const below = f64x2.splat(-2);
  const above = f64x2.splat(<f64>bins);
  for (let i: usize = 0; i < events; i += 2) {
    const time = f64x2.sub(i64x2.add(v128.load(t + (i << 3)), shift), bias);
    const position = f64x2.add(f64x2.div(f64x2.mul(f64x2.splat(steps), time), f64x2.splat(duration)), f64x2.splat(offset));
    const bin = f64x2.floor(position);
    const fraction = f64x2.sub(position, bin);
    const plane = i32x4.trunc_sat_f64x2_s_zero(f64x2.min(f64x2.max(bin, below), above));
    const cell = i32x4.add(v128.load_zero<u64>(cells + (i << 2)), i32x4.mul(plane, i32x4.splat(<i32>planeBytes)));
    v128.store_lane<u64>(cells + (i << 2), cell, 0);
    const polarity = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load_zero<u32>(p + i)));
    const sign = signed ? f64x2.convert_low_i32x4_s(i32x4.sub(i32x4.shl(polarity, 1), i32x4.splat(1))) : one;
    const lower = f64x2.mul(sign, f64x2.sub(one, fraction));
    const upper = f64x2.mul(sign, fraction);
    v128.store(shares + (i << 4), v128.shuffle<i64>(lower, upper, 0, 2));
    v128.store(shares + (i << 4), v128.shuffle<i64>(lower, upper, 1, 3), 16);
  }
}
