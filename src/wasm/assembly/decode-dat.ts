// DAT: see src/codecs/dat.definition.ts. Eight events in order, within the extent so far, are decoded at once; all
// others one by one.
import { CAPACITY, END, EVENTS, FAULT, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, put, stepBack, widen } from "./decode-block";

const STARTED = REGISTERS;
const STAMP = REGISTERS + 4;
const BASE = REGISTERS + 8;

export function decodeDat(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let stamp = load<u32>(block, STAMP);
  let base = load<i64>(block, BASE);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  if (load<i32>(block, STARTED) == 0 && position + 8 <= end) {
    store<i32>(block, 1, STARTED);
    stamp = load<u32>(position);
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, <i64>stamp, SHIFT);
      base = -<i64>stamp;
    }
  }
  // Where to try eight at once again: behind those that held something rare.
  let retry = position;
  while (position + 8 <= end && out < capacity) {
    while (position >= retry && position + 64 <= end && out + 8 <= capacity) {
      const a = v128.load(position);
      const b = v128.load(position, 16);
      const c = v128.load(position, 32);
      const d = v128.load(position, 48);
      const ta = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
      const tb = v128.shuffle<i32>(c, d, 0, 2, 4, 6);
      const wa = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
      const wb = v128.shuffle<i32>(c, d, 1, 3, 5, 7);
      const low = i32x4.splat(0x3fff);
      const xs = i16x8.narrow_i32x4_u(v128.and(wa, low), v128.and(wb, low));
      const ys = i16x8.narrow_i32x4_u(v128.and(i32x4.shr_u(wa, 14), low), v128.and(i32x4.shr_u(wb, 14), low));
      const rare = v128.or(
        v128.or(i16x8.ge_s(xs, i16x8.splat(<i16>xEnd)), i16x8.ge_s(ys, i16x8.splat(<i16>yEnd))),
        v128.or(
          i32x4.lt_u(ta, v128.shuffle<i32>(ta, ta, 0, 0, 1, 2)),
          i32x4.lt_u(tb, v128.shuffle<i32>(ta, tb, 3, 4, 5, 6)),
        ),
      );
      if (v128.any_true(rare) || <u32>i32x4.extract_lane(ta, 0) < stamp) {
        retry = position + 64;
        break;
      }
      const bases = i64x2.splat(base);
      const at = t + (out << 3);
      v128.store(at, i64x2.add(bases, i64x2.extend_low_i32x4_u(ta)));
      v128.store(at, i64x2.add(bases, i64x2.extend_high_i32x4_u(ta)), 16);
      v128.store(at, i64x2.add(bases, i64x2.extend_low_i32x4_u(tb)), 32);
      v128.store(at, i64x2.add(bases, i64x2.extend_high_i32x4_u(tb)), 48);
      v128.store(x + (out << 1), xs);
      v128.store(y + (out << 1), ys);
      const signs = i16x8.narrow_i32x4_u(i32x4.shr_u(wa, 28), i32x4.shr_u(wb, 28));
      const ones = i16x8.min_u(signs, i16x8.splat(1));
      v128.store64_lane(p + out, i8x16.narrow_i16x8_u(ones, ones), 0);
      stamp = <u32>i32x4.extract_lane(tb, 3);
      out += 8;
      position += 64;
    }
    if (position + 8 > end || out >= capacity) break;
    const now = load<u32>(position);
    const word = load<u32>(position, 4);
    position += 8;
    const column = <i32>(word & 0x3fff);
    const row = <i32>((word >> 14) & 0x3fff);
    if (i32(now < stamp) | i32(column >= xEnd) | i32(row >= yEnd)) {
      const fault = widen(block, column, row);
      if (fault) {
        store<i32>(block, fault, FAULT);
        break;
      }
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
      if (now < stamp) {
        // The clock of 32 bits wraps every 71.6 minutes; a smaller step back is disorder.
        if (stamp - now >= 0x80000000) base += 0x100000000;
        else stepBack(block, <i64>(stamp - now));
      }
    }
    stamp = now;
    put(t, x, y, p, out, base + <i64>now, column, row, <u8>(word >> 28 != 0));
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<u32>(block, stamp, STAMP);
  store<i64>(block, base, BASE);
}
