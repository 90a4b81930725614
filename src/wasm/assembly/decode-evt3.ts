// EVT3: see src/codecs/evt3.definition.ts for the format in readable form. The hot path has no branch that depends on
// the kind of a word: it writes an event for every word, and counts it only if the word is ADDR_X.
import {
  CAPACITY, END, EVENTS, FAULT, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, TRIGGERS,
  TRIGGER_CAPACITY, X, X_END, Y, Y_END, emitTrigger, stepBack, widen,
} from "./decode-block";

const STARTED = REGISTERS;
const ROW = REGISTERS + 4;
const BASE_X = REGISTERS + 8;
const POLARITY = REGISTERS + 12;
const HIGH = REGISTERS + 16;
const BASE = REGISTERS + 24;
const TIME = REGISTERS + 32;

// For each mask of 8 bits the places of its set bits, in order.
const places = memory.data(2048, 16);
for (let mask = 0; mask < 256; mask++) {
  let n = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((mask >> bit) & 1) store<u8>(places + (mask << 3) + n++, <u8>bit);
  }
}

export function decodeEvt3(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let started = load<i32>(block, STARTED);
  let row = load<i32>(block, ROW);
  let baseX = load<i32>(block, BASE_X);
  let polarity = load<i32>(block, POLARITY);
  let base = load<i64>(block, BASE);
  let time = load<i64>(block, TIME);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  while (position + 2 <= end && out + 12 <= capacity) {
    const word = <i32>load<u16>(position);
    const type = word >> 12;
    if ((0b1001101 >> type) & 1) { // ADDR_Y, ADDR_X, VECT_BASE_X, TIME_LOW
      position += 2;
      const coordinate = word & 0x7ff;
      const on = (word >> 11) & 1;
      row = select<i32>(coordinate, row, type == 0);
      baseX = select<i32>(coordinate, baseX, type == 3);
      polarity = select<i32>(on, polarity, type == 3);
      time = select<i64>(base + <i64>(word & 0xfff), time, type == 6);
      store<i64>(t + (out << 3), time);
      store<u16>(x + (out << 1), <u16>coordinate);
      store<u16>(y + (out << 1), <u16>row);
      store<u8>(p + out, <u8>on);
      const emit = i32(type == 2) & started;
      if (emit & (i32(coordinate >= xEnd) | i32(row >= yEnd) | i32(time < last))) {
        const fault = widen(block, coordinate, row);
        if (fault) {
          store<i32>(block, fault, FAULT);
          break;
        }
        xEnd = load<i32>(block, X_END);
        yEnd = load<i32>(block, Y_END);
        if (time < last) stepBack(block, last - time);
      }
      last = select<i64>(time, last, emit);
      out += <usize>emit;
    } else if ((type & 14) == 4) { // VECT_12, VECT_8
      position += 2;
      const width = 12 - ((type & 1) << 2);
      const mask = word & ((1 << width) - 1);
      const first = baseX;
      baseX += width;
      if (started == 0 || mask == 0) continue;
      const coordinate = first + 31 - clz<i32>(mask);
      if (i32(coordinate >= xEnd) | i32(row >= yEnd) | i32(time < last)) {
        const fault = widen(block, coordinate, row);
        if (fault) {
          store<i32>(block, fault, FAULT);
          break;
        }
        xEnd = load<i32>(block, X_END);
        yEnd = load<i32>(block, Y_END);
        if (time < last) stepBack(block, last - time);
      }
      last = time;
      const times = i64x2.splat(time);
      const rows = i16x8.splat(<i16>row);
      const on = polarity * 0x01010101;
      let low = mask & 0xff;
      let at = t + (out << 3);
      v128.store(at, times);
      v128.store(at, times, 16);
      v128.store(at, times, 32);
      v128.store(at, times, 48);
      v128.store(x + (out << 1), i16x8.add(v128.load_ext<u8>(places + (<usize>low << 3)), i16x8.splat(<i16>first)));
      v128.store(y + (out << 1), rows);
      store<u32>(p + out, on);
      store<u32>(p + out, on, 4);
      out += <usize>popcnt<i32>(low);
      const high = mask >> 8;
      at = t + (out << 3);
      v128.store(at, times);
      v128.store(at, times, 16);
      v128.store(x + (out << 1), i16x8.add(v128.load_ext<u8>(places + (<usize>high << 3)), i16x8.splat(<i16>(first + 8))));
      v128.store(y + (out << 1), rows);
      store<u32>(p + out, on);
      out += <usize>popcnt<i32>(high);
    } else if (type == 8) { // TIME_HIGH
      position += 2;
      const high = <i64>(word & 0xfff);
      let total: i64;
      if (started == 0) {
        started = 1;
        total = high;
        if (load<i32>(block, SHIFT_WANTED)) {
          store<i32>(block, 0, SHIFT_WANTED);
          store<i64>(block, max<i64>(high - 1, 0) << 12, SHIFT);
        }
      } else {
        const before = load<i64>(block, HIGH);
        if ((before & 0xfff) == high) continue;
        // The counter of 12 bits wraps every 16.8 s; a smaller step back is jitter of the sensor.
        total = (before & ~0xfff) | high;
        if ((before & 0xfff) >= high + 2048) total += 0x1000;
      }
      store<i64>(block, total, HIGH);
      base = (total << 12) - load<i64>(block, SHIFT);
      time = base;
    } else {
      if (type == 10 && started) { // EXT_TRIGGER
        if (load<u32>(block, TRIGGERS) == load<u32>(block, TRIGGER_CAPACITY)) break;
        emitTrigger(block, time, (word >> 8) & 15, word & 1);
      }
      position += 2;
    }
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i32>(block, started, STARTED);
  store<i32>(block, row, ROW);
  store<i32>(block, baseX, BASE_X);
  store<i32>(block, polarity, POLARITY);
  store<i64>(block, base, BASE);
  store<i64>(block, time, TIME);
  store<i64>(block, last, LAST_T);
}
