// EVT3 with groups of vector words: see src/codecs/evt3-groups.definition.ts for the format in readable form.
import {
  CAPACITY, END, EVENTS, HEIGHT, LAST_T, P, POSITION, T, TRIGGERS, TRIGGER_CAPACITY, WIDTH, X, Y, admit,
  emitTrigger,
} from "./decode-block";
import { BASE, BASE_X, BEHIND_EVT3, HIGH, POLARITY, ROW, STARTED, TIME, setHigh } from "./evt3-registers";
import { emitBits } from "./set-bits";

const IS_CD = BEHIND_EVT3;
const HAS_BASE = BEHIND_EVT3 + 4;

export function decodeEvt3Groups(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  const width = load<i32>(block, WIDTH);
  const height = load<i32>(block, HEIGHT);
  let started = load<i32>(block, STARTED);
  let row = load<i32>(block, ROW);
  let baseX = load<i32>(block, BASE_X);
  let polarity = load<i32>(block, POLARITY);
  let base = load<i64>(block, BASE);
  let time = load<i64>(block, TIME);
  let isCd = load<i32>(block, IS_CD);
  let hasBase = load<i32>(block, HAS_BASE);
  let last = load<i64>(block, LAST_T);

  while (position + 2 <= end && out + 32 <= capacity) {
    const word = <i32>load<u16>(position);
    const type = word >> 12;
    position += 2;
    if (type == 2 || type == 4) { // ADDR_X, VECT_12
      let mask: u32 = 1;
      let first = word & 0x7ff;
      let on = (word >> 11) & 1;
      if (type == 4) {
        if (position + 4 > end) {
          position -= 2;
          break;
        }
        mask = (word & 0xfff) | ((<u32>load<u16>(position) & 0xfff) << 12) | (<u32>load<u8>(position, 2) << 24);
        position += 4;
        if ((isCd & i32(row < height)) == 0) continue;
        first = baseX;
        on = polarity;
        baseX += 32;
        hasBase &= i32(baseX <= width);
        if ((hasBase & i32(mask != 0)) == 0) continue;
      }
      if ((started & isCd & i32(row < height)) == 0) continue;
      if (!admit(block, first + 31 - <i32>clz<u32>(mask), row, time, last)) break;
      last = time;
      out = emitBits(t, x, y, p, out, mask, time, first, row, <u32>on);
    } else if (type == 3) { // VECT_BASE_X
      baseX = word & 0x7ff;
      polarity = (word >> 11) & 1;
      hasBase = 1;
    } else if (type == 0) { // ADDR_Y
      row = word & 0x7ff;
      isCd = 1;
    } else if (type == 1) { // rows of another kind of events
      isCd = 0;
    } else if (type == 6) { // TIME_LOW
      time = base + <i64>(word & 0xfff);
    } else if (type == 8) { // TIME_HIGH
      const high = <i64>(word & 0xfff);
      if (started && (load<i64>(block, HIGH) & 0xfff) == high) continue;
      base = setHigh(block, high, started);
      started = 1;
      time = base;
    } else if (type == 10 && started) { // EXT_TRIGGER
      if (load<u32>(block, TRIGGERS) == load<u32>(block, TRIGGER_CAPACITY)) {
        position -= 2;
        break;
      }
      emitTrigger(block, time, (word >> 8) & 15, word & 1);
    }
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i32>(block, started, STARTED);
  store<i32>(block, row, ROW);
  store<i32>(block, baseX, BASE_X);
  store<i32>(block, polarity, POLARITY);
  store<i64>(block, base, BASE);
  store<i64>(block, time, TIME);
  store<i32>(block, isCd, IS_CD);
  store<i32>(block, hasBase, HAS_BASE);
  store<i64>(block, last, LAST_T);
}
