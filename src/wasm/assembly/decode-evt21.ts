// EVT2.1: see src/codecs/evt21.definition.ts for the format in readable form.
import {
  CAPACITY, END, EVENTS, FAULT, LAST_T, P, POSITION, T, TRIGGERS, TRIGGER_CAPACITY, X, X_END, Y, Y_END, emitTrigger,
  stepBack, widen,
} from "./decode-block";
import { BASE, BEHIND_CLOCK, STARTED, WRAPS_AT_THE_END, setHigh } from "./evt-clock";
import { emitBits, emitGroup } from "./set-bits";

const ORDER = BEHIND_CLOCK;

export function decodeEvt21(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  const upper: usize = load<i32>(block, ORDER) ? 0 : 4;
  const lower: usize = 4 - upper;
  let started = load<i32>(block, STARTED);
  let base = load<i64>(block, BASE);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  while (position + 8 <= end && out + 32 <= capacity) {
    const word = load<u32>(position + upper);
    const mask = load<u32>(position + lower);
    const type = word >> 28;
    position += 8;
    if (type < 2) { // NEG, POS
      if (started == 0 || mask == 0) continue;
      const time = base + <i64>((word >> 22) & 63);
      const first = <i32>((word >> 11) & 0x7ff);
      const row = <i32>(word & 0x7ff);
      const furthest = first + 31 - <i32>clz<u32>(mask);
      if (i32(furthest >= xEnd) | i32(row >= yEnd) | i32(time < last)) {
        const fault = widen(block, furthest, row);
        if (fault) {
          store<i32>(block, fault, FAULT);
          break;
        }
        xEnd = load<i32>(block, X_END);
        yEnd = load<i32>(block, Y_END);
        if (time < last) stepBack(block, last - time);
      }
      last = time;
      out = mask >> ctz<u32>(mask) < 256
        ? emitBits(t, x, y, p, out, mask, time, first, row, type)
        : emitGroup(t, x, y, p, out, mask, time, first, i16x8.splat(<i16>row), <i32>type);
    } else if (type == 8) { // TIME_HIGH
      base = setHigh(block, word & 0xfffffff, WRAPS_AT_THE_END);
      started = 1;
    } else if (type == 10 && started) { // EXT_TRIGGER
      if (load<u32>(block, TRIGGERS) == load<u32>(block, TRIGGER_CAPACITY)) {
        position -= 8;
        break;
      }
      emitTrigger(block, base + <i64>((word >> 22) & 63), <i32>((word >> 8) & 31), <i32>(word & 1));
    }
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}
