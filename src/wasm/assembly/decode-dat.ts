// DAT: see src/codecs/dat.definition.ts.
import { CAPACITY, END, EVENTS, FAULT, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, stepBack, widen } from "./decode-block";

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
  while (position + 8 <= end && out < capacity) {
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
    store<i64>(t + (out << 3), base + <i64>now);
    store<u16>(x + (out << 1), <u16>column);
    store<u16>(y + (out << 1), <u16>row);
    store<u8>(p + out, <u8>(word >> 28 != 0));
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<u32>(block, stamp, STAMP);
  store<i64>(block, base, BASE);
}
