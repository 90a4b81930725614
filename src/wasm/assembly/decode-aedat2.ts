// AEDAT 1 and 2: see src/codecs/aedat2.definition.ts, where the registers are explained.
import { CAPACITY, END, EVENTS, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, TRIGGERS, TRIGGER_CAPACITY, X, X_END, Y, Y_END, admit, emitTrigger, put } from "./decode-block";

const STARTED = REGISTERS + 48;
const STAMP = REGISTERS + 52;
const BASE = REGISTERS + 56;

export function decodeAedat2(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  const addressBytes = <usize>load<u32>(block, REGISTERS);
  const otherMask = load<u32>(block, REGISTERS + 4);
  const triggerMask = load<u32>(block, REGISTERS + 8);
  const xShift = load<u32>(block, REGISTERS + 12);
  const xMask = load<u32>(block, REGISTERS + 16);
  const xBase = load<i32>(block, REGISTERS + 20);
  const yShift = load<u32>(block, REGISTERS + 24);
  const yMask = load<u32>(block, REGISTERS + 28);
  const yBase = load<i32>(block, REGISTERS + 32);
  const pShift = load<u32>(block, REGISTERS + 36);
  const pFlip = load<u32>(block, REGISTERS + 40);
  let stamp = load<u32>(block, STAMP);
  let base = load<i64>(block, BASE);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);
  const bytes = addressBytes + 4;

  while (position + bytes <= end && out < capacity) {
    const address = addressBytes == 4 ? bswap(load<u32>(position)) : <u32>bswap(load<u16>(position));
    const now = bswap(load<u32>(position + addressBytes));
    const isTrigger = (address & otherMask) == 0 && (address & triggerMask) != 0;
    if (isTrigger && load<i32>(block, TRIGGERS) == load<i32>(block, TRIGGER_CAPACITY)) break;
    position += bytes;
    if (load<i32>(block, STARTED) == 0) {
      store<i32>(block, 1, STARTED);
      stamp = now;
    }
    if (now < stamp && stamp - now >= 0x80000000) base += 0x100000000;
    stamp = now;
    if (address & otherMask) continue;
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, base + <i64>now, SHIFT);
      base = -<i64>now;
    }
    const time = base + <i64>now;
    if (isTrigger) {
      emitTrigger(block, time, 0, 1);
      continue;
    }
    const xField = <i32>((address >> xShift) & xMask);
    const yField = <i32>((address >> yShift) & yMask);
    const column = (xBase < 0 ? xField : xBase - xField) & 0xffff;
    const row = (yBase < 0 ? yField : yBase - yField) & 0xffff;
    if (i32(time < last) | i32(column >= xEnd) | i32(row >= yEnd)) {
      if (!admit(block, column, row, time, last)) break;
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
    }
    last = time;
    put(t, x, y, p, out, time, column, row, <u8>(((address >> pShift) & 1) ^ pFlip));
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<u32>(block, stamp, STAMP);
  store<i64>(block, base, BASE);
  store<i64>(block, last, LAST_T);
}
