// EVT2: see src/codecs/evt2.definition.ts. As in EVT3, an event is written for every word and counted if it is one.
import {
  CAPACITY, END, EVENTS, FAULT, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, TRIGGERS, TRIGGER_CAPACITY, X,
  X_END, Y, Y_END, emitTrigger, stepBack, widen,
} from "./decode-block";

const STARTED = REGISTERS;
const HIGH = REGISTERS + 8;
const BASE = REGISTERS + 16;

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

  while (position + 4 <= end && out < capacity) {
    const word = load<u32>(position);
    const type = word >> 28;
    if (type < 2) { // CD_OFF, CD_ON
      position += 4;
      const time = base + <i64>((word >> 22) & 63);
      const column = <i32>((word >> 11) & 0x7ff);
      const row = <i32>(word & 0x7ff);
      if (started & (i32(column >= xEnd) | i32(row >= yEnd) | i32(time < last))) {
        const fault = widen(block, column, row);
        if (fault) {
          store<i32>(block, fault, FAULT);
          break;
        }
        xEnd = load<i32>(block, X_END);
        yEnd = load<i32>(block, Y_END);
        if (time < last) stepBack(block, last - time);
      }
      store<i64>(t + (out << 3), time);
      store<u16>(x + (out << 1), <u16>column);
      store<u16>(y + (out << 1), <u16>row);
      store<u8>(p + out, <u8>type);
      last = select<i64>(time, last, started);
      out += <usize>started;
    } else if (type == 8) { // TIME_HIGH
      position += 4;
      const high = <i64>(word & 0xfffffff);
      let total = high;
      if (started == 0) {
        started = 1;
        if (load<i32>(block, SHIFT_WANTED)) {
          store<i32>(block, 0, SHIFT_WANTED);
          store<i64>(block, high << 6, SHIFT);
        }
      } else {
        // The counter of 28 bits wraps after 4.8 hours: from within 10 ms of its end to its start.
        const before = load<i64>(block, HIGH);
        total = (before & ~0xfffffff) | high;
        if ((before & 0xfffffff) - high >= 0x10000000 - 157) total += 0x10000000;
      }
      store<i64>(block, total, HIGH);
      base = (total << 6) - load<i64>(block, SHIFT);
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
  store<i32>(block, started, STARTED);
  store<i64>(block, base, BASE);
  store<i64>(block, last, LAST_T);
}
