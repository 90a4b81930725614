// What both kernels of EVT3 remember between two calls, and its clock.
import { REGISTERS, SHIFT, SHIFT_WANTED } from "./decode-block";

export const STARTED = REGISTERS;
export const ROW = REGISTERS + 4;
export const BASE_X = REGISTERS + 8;
export const POLARITY = REGISTERS + 12;
export const HIGH = REGISTERS + 16;
export const BASE = REGISTERS + 24;
export const TIME = REGISTERS + 32;
// The first register behind them.
export const BEHIND_EVT3 = REGISTERS + 40;

// Takes the 12 bits of a TIME_HIGH word, and returns the time that the lower bits are added to.
export function setHigh(block: usize, high: i64, started: i32): i64 {
  let total = high;
  if (started == 0) {
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, max<i64>(high - 1, 0) << 12, SHIFT);
    }
  } else {
    const before = load<i64>(block, HIGH);
    // The counter of 12 bits wraps every 16.8 s; a smaller step back is jitter of the sensor.
    total = (before & ~0xfff) | high;
    if ((before & 0xfff) >= high + 2048) total += 0x1000;
  }
  store<i64>(block, total, HIGH);
  return (total << 12) - load<i64>(block, SHIFT);
}
