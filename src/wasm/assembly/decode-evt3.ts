// EVT3: see src/codecs/evt3.definition.ts for the format in readable form.
//
// Two things make it fast. ADDR_Y and ADDR_X, which follow each other unpredictably, take one path without a branch
// between them: an event is written for both, and the columns move on only for ADDR_X. And what is rare is told by the
// two comparisons that widen the extent: `limit` is the largest x so far, but 0 before the first TIME_HIGH and after a
// step back in time.
import {
  CAPACITY, END, EVENTS, FAULT, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, TRIGGERS, TRIGGER_CAPACITY, X,
  X_END, Y, Y_END, emitTrigger, stepBack, widen,
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
  const events = <usize>load<u32>(block, EVENTS);
  const firstP = <usize>load<u32>(block, P);
  let t = <usize>load<u32>(block, T) + (events << 3);
  let x = <usize>load<u32>(block, X) + (events << 1);
  let y = <usize>load<u32>(block, Y) + (events << 1);
  let p = firstP + events;
  const pEnd = firstP + <usize>load<u32>(block, CAPACITY);
  let row = load<i32>(block, ROW);
  let baseX = load<i32>(block, BASE_X);
  let polarity = load<i32>(block, POLARITY);
  let base = load<i64>(block, BASE);
  let time = load<i64>(block, TIME);
  let last = load<i64>(block, LAST_T);
  // Events from here on are of the time `time`; `last` is the time of the event before.
  let timeStart = p;
  let yEnd = load<i32>(block, Y_END);
  let limit = limitOf(block, time, last);

  while (position + 2 <= end && p + 12 <= pEnd) {
    const word = <i32>load<u16>(position);
    const type = word >> 12;
    if ((type & 13) == 0) { // ADDR_Y, ADDR_X
      position += 2;
      const coordinate = word & 0x7ff;
      const isX = type >> 1;
      row ^= (row ^ coordinate) & (isX - 1);
      if (i32(coordinate >= limit) | i32(row >= yEnd)) {
        if (isX == 0 || load<i32>(block, STARTED) == 0) continue;
        const fault = widen(block, coordinate, row);
        if (fault) {
          store<i32>(block, fault, FAULT);
          break;
        }
        if (p == timeStart && time < last) stepBack(block, last - time);
        yEnd = load<i32>(block, Y_END);
        limit = load<i32>(block, X_END);
      }
      store<i64>(t, time);
      store<u16>(x, <u16>coordinate);
      store<u16>(y, <u16>row);
      store<u8>(p, <u8>((word >> 11) & 1));
      t += <usize>isX << 3;
      x += <usize>isX << 1;
      y += <usize>isX << 1;
      p += <usize>isX;
    } else if ((type & 14) == 4) { // VECT_12, VECT_8
      position += 2;
      const width = 12 - ((type & 1) << 2);
      const mask = word & ((1 << width) - 1);
      const first = baseX;
      baseX += width;
      if (mask == 0) continue;
      const coordinate = first + 31 - clz<i32>(mask);
      if (i32(coordinate >= limit) | i32(row >= yEnd)) {
        if (load<i32>(block, STARTED) == 0) continue;
        const fault = widen(block, coordinate, row);
        if (fault) {
          store<i32>(block, fault, FAULT);
          break;
        }
        if (p == timeStart && time < last) stepBack(block, last - time);
        yEnd = load<i32>(block, Y_END);
        limit = load<i32>(block, X_END);
      }
      const times = i64x2.splat(time);
      const rows = i16x8.splat(<i16>row);
      const on = polarity * 0x01010101;
      const low = mask & 0xff;
      v128.store(t, times);
      v128.store(t, times, 16);
      v128.store(t, times, 32);
      v128.store(t, times, 48);
      v128.store(x, i16x8.add(v128.load_ext<u8>(places + (<usize>low << 3)), i16x8.splat(<i16>first)));
      v128.store(y, rows);
      store<u32>(p, on);
      store<u32>(p, on, 4);
      const nLow = <usize>popcnt<i32>(low);
      t += nLow << 3;
      x += nLow << 1;
      y += nLow << 1;
      p += nLow;
      const high = mask >> 8;
      v128.store(t, times);
      v128.store(t, times, 16);
      v128.store(x, i16x8.add(v128.load_ext<u8>(places + (<usize>high << 3)), i16x8.splat(<i16>(first + 8))));
      v128.store(y, rows);
      store<u32>(p, on);
      const nHigh = <usize>popcnt<i32>(high);
      t += nHigh << 3;
      x += nHigh << 1;
      y += nHigh << 1;
      p += nHigh;
    } else if (type == 3) { // VECT_BASE_X
      position += 2;
      baseX = word & 0x7ff;
      polarity = (word >> 11) & 1;
    } else if (type == 6) { // TIME_LOW
      position += 2;
      if (p != timeStart) {
        last = time;
        timeStart = p;
      }
      time = base + <i64>(word & 0xfff);
      limit = limitOf(block, time, last);
    } else if (type == 8) { // TIME_HIGH
      position += 2;
      const high = <i64>(word & 0xfff);
      let total = high;
      if (load<i32>(block, STARTED) == 0) {
        store<i32>(block, 1, STARTED);
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
      if (p != timeStart) {
        last = time;
        timeStart = p;
      }
      base = (total << 12) - load<i64>(block, SHIFT);
      time = base;
      limit = limitOf(block, time, last);
    } else {
      if (type == 10 && load<i32>(block, STARTED)) { // EXT_TRIGGER
        if (load<u32>(block, TRIGGERS) == load<u32>(block, TRIGGER_CAPACITY)) break;
        emitTrigger(block, time, (word >> 8) & 15, word & 1);
      }
      position += 2;
    }
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>(p - firstP), EVENTS);
  store<i32>(block, row, ROW);
  store<i32>(block, baseX, BASE_X);
  store<i32>(block, polarity, POLARITY);
  store<i64>(block, base, BASE);
  store<i64>(block, time, TIME);
  store<i64>(block, p == timeStart ? last : time, LAST_T);
}

// @ts-ignore: decorator
@inline
function limitOf(block: usize, time: i64, last: i64): i32 {
  return load<i32>(block, STARTED) && time >= last ? load<i32>(block, X_END) : 0;
}
