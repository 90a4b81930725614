// The files of N-MNIST and N-Caltech101: see src/codecs/nmnist.definition.ts.
import { CAPACITY, END, EVENTS, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, admit, put } from "./decode-block";

const BASE = REGISTERS;

export function decodeNmnist(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let base = load<i64>(block, BASE);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  while (position + 5 <= end && out < capacity) {
    const column = <i32>load<u8>(position);
    const row = <i32>load<u8>(position, 1);
    const word = bswap(load<u32>(position, 1)) & 0xffffff;
    position += 5;
    if (row == 240) {
      base += 8192;
      continue;
    }
    let time = base + <i64>(word & 0x7fffff);
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, time, SHIFT);
      base -= time;
      time = 0;
    }
    if (i32(time < last) | i32(column >= xEnd) | i32(row >= yEnd)) {
      if (!admit(block, column, row, time, last)) break;
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
    }
    last = time;
    put(t, x, y, p, out, time, column, row, <u8>(word >> 23));
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, base, BASE);
  store<i64>(block, last, LAST_T);
}
