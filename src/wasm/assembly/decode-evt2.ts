// EVT2: see src/codecs/evt2.definition.ts. Eight words that are all events in order, within the extent so far, are
// decoded at once; all others one by one.
import {
  CAPACITY, END, EVENTS, LAST_T, P, POSITION, T, TRIGGERS, TRIGGER_CAPACITY, X, X_END, Y, Y_END, admit,
  emitTrigger, put,
} from "./decode-block";
import { BASE, STARTED, WRAPS_AT_THE_END, setHigh } from "./evt-clock";


export function decodeEvt2(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let started = load<i32>(block, STARTED);
  let base = load<i64>(block, BASE);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  // Where to try eight at once again: behind those that held something rare.
  let retry = position;
  while (position + 4 <= end && out < capacity) {
    while (started && position >= retry && position + 32 <= end && out + 8 <= capacity) {
      const a = v128.load(position);
      const b = v128.load(position, 16);
      const low = i32x4.splat(0x7ff);
      const ta = v128.and(i32x4.shr_u(a, 22), i32x4.splat(63));
      const tb = v128.and(i32x4.shr_u(b, 22), i32x4.splat(63));
      const xs = i16x8.narrow_i32x4_u(v128.and(i32x4.shr_u(a, 11), low), v128.and(i32x4.shr_u(b, 11), low));
      const ys = i16x8.narrow_i32x4_u(v128.and(a, low), v128.and(b, low));
      const types = i16x8.narrow_i32x4_u(i32x4.shr_u(a, 28), i32x4.shr_u(b, 28));
      const rare = v128.or(
        v128.or(i16x8.gt_s(types, i16x8.splat(1)), i16x8.ge_s(xs, i16x8.splat(<i16>xEnd))),
        v128.or(
          i16x8.ge_s(ys, i16x8.splat(<i16>yEnd)),
          v128.or(
            i32x4.lt_s(ta, v128.shuffle<i32>(ta, ta, 0, 0, 1, 2)),
            i32x4.lt_s(tb, v128.shuffle<i32>(ta, tb, 3, 4, 5, 6)),
          ),
        ),
      );
      if (v128.any_true(rare) || base + <i64>i32x4.extract_lane(ta, 0) < last) {
        retry = position + 32;
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
      v128.store64_lane(p + out, i8x16.narrow_i16x8_u(types, types), 0);
      last = base + <i64>i32x4.extract_lane(tb, 3);
      out += 8;
      position += 32;
    }
    if (position + 4 > end || out >= capacity) break;
    const word = load<u32>(position);
    const type = word >> 28;
    if (type < 2) { // CD_OFF, CD_ON
      position += 4;
      const time = base + <i64>((word >> 22) & 63);
      const column = <i32>((word >> 11) & 0x7ff);
      const row = <i32>(word & 0x7ff);
      if (started & (i32(column >= xEnd) | i32(row >= yEnd) | i32(time < last))) {
        if (!admit(block, column, row, time, last)) break;
        xEnd = load<i32>(block, X_END);
        yEnd = load<i32>(block, Y_END);
      }
      put(t, x, y, p, out, time, column, row, <u8>type);
      last = select<i64>(time, last, started);
      out += <usize>started;
    } else if (type == 8) { // TIME_HIGH
      position += 4;
      base = setHigh(block, word & 0xfffffff, WRAPS_AT_THE_END);
      started = 1;
    } else {
      if (type == 10 && started) { // EXT_TRIGGER
        if (load<u32>(block, TRIGGERS) == load<u32>(block, TRIGGER_CAPACITY)) break;
        emitTrigger(block, base + <i64>((word >> 22) & 63), <i32>((word >> 8) & 31), <i32>(word & 1));
      }
      position += 4;
    }
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}
