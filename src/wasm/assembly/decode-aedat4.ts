// Events of AEDAT4, as they lie in a packet: see src/codecs/aedat4.definition.ts. Eight events in order, within the
// extent so far, are decoded at once; all others one by one.
import { CAPACITY, END, EVENTS, LAST_T, P, POSITION, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, admit, put } from "./decode-block";

export function decodeAedat4(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  if (load<i32>(block, SHIFT_WANTED) && position + 16 <= end) {
    store<i32>(block, 0, SHIFT_WANTED);
    store<i64>(block, load<i64>(position), SHIFT);
  }
  const shift = load<i64>(block, SHIFT);
  const shifts = i64x2.splat(shift);
  // Where to try eight at once again: behind those that held something rare.
  let retry = position;
  while (position + 16 <= end && out < capacity) {
    while (position >= retry && position + 128 <= end && out + 8 <= capacity) {
      const a = v128.load(position);
      const b = v128.load(position, 16);
      const c = v128.load(position, 32);
      const d = v128.load(position, 48);
      const e = v128.load(position, 64);
      const f = v128.load(position, 80);
      const g = v128.load(position, 96);
      const h = v128.load(position, 112);
      const ab = i64x2.sub(v128.shuffle<i64>(a, b, 0, 2), shifts);
      const cd = i64x2.sub(v128.shuffle<i64>(c, d, 0, 2), shifts);
      const ef = i64x2.sub(v128.shuffle<i64>(e, f, 0, 2), shifts);
      const gh = i64x2.sub(v128.shuffle<i64>(g, h, 0, 2), shifts);
      // x and y of two events, then whether they are on.
      const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      const ef2 = v128.shuffle<i32>(e, f, 2, 6, 3, 7);
      const gh2 = v128.shuffle<i32>(g, h, 2, 6, 3, 7);
      const low = v128.shuffle<i64>(ab2, cd2, 0, 2);
      const high = v128.shuffle<i64>(ef2, gh2, 0, 2);
      const xs = v128.shuffle<i16>(low, high, 0, 2, 4, 6, 8, 10, 12, 14);
      const ys = v128.shuffle<i16>(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
      const rare = v128.or(
        v128.or(i16x8.ge_u(xs, i16x8.splat(<i16>xEnd)), i16x8.ge_u(ys, i16x8.splat(<i16>yEnd))),
        v128.or(
          v128.or(i64x2.lt_s(ab, v128.shuffle<i64>(i64x2.splat(last), ab, 0, 2)), i64x2.lt_s(cd, v128.shuffle<i64>(ab, cd, 1, 2))),
          v128.or(i64x2.lt_s(ef, v128.shuffle<i64>(cd, ef, 1, 2)), i64x2.lt_s(gh, v128.shuffle<i64>(ef, gh, 1, 2))),
        ),
      );
      if (v128.any_true(rare)) {
        retry = position + 128;
        break;
      }
      const at = t + (out << 3);
      v128.store(at, ab);
      v128.store(at, cd, 16);
      v128.store(at, ef, 32);
      v128.store(at, gh, 48);
      v128.store(x + (out << 1), xs);
      v128.store(y + (out << 1), ys);
      // The byte behind the coordinates; what pads it is masked.
      const byte = i32x4.splat(0xff);
      const signs = i16x8.narrow_i32x4_u(
        v128.and(v128.shuffle<i64>(ab2, cd2, 1, 3), byte),
        v128.and(v128.shuffle<i64>(ef2, gh2, 1, 3), byte),
      );
      const ones = i16x8.min_u(signs, i16x8.splat(1));
      v128.store64_lane(p + out, i8x16.narrow_i16x8_u(ones, ones), 0);
      last = i64x2.extract_lane(gh, 1);
      out += 8;
      position += 128;
    }
    if (position + 16 > end || out >= capacity) break;
    const time = load<i64>(position) - shift;
    const column = <i32>load<u16>(position, 8);
    const row = <i32>load<u16>(position, 10);
    const on = u8(load<u8>(position, 12) != 0);
    position += 16;
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
