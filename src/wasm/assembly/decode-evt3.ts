// EVT3: see src/codecs/evt3.definition.ts for the format in readable form.
//
// Two ways through the words, which give the same events. `decodeRuns` takes eight words at once as long as times do not
// step back: each event finds its row and its time, which words before it have set, by shuffles that a table gives for
// the places of the words of each kind. It does not compare events with the sensor: the largest coordinates are found
// afterwards, and if one lies outside, the words are decoded again, one by one, as is all that comes after them.
// `decodeWords` takes one word after the other, and all that is rare.
import {
  CAPACITY, END, EVENTS, FAULT, HEIGHT, LAST_T, P, POSITION, SHIFT, T, TRIGGERS, TRIGGER_CAPACITY, WIDTH, X, Y,
  admit, emitTrigger, largest, widen,
} from "./decode-block";
import { BASE, BASE_X, BEHIND_EVT3, HIGH, POLARITY, ROW, STARTED, TIME, setHigh } from "./evt3-registers";
import { emitBits, emitGroup } from "./set-bits";

const CAREFUL = BEHIND_EVT3;
const STATE: usize = 256;

// Columns up to here leave room for vectors in 16 bits; those beyond are left to decodeWords.
const FURTHEST_BASE = 0x4000;

// For each mask of 8 lanes two shuffles of 16-bit lanes: the chosen lanes to the front, and for each lane the last
// chosen one up to it; bytes of 0x80 where there is none.
const chosen = memory.data(4096, 16);
const latest = memory.data(4096, 16);
for (let mask = 0; mask < 256; mask++) {
  const at = <usize>mask << 4;
  let n = 0;
  let last: u32 = 0x8080;
  for (let lane = 0; lane < 8; lane++) {
    const lanePlace = <u32>(0x0100 + 0x0202 * lane);
    if ((mask >> lane) & 1) {
      store<u16>(chosen + at + (n++ << 1), <u16>lanePlace);
      last = lanePlace;
    }
    store<u16>(latest + at + (lane << 1), <u16>last);
  }
  for (; n < 8; n++) store<u16>(chosen + at + (n << 1), 0x8080);
}

// What a block is compared with: type bits, TIME_LOW, ADDR_X, bits of an address, bits of a time.
const splats = memory.data(80, 16);
v128.store(splats, i16x8.splat(<i16>0xf000));
v128.store(splats, i16x8.splat(0x6000), 16);
v128.store(splats, i16x8.splat(0x2000), 32);
v128.store(splats, i16x8.splat(0x7ff), 48);
v128.store(splats, i16x8.splat(0xfff), 64);

export function decodeEvt3(block: usize): void {
  for (;;) {
    const before = load<u32>(block, POSITION);
    if (load<i32>(block, CAREFUL) == 0) decodeRuns(block);
    decodeWords(block);
    const position = load<u32>(block, POSITION);
    if (position == before || load<i32>(block, FAULT) || position + 2 > load<u32>(block, END)) return;
  }
}

function decodeRuns(block: usize): void {
  if (load<i32>(block, STARTED) == 0 || load<i64>(block, LAST_T) > load<i64>(block, TIME)) return;
  memory.copy(block + STATE, block, STATE);
  const first = <usize>load<u32>(block, EVENTS);
  decodeBlocks(block);
  const events = <usize>load<u32>(block, EVENTS) - first;
  if (events == 0) return;
  const x = largest(<usize>load<u32>(block, X) + (first << 1), events);
  const y = largest(<usize>load<u32>(block, Y) + (first << 1), events);
  if (x < load<i32>(block, WIDTH) && y < load<i32>(block, HEIGHT)) {
    widen(block, x, y);
    return;
  }
  memory.copy(block, block + STATE, STATE);
  store<i32>(block, 1, CAREFUL);
}

