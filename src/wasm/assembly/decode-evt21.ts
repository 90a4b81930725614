// EVT2.1: see src/codecs/evt21.definition.ts for the format in readable form. Words of one event each are decoded four at
// once, up to the first that holds more or something rare.
import {
  CAPACITY, END, EVENTS, LAST_T, P, POSITION, T, TRIGGERS, TRIGGER_CAPACITY, X, X_END, Y, Y_END, admit,
  emitTrigger,
} from "./decode-block";
import { BASE, BEHIND_CLOCK, STARTED, WRAPS_AT_THE_END, setHigh } from "./evt-clock";
import { emitBits, emitGroup } from "./set-bits";

const ORDER = BEHIND_CLOCK;

export function decodeEvt21(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  const upper: usize = load<i32>(block, ORDER) ? 0 : 4;
  const lower: usize = 4 - upper;
  const legacy = i32x4.splat(upper == 0 ? -1 : 0);
  let started = load<i32>(block, STARTED);
  let base = load<i64>(block, BASE);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  while (position + 8 <= end && out + 32 <= capacity) {
    const word = load<u32>(position + upper);
    const mask = load<u32>(position + lower);
    const type = word >> 28;
    if (type < 2 && (mask & (mask - 1)) == 0 && started && position + 32 <= end) {
      const a = v128.load(position);
      const b = v128.load(position, 16);
      const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
      const odd = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
      const words = v128.bitselect(even, odd, legacy);
      const masks = v128.bitselect(odd, even, legacy);
      const types = i32x4.shr_u(words, 28);
      const times = v128.and(i32x4.shr_u(words, 22), i32x4.splat(63));
      // As a float, a single bit is an exponent alone; that of the sign bit too.
      const bits = i32x4.sub(v128.and(i32x4.shr_u(f32x4.convert_i32x4_s(masks), 23), i32x4.splat(0xff)), i32x4.splat(127));
      const columns = i32x4.add(v128.and(i32x4.shr_u(words, 11), i32x4.splat(0x7ff)), bits);
      const rows = v128.and(words, i32x4.splat(0x7ff));
      const before = i32x4.splat(<i32>max<i64>(-1, min<i64>(64, last - base)));
      const rare = v128.or(
        v128.or(i32x4.gt_s(types, i32x4.splat(1)), i32x4.ne(v128.and(masks, i32x4.sub(masks, i32x4.splat(1))), i32x4.splat(0))),
        v128.or(
          v128.or(i32x4.eq(masks, i32x4.splat(0)), i32x4.lt_s(times, v128.shuffle<i32>(before, times, 0, 4, 5, 6))),
          v128.or(i32x4.ge_s(columns, i32x4.splat(xEnd)), i32x4.ge_s(rows, i32x4.splat(yEnd))),
        ),
      );
      const events = <usize>ctz<i32>(i32x4.bitmask(rare) | 16);
      if (events > 0) {
        const bases = i64x2.splat(base);
        v128.store(t + (out << 3), i64x2.add(bases, i64x2.extend_low_i32x4_u(times)));
        v128.store(t + (out << 3), i64x2.add(bases, i64x2.extend_high_i32x4_u(times)), 16);
        v128.store64_lane(x + (out << 1), i16x8.narrow_i32x4_u(columns, columns), 0);
        v128.store64_lane(y + (out << 1), i16x8.narrow_i32x4_u(rows, rows), 0);
        const signs = i16x8.narrow_i32x4_u(types, types);
        v128.store32_lane(p + out, i8x16.narrow_i16x8_u(signs, signs), 0);
        out += events;
        position += events << 3;
        last = load<i64>(t + (out << 3) - 8);
        continue;
      }
    }
    position += 8;
    if (type < 2) { // NEG, POS
      if (started == 0 || mask == 0) continue;
      const time = base + <i64>((word >> 22) & 63);
      const first = <i32>((word >> 11) & 0x7ff);
      const row = <i32>(word & 0x7ff);
      const furthest = first + 31 - <i32>clz<u32>(mask);
      if (i32(furthest >= xEnd) | i32(row >= yEnd) | i32(time < last)) {
        if (!admit(block, furthest, row, time, last)) break;
        xEnd = load<i32>(block, X_END);
        yEnd = load<i32>(block, Y_END);
      }
      last = time;
      out = mask >> ctz<u32>(mask) < 256
        ? emitBits(t, x, y, p, out, mask, time, first, row, type)
        : emitGroup(t, x, y, p, out, mask, time, first, i16x8.splat(<i16>row), <i32>type);
    } else if (type == 8) { // TIME_HIGH
      base = setHigh(block, word & 0xfffffff, WRAPS_AT_THE_END);
      started = 1;
    } else if (type == 10 && started) { // EXT_TRIGGER
      if (load<u32>(block, TRIGGERS) == load<u32>(block, TRIGGER_CAPACITY)) {
        position -= 8;
        break;
      }
      emitTrigger(block, base + <i64>((word >> 22) & 63), <i32>((word >> 8) & 31), <i32>(word & 1));
    }
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}
