// Events as records of one size, with fields at any offset: see src/codecs/records.definition.ts. Eight records of at
// most 16 bytes that hold no fault and nothing new are taken at once.
import { CAPACITY, END, EVENTS, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, admit, put } from "./decode-block";

const STRIDE = REGISTERS;
const T_AT = REGISTERS + 4;
const X_AT = REGISTERS + 8;
const Y_AT = REGISTERS + 12;
const P_AT = REGISTERS + 16;
// Shift that makes the sign bit of a polarity of one or two bytes the sign of a word: 24 or 16.
const P_SHIFT = REGISTERS + 20;
// 1 when polarities have no sign.
const P_UNSIGNED = REGISTERS + 24;

export function decodeRecords(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  const stride = <usize>load<u32>(block, STRIDE);
  const tAt = <usize>load<u32>(block, T_AT);
  const xAt = <usize>load<u32>(block, X_AT);
  const yAt = <usize>load<u32>(block, Y_AT);
  const pAt = <usize>load<u32>(block, P_AT);
  const pShift = load<u32>(block, P_SHIFT);
  const pUnsigned = load<u32>(block, P_UNSIGNED);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  if (load<i32>(block, SHIFT_WANTED) && position + stride <= end) {
    store<i32>(block, 0, SHIFT_WANTED);
    store<i64>(block, load<i64>(position + tAt), SHIFT);
  }
  const shift = load<i64>(block, SHIFT);
  // Brings a record to the order t, x, y, p; a polarity of one byte stands in the upper half of its word.
  const order = ordered(tAt, xAt, yAt, pAt, pShift);
  const shifts = i64x2.splat(shift);
  const signs = i16x8.splat(pUnsigned ? 0 : -1);
  // Where to try eight at once again: behind those that held something rare.
  let retry = position;
  while (position + stride <= end && out < capacity) {
    while (stride <= 16 && stride >= tAt + 8 && position >= retry && position + (stride << 3) + 16 <= end + stride && out + 8 <= capacity) {
      let at = position;
      const a = i8x16.swizzle(v128.load(at), order);
      const b = i8x16.swizzle(v128.load((at += stride)), order);
      const c = i8x16.swizzle(v128.load((at += stride)), order);
      const d = i8x16.swizzle(v128.load((at += stride)), order);
      const e = i8x16.swizzle(v128.load((at += stride)), order);
      const f = i8x16.swizzle(v128.load((at += stride)), order);
      const g = i8x16.swizzle(v128.load((at += stride)), order);
      const h = i8x16.swizzle(v128.load((at += stride)), order);
      const t0 = i64x2.sub(v128.shuffle<i64>(a, b, 0, 2), shifts);
      const t2 = i64x2.sub(v128.shuffle<i64>(c, d, 0, 2), shifts);
      const t4 = i64x2.sub(v128.shuffle<i64>(e, f, 0, 2), shifts);
      const t6 = i64x2.sub(v128.shuffle<i64>(g, h, 0, 2), shifts);
      // Rows of x, y, p of two records each, then columns.
      const ab = v128.shuffle<i64>(a, b, 1, 3);
      const cd = v128.shuffle<i64>(c, d, 1, 3);
      const ef = v128.shuffle<i64>(e, f, 1, 3);
      const gh = v128.shuffle<i64>(g, h, 1, 3);
      const front = v128.shuffle<i16>(ab, cd, 0, 4, 8, 12, 1, 5, 9, 13);
      const back = v128.shuffle<i16>(ef, gh, 0, 4, 8, 12, 1, 5, 9, 13);
      const xs = v128.shuffle<i64>(front, back, 0, 2);
      const ys = v128.shuffle<i64>(front, back, 1, 3);
      const ps = v128.shuffle<i64>(v128.shuffle<i16>(ab, cd, 2, 6, 10, 14, 3, 7, 11, 15), v128.shuffle<i16>(ef, gh, 2, 6, 10, 14, 3, 7, 11, 15), 0, 2);
      const rare = v128.or(
        v128.or(i16x8.ge_u(xs, i16x8.splat(<i16>xEnd)), i16x8.ge_u(ys, i16x8.splat(<i16>yEnd))),
        v128.or(
          v128.or(i64x2.lt_s(t0, v128.shuffle<i64>(i64x2.splat(last), t0, 0, 2)), i64x2.lt_s(t2, v128.shuffle<i64>(t0, t2, 1, 2))),
          v128.or(i64x2.lt_s(t4, v128.shuffle<i64>(t2, t4, 1, 2)), i64x2.lt_s(t6, v128.shuffle<i64>(t4, t6, 1, 2))),
        ),
      );
      if (v128.any_true(rare)) {
        retry = position + (stride << 3);
        break;
      }
      const to = t + (out << 3);
      v128.store(to, t0);
      v128.store(to, t2, 16);
      v128.store(to, t4, 32);
      v128.store(to, t6, 48);
      v128.store(x + (out << 1), xs);
      v128.store(y + (out << 1), ys);
      // On: not zero, and not negative where polarities have a sign.
      const off = v128.or(i16x8.eq(ps, i16x8.splat(0)), v128.and(signs, i16x8.shr_s(ps, 15)));
      v128.store64_lane(p + out, i8x16.narrow_i16x8_u(v128.andnot(i16x8.splat(1), off), off), 0);
      last = i64x2.extract_lane(t6, 1);
      out += 8;
      position += stride << 3;
    }
    if (position + stride > end || out >= capacity) break;
    const time = load<i64>(position + tAt) - shift;
    const column = <i32>load<u16>(position + xAt);
    const row = <i32>load<u16>(position + yAt);
    const on = u8(<i32>((<u32>load<u16>(position + pAt) << pShift) >> pUnsigned) > 0);
    position += stride;
    if (i32(time < last) | i32(column >= xEnd) | i32(row >= yEnd)) {
      if (!admit(block, column, row, time, last)) break;
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
    }
    last = time;
    put(t, x, y, p, out, time, column, row, on);
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}

// The bytes of a record of at most 16 bytes in the order t, x, y, p; what lies elsewhere reads as zero.
function ordered(t: usize, x: usize, y: usize, p: usize, pShift: u32): v128 {
  let order = i8x16.splat(-1);
  order = i64x2.replace_lane(order, 0, 0x0706050403020100 + <i64>(t & 15) * 0x0101010101010101);
  order = i16x8.replace_lane(order, 4, <i16>(0x0100 + (x & 15) * 0x0101));
  order = i16x8.replace_lane(order, 5, <i16>(0x0100 + (y & 15) * 0x0101));
  return i16x8.replace_lane(order, 6, pShift == 16 ? <i16>(0x0100 + (p & 15) * 0x0101) : <i16>(((p & 15) << 8) | 0x80));
}
