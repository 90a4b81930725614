// EVT4: see src/codecs/evt4.definition.ts for the format in readable form.
import {
  CAPACITY, END, EVENTS, LAST_T, P, POSITION, T, TRIGGERS, TRIGGER_CAPACITY, X, X_END, Y, Y_END, admit,
  emitTrigger,
} from "./decode-block";
import { BASE, STARTED, WRAPS_BY_HALF, setHigh } from "./evt-clock";
import { emitBits } from "./set-bits";

export function decodeEvt4(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let started = load<i32>(block, STARTED);
  let base = load<i64>(block, BASE);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  while (position + 4 <= end && out + 32 <= capacity) {
    const word = load<u32>(position);
    const type = word >> 28;
    position += 4;
    if (type - 10 < 4) { // CD_OFF, CD_ON, CD_VEC_OFF, CD_VEC_ON
      let mask: u32 = 1;
      if (type >= 12) {
        if (position + 4 > end) {
          position -= 4;
          break;
        }
        mask = load<u32>(position);
        position += 4;
      }
      if (started == 0 || mask == 0) continue;
      const time = base + <i64>((word >> 22) & 63);
      const first = <i32>((word >> 11) & 0x7ff);
      const row = <i32>(word & 0x7ff);
      const furthest = first + 31 - <i32>clz<u32>(mask);
      if (i32(furthest >= xEnd) | i32(row >= yEnd) | i32(time < last)) {
        if (!admit(block, furthest, row, time, last)) break;
        xEnd = load<i32>(block, X_END);
        yEnd = load<i32>(block, Y_END);
      }
      last = time;
      out = emitBits(t, x, y, p, out, mask, time, first, row, type & 1);
    } else if (type == 14) { // EVT_TIME_HIGH
      base = setHigh(block, word & 0xfffffff, WRAPS_BY_HALF);
      started = 1;
    } else if (type == 9 && started) { // EXT_TRIGGER
      if (load<u32>(block, TRIGGERS) == load<u32>(block, TRIGGER_CAPACITY)) {
        position -= 4;
        break;
      }
      emitTrigger(block, base + <i64>((word >> 22) & 63), <i32>((word >> 8) & 31), <i32>(word & 1));
    }
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}
