// Polarity events of AEDAT 3.1: see src/codecs/aedat3.definition.ts.
import { CAPACITY, END, EVENTS, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, admit, put } from "./decode-block";

export function decodeAedat3(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  const base = <i64>load<i32>(block, REGISTERS) << 31;
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  while (position + 8 <= end && out < capacity) {
    const word = load<u32>(position);
    const stored = base + <i64>load<i32>(position, 4);
    position += 8;
    if ((word & 1) == 0) continue;
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, stored, SHIFT);
    }
    const time = stored - load<i64>(block, SHIFT);
    const column = <i32>(word >> 17);
    const row = <i32>((word >> 2) & 0x7fff);
    if (i32(time < last) | i32(column >= xEnd) | i32(row >= yEnd)) {
      if (!admit(block, column, row, time, last)) break;
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
    }
    last = time;
    put(t, x, y, p, out, time, column, row, <u8>((word >> 1) & 1));
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}