function decodeBlocks(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const before = out;
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let baseX = load<i32>(block, BASE_X);
  let polarity = load<i32>(block, POLARITY);
  let base = load<i64>(block, BASE);
  let row = i16x8.splat(<i16>load<i32>(block, ROW));
  let low = i16x8.splat(<i16>(load<i64>(block, TIME) - base));

  // Constants in a loop are put together anew in each round; what is loaded stays in a register.
  const typeBits = v128.load(splats);
  const typeLow = v128.load(splats, 16);
  const typeX = v128.load(splats, 32);
  const addressBits = v128.load(splats, 48);
  const timeBits = v128.load(splats, 64);

  while (position + 16 <= end && out + 48 <= capacity) {
    const words = v128.load(position);
    const types = v128.and(words, typeBits);
    const isRowOrLow = i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.eq(types, i16x8.splat(0)), i16x8.eq(types, typeLow)));
    const rowPlaces = v128.load(latest + (<usize>(isRowOrLow & 0xff) << 4));
    const lowPlaces = v128.load(latest + (<usize>(isRowOrLow >> 8) << 4));
    const noRow = i8x16.lt_s(rowPlaces, i8x16.splat(0));
    const noLow = i8x16.lt_s(lowPlaces, i8x16.splat(0));
    const addresses = v128.and(words, addressBits);
    const rows = v128.or(i8x16.swizzle(addresses, rowPlaces), v128.and(noRow, row));
    const lows = v128.or(i8x16.swizzle(v128.and(words, timeBits), lowPlaces), v128.and(noLow, low));
    const lowsBefore = i8x16.shuffle(low, lows, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
    const isEventOrBack = i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.eq(types, typeX), i16x8.lt_s(lows, lowsBefore)));
    const eventMask = isEventOrBack & 0xff;
    // Words of other kinds, and times that step back: the lanes from the first of them on are for later.
    const stop = (~(isRowOrLow | (isRowOrLow >> 8) | eventMask) & 0xff) | (isEventOrBack >> 8);
    const events = eventMask & (stop - 1) & ~stop;
    const eventPlaces = v128.load(chosen + (<usize>events << 4));
    const eventWords = i8x16.swizzle(words, eventPlaces);
    const eventLows = i8x16.swizzle(lows, eventPlaces);
    // Bit 11 alone: bit 12 of X is 0, bit 13 is 1.
    const polarities = i16x8.shr_u(i16x8.shl(eventWords, 4), 15);
    const bases = i64x2.splat(base);
    const lowsA = i32x4.extend_low_i16x8_u(eventLows);
    const lowsB = i32x4.extend_high_i16x8_u(eventLows);
    const at = t + (out << 3);
    v128.store(at, i64x2.add(bases, i64x2.extend_low_i32x4_u(lowsA)));
    v128.store(at, i64x2.add(bases, i64x2.extend_high_i32x4_u(lowsA)), 16);
    v128.store(at, i64x2.add(bases, i64x2.extend_low_i32x4_u(lowsB)), 32);
    v128.store(at, i64x2.add(bases, i64x2.extend_high_i32x4_u(lowsB)), 48);
    v128.store(x + (out << 1), v128.and(eventWords, addressBits));
    v128.store(y + (out << 1), i8x16.swizzle(rows, eventPlaces));
    v128.store64_lane(p + out, i8x16.narrow_i16x8_u(polarities, polarities), 0);
    out += <usize>popcnt<i32>(events);
    if (stop == 0) {
      row = i8x16.shuffle(rows, rows, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15);
      low = i8x16.shuffle(lows, lows, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15);
      position += 16;
      continue;
    }

    const lane = ctz<i32>(stop);
    const lanePlace = i16x8.splat(<i16>(0x0100 + 0x0202 * lane));
    position += <usize>lane << 1;
    row = i8x16.swizzle(rows, lanePlace);
    const word = <i32>load<u16>(position);
    const type = word >> 12;
    if (type == 6) break; // a time that steps back
    low = i8x16.swizzle(lows, lanePlace);
    if (type == 3) { // VECT_BASE_X, most often before VECT_12, VECT_12 and VECT_8
      baseX = word & 0x7ff;
      polarity = (word >> 11) & 1;
      position += 2;
      if (position + 6 > end) continue;
      const vectors = (<u64>load<u32>(position)) | (<u64>load<u16>(position, 4) << 32);
      if ((vectors & 0xf000f000f000) != 0x500040004000) continue;
      position += 6;
      const mask = <u32>((vectors & 0xfff) | ((vectors >> 4) & 0xfff000) | ((vectors >> 8) & 0xff000000));
      out = emitGroup(t, x, y, p, out, mask, base + <i64>i16x8.extract_lane_u(low, 0), baseX, row, polarity);
      baseX += 32;
    } else if ((type & 14) == 4) { // VECT_12, VECT_8
      if (baseX > FURTHEST_BASE) break;
      const width = 12 - ((type & 1) << 2);
      const mask = <u32>word & ((1 << width) - 1);
      const time = base + <i64>i16x8.extract_lane_u(low, 0);
      if (mask) out = emitBits(t, x, y, p, out, mask, time, baseX, <i32>i16x8.extract_lane_u(row, 0), <u32>polarity);
      baseX += width;
      position += 2;
    } else if (type == 8) { // TIME_HIGH
      const high = <i64>(word & 0xfff);
      const total = load<i64>(block, HIGH);
      if (high != (total & 0xfff)) {
        if (high < (total & 0xfff)) break; // a wrap, or a step back
        store<i64>(block, (total & ~0xfff) | high, HIGH);
        base = (((total & ~0xfff) | high) << 12) - load<i64>(block, SHIFT);
        low = i16x8.splat(0);
      }
      position += 2;
    } else {
      if (type == 10) break; // EXT_TRIGGER
      position += 2;
    }
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i32>(block, <i32>i16x8.extract_lane_u(row, 0), ROW);
  store<i32>(block, baseX, BASE_X);
  store<i32>(block, polarity, POLARITY);
  store<i64>(block, base, BASE);
  store<i64>(block, base + <i64>i16x8.extract_lane_u(low, 0), TIME);
  if (out > before) store<i64>(block, load<i64>(t + (out << 3) - 8), LAST_T);
}

