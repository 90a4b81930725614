// The clock of EVT2, EVT2.1 and EVT4: see src/codecs/evt-clock.ts. Its registers are the first of their kernels.
import { REGISTERS, SHIFT, SHIFT_WANTED } from "./decode-block";

export const STARTED = REGISTERS;
export const HIGH = REGISTERS + 8;
export const BASE = REGISTERS + 16;
// The first register behind those of the clock.
export const BEHIND_CLOCK = REGISTERS + 24;

export const WRAPS_AT_THE_END: i64 = 0x10000000 - 157;
export const WRAPS_BY_HALF: i64 = 0x8000000;

// Takes the 28 bits of a TIME_HIGH word, and returns the time that the lower bits are added to.
export function setHigh(block: usize, value: u32, wrapTicks: i64): i64 {
  const high = <i64>value;
  let total = high;
  if (load<i32>(block, STARTED) == 0) {
    store<i32>(block, 1, STARTED);
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, high << 6, SHIFT);
    }
  } else {
    const before = load<i64>(block, HIGH);
    total = (before & ~0xfffffff) | high;
    if ((before & 0xfffffff) - high >= wrapTicks) total += 0x10000000;
  }
  store<i64>(block, total, HIGH);
  const base = (total << 6) - load<i64>(block, SHIFT);
  store<i64>(block, base, BASE);
  return base;
}
