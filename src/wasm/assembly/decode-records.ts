// Events as records of one size, with fields at any offset: see src/codecs/records.definition.ts.
import { CAPACITY, END, EVENTS, FAULT, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, stepBack, widen } from "./decode-block";

const STRIDE = REGISTERS;
const T_AT = REGISTERS + 4;
const X_AT = REGISTERS + 8;
const Y_AT = REGISTERS + 12;
const P_AT = REGISTERS + 16;
// Shift that makes the sign bit of a polarity of one or two bytes the sign of a word: 24 or 16.
const P_SHIFT = REGISTERS + 20;
// 1 when polarities have no sign.
const P_UNSIGNED = REGISTERS + 24;

export function decodeRecords(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  const stride = <usize>load<u32>(block, STRIDE);
  const tAt = <usize>load<u32>(block, T_AT);
  const xAt = <usize>load<u32>(block, X_AT);
  const yAt = <usize>load<u32>(block, Y_AT);
  const pAt = <usize>load<u32>(block, P_AT);
  const pShift = load<u32>(block, P_SHIFT);
  const pUnsigned = load<u32>(block, P_UNSIGNED);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  if (load<i32>(block, SHIFT_WANTED) && position + stride <= end) {
    store<i32>(block, 0, SHIFT_WANTED);
    store<i64>(block, load<i64>(position + tAt), SHIFT);
  }
  const shift = load<i64>(block, SHIFT);
  while (position + stride <= end && out < capacity) {
    const time = load<i64>(position + tAt) - shift;
    const column = <i32>load<u16>(position + xAt);
    const row = <i32>load<u16>(position + yAt);
    const on = u8(<i32>((<u32>load<u16>(position + pAt) << pShift) >> pUnsigned) > 0);
    position += stride;
    if (i32(time < last) | i32(column >= xEnd) | i32(row >= yEnd)) {
      const fault = widen(block, column, row);
      if (fault) {
        store<i32>(block, fault, FAULT);
        break;
      }
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
      if (time < last) stepBack(block, last - time);
    }
    last = time;
    store<i64>(t + (out << 3), time);
    store<u16>(x + (out << 1), <u16>column);
    store<u16>(y + (out << 1), <u16>row);
    store<u8>(p + out, on);
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}
