// Events of dvs_msgs: see src/codecs/rosbag.definition.ts.
import { CAPACITY, END, EVENTS, LAST_T, P, POSITION, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, admit, put } from "./decode-block";

export function decodeRos(block: usize): void {
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

  while (position + 13 <= end && out < capacity) {
    const stored = <i64>load<u32>(position, 4) * 1000000 + <i64>(load<u32>(position, 8) / 1000);
    const column = <i32>load<u16>(position);
    const row = <i32>load<u16>(position, 2);
    const on = <u8>(load<u8>(position, 12) != 0);
    position += 13;
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, stored, SHIFT);
    }
    const time = stored - load<i64>(block, SHIFT);
    if (i32(time < last) | i32(column >= xEnd) | i32(row >= yEnd)) {
      if (!admit(block, column, row, time, last)) break;
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
    }
    last = time;
    put(t, x, y, p, out, time, column, row, on);
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}
