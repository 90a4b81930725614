// Event Stream: see src/codecs/es.definition.ts.
import { CAPACITY, END, EVENTS, FAULT, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, put, widen } from "./decode-block";

const ATIS = REGISTERS;
const NOW = REGISTERS + 8;

export function decodeEs(block: usize): void {
  if (load<i32>(block, ATIS)) decode(block, true);
  else decode(block, false);
}

// Made twice, once for each layout of the first byte.
// @ts-ignore: decorator
@inline
function decode(block: usize, atis: bool): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let now = load<i64>(block, NOW);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  while (position < end && out < capacity) {
    const head = <u32>load<u8>(position);
    if (atis ? head >= 0xfc : head >= 0xfe) {
      now += atis ? <i64>((head & 3) * 63) : <i64>((head & 1) * 127);
      position++;
      continue;
    }
    if (position + 5 > end) break;
    const place = load<u32>(position, 1);
    position += 5;
    now += atis ? <i64>(head >> 2) : <i64>(head >> 1);
    if (atis && head & 1) continue;
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, now, SHIFT);
      now = 0;
    }
    const column = <i32>(place & 0xffff);
    const row = <i32>(place >> 16);
    if (i32(column >= xEnd) | i32(row >= yEnd)) {
      const fault = widen(block, column, row);
      if (fault) {
        store<i32>(block, fault, FAULT);
        break;
      }
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
    }
    put(t, x, y, p, out, now, column, row, <u8>(atis ? (head >> 1) & 1 : head & 1));
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, now, NOW);
  store<i64>(block, now, LAST_T);
}