// Decodes words one by one: at least some, and on until decodeRuns can.
function decodeWords(block: usize): void {
  const careful = load<i32>(block, CAREFUL);
  let position = <usize>load<u32>(block, POSITION);
  const enough = position + 16;
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let started = load<i32>(block, STARTED);
  let row = load<i32>(block, ROW);
  let baseX = load<i32>(block, BASE_X);
  let polarity = load<i32>(block, POLARITY);
  let base = load<i64>(block, BASE);
  let time = load<i64>(block, TIME);
  let last = load<i64>(block, LAST_T);

  while (position + 2 <= end && out + 12 <= capacity) {
    if (position >= enough && started && !careful && last <= time && baseX < FURTHEST_BASE) break;
    const word = <i32>load<u16>(position);
    const type = word >> 12;
    position += 2;
    if (type == 2 || (type & 14) == 4) { // ADDR_X, VECT_12, VECT_8
      let first = word & 0x7ff;
      let mask: u32 = 1;
      let on = (word >> 11) & 1;
      if (type != 2) {
        const width = 12 - ((type & 1) << 2);
        mask = word & ((1 << width) - 1);
        first = baseX;
        on = polarity;
        baseX += width;
      }
      if (started == 0 || mask == 0) continue;
      if (!admit(block, first + 31 - <i32>clz<u32>(mask), row, time, last)) break;
      last = time;
      out = emitBits(t, x, y, p, out, mask, time, first, row, <u32>on);
    } else if (type == 3) { // VECT_BASE_X
      baseX = word & 0x7ff;
      polarity = (word >> 11) & 1;
    } else if (type == 0) { // ADDR_Y
      row = word & 0x7ff;
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
  store<i64>(block, last, LAST_T);
}
