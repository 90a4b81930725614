// EVT3: see src/codecs/evt3.definition.ts for the format in readable form.
//
// Two things make it fast. ADDR_Y and ADDR_X, which follow each other unpredictably, take one path without a branch
// between them, two words at a time: an event is written for both, and the columns move on only for ADDR_X. And no
// event is compared with the sensor: the largest coordinates of a batch are found afterwards, and only if one lies
// outside, the batch is decoded again, carefully, as is all that comes after it.
import {
  CAPACITY, END, EVENTS, FAULT, HEIGHT, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, TRIGGERS,
  TRIGGER_CAPACITY, WIDTH, X, X_END, Y, Y_END, emitTrigger, largest, stepBack, widen,
} from "./decode-block";
import { places } from "./set-bits";

const STARTED = REGISTERS;
const ROW = REGISTERS + 4;
const BASE_X = REGISTERS + 8;
const POLARITY = REGISTERS + 12;
const HIGH = REGISTERS + 16;
const BASE = REGISTERS + 24;
const TIME = REGISTERS + 32;
const CAREFUL = REGISTERS + 40;
const STATE: usize = 256;

export function decodeEvt3(block: usize): void {
  if (load<i32>(block, CAREFUL)) return decodeWords(block, true);
  memory.copy(block + STATE, block, STATE);
  const first = <usize>load<u32>(block, EVENTS);
  decodeWords(block, false);
  const events = <usize>load<u32>(block, EVENTS) - first;
  if (events == 0) return;
  const x = largest(<usize>load<u32>(block, X) + (first << 1), events);
  const y = largest(<usize>load<u32>(block, Y) + (first << 1), events);
  if (x < load<i32>(block, WIDTH) && y < load<i32>(block, HEIGHT)) {
    widen(block, x, y);
    return;
  }
  memory.copy(block, block + STATE, STATE);
  store<i32>(block, 1, CAREFUL);
  decodeWords(block, true);
}

function decodeWords(block: usize, careful: bool): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  const events = <usize>load<u32>(block, EVENTS);
  const firstP = <usize>load<u32>(block, P);
  let t = <usize>load<u32>(block, T) + (events << 3);
  let x = <usize>load<u32>(block, X) + (events << 1);
  let y = <usize>load<u32>(block, Y) + (events << 1);
  let p = firstP + events;
  const pEnd = firstP + <usize>load<u32>(block, CAPACITY);
  let started = load<i32>(block, STARTED);
  let row = load<i32>(block, ROW);
  let baseX = load<i32>(block, BASE_X);
  let polarity = load<i32>(block, POLARITY);
  let base = load<i64>(block, BASE);
  let time = load<i64>(block, TIME);
  let last = load<i64>(block, LAST_T);
  // Events from here on are of the time `time`; `last` is the time of the event before.
  let timeStart = p;
  let fast = started & i32(!careful);

  while (position + 2 <= end && p + 12 <= pEnd) {
    if (fast) {
      // Each word gives one event at most: until here there is room.
      const stop = min(end, position + ((pEnd - p) << 1));
      while (position + 4 <= stop) {
        const pair = load<u32>(position);
        if (pair & 0xd000d000) break; // not both ADDR_Y or ADDR_X
        position += 4;
        let coordinate = <i32>(pair & 0x7ff);
        let isX = <usize>((pair >> 13) & 1);
        row ^= (row ^ coordinate) & (<i32>isX - 1);
        store<i64>(t, time);
        store<u16>(x, <u16>coordinate);
        store<u16>(y, <u16>row);
        store<u8>(p, <u8>((pair >> 11) & 1));
        t += isX << 3;
        x += isX << 1;
        y += isX << 1;
        p += isX;
        coordinate = <i32>((pair >> 16) & 0x7ff);
        isX = <usize>(pair >> 29);
        row ^= (row ^ coordinate) & (<i32>isX - 1);
        store<i64>(t, time);
        store<u16>(x, <u16>coordinate);
        store<u16>(y, <u16>row);
        store<u8>(p, <u8>((pair >> 27) & 1));
        t += isX << 3;
        x += isX << 1;
        y += isX << 1;
        p += isX;
      }
      if (position + 2 > end || p + 12 > pEnd) break;
    }
    const word = <i32>load<u16>(position);
    const type = word >> 12;
    position += 2;
    if ((type & 14) == 4) { // VECT_12, VECT_8
      const width = 12 - ((type & 1) << 2);
      const mask = word & ((1 << width) - 1);
      const first = baseX;
      baseX += width;
      if (started == 0 || mask == 0) continue;
      if (careful) {
        const fault = widen(block, first + 31 - clz<i32>(mask), row);
        if (fault) {
          store<i32>(block, fault, FAULT);
          break;
        }
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
      baseX = word & 0x7ff;
      polarity = (word >> 11) & 1;
    } else if (type == 0) { // ADDR_Y
      row = word & 0x7ff;
    } else if (type == 2) { // ADDR_X
      if (started == 0) continue;
      const coordinate = word & 0x7ff;
      if (careful) {
        const fault = widen(block, coordinate, row);
        if (fault) {
          store<i32>(block, fault, FAULT);
          break;
        }
      }
      store<i64>(t, time);
      store<u16>(x, <u16>coordinate);
      store<u16>(y, <u16>row);
      store<u8>(p, <u8>((word >> 11) & 1));
      t += 8;
      x += 2;
      y += 2;
      p += 1;
    } else if (type == 6) { // TIME_LOW
      if (p != timeStart) {
        if (time < last) stepBack(block, last - time);
        last = time;
        timeStart = p;
      }
      time = base + <i64>(word & 0xfff);
    } else if (type == 8) { // TIME_HIGH
      const high = <i64>(word & 0xfff);
      let total = high;
      if (started == 0) {
        started = 1;
        fast = i32(!careful);
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
        if (time < last) stepBack(block, last - time);
        last = time;
        timeStart = p;
      }
      base = (total << 12) - load<i64>(block, SHIFT);
      time = base;
    } else if (type == 10 && started) { // EXT_TRIGGER
      if (load<u32>(block, TRIGGERS) == load<u32>(block, TRIGGER_CAPACITY)) {
        position -= 2;
        break;
      }
      emitTrigger(block, time, (word >> 8) & 15, word & 1);
    }
  }

  if (p != timeStart) {
    if (time < last) stepBack(block, last - time);
    last = time;
  }
  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>(p - firstP), EVENTS);
  store<i32>(block, started, STARTED);
  store<i32>(block, row, ROW);
  store<i32>(block, baseX, BASE_X);
  store<i32>(block, polarity, POLARITY);
  store<i64>(block, base, BASE);
  store<i64>(block, time, TIME);
  store<i64>(block, last, LAST_T);
}
