// Events of AEDAT4, as they lie in a packet: see src/codecs/aedat4.definition.ts.
import { CAPACITY, END, EVENTS, FAULT, LAST_T, P, POSITION, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, stepBack, widen } from "./decode-block";

export function decodeAedat4(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  if (load<i32>(block, SHIFT_WANTED) && position + 16 <= end) {
    store<i32>(block, 0, SHIFT_WANTED);
    store<i64>(block, load<i64>(position), SHIFT);
  }
  const shift = load<i64>(block, SHIFT);
  while (position + 16 <= end && out < capacity) {
    const time = load<i64>(position) - shift;
    const column = <i32>load<u16>(position, 8);
    const row = <i32>load<u16>(position, 10);
    const on = u8(load<u8>(position, 12) != 0);
    position += 16;
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
