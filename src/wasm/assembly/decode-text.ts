// Events as lines of numbers: see src/codecs/text.definition.ts. Whole lines only: the caller keeps the rest.
import { CAPACITY, END, EVENTS, FAULT, FAULT_VALUE, LAST_T, P, POSITION, REGISTERS, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, admit, put } from "./decode-block";

const FAULT_TEXT: i32 = 3;
// Powers of ten from a number as written to microseconds, the number of columns, and the role of each.
const SCALE = REGISTERS;
const COLUMNS = REGISTERS + 4;
const ROLES = REGISTERS + 8;

// Where the last number ended, its value in steps of 10^-scale, and whether it was one.
let numberEnd: usize = 0;
let numberValid: bool = false;

// What a line of plain numbers has in the column of each role.
const values = memory.data(40, 8);

export function decodeText(block: usize): void {
  let position = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const capacity = <usize>load<u32>(block, CAPACITY);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  const scale = load<i32>(block, SCALE);
  const columns = <usize>load<u32>(block, COLUMNS);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);
  let shift = load<i64>(block, SHIFT);

  // A role that no column has stays 0.
  memory.fill(values, 0, 40);
  while (position < end && out < capacity) {
    let time: i64 = 0;
    let column: i64 = 0;
    let row: i64 = 0;
    let polarity: i64 = 0;
    const next = scale == 0 ? plainLine(position, end, columns, block + ROLES) : 0;
    if (next != 0) {
      position = next;
      time = load<i64>(values, 8);
      column = load<i64>(values, 16);
      row = load<i64>(values, 24);
      polarity = load<i64>(values, 32);
    } else {
      position = skipBlanks(position, end);
      if (position >= end) break;
      const first = load<u8>(position);
      if (first == 10) {
        position++;
        continue;
      }
      if (first == 35 || first == 37) {
        position = lineEnd(position, end);
        continue;
      }
      let wrong = 0;
      for (let i: usize = 0; i < columns; i++) {
        const role = load<i32>(block + ROLES + (i << 2));
        if (role == 0) position = fieldEnd(position, end);
        else {
          const value = readNumber(position, end, role == 1 ? scale : 0, role == 1);
          position = numberEnd;
          if (!numberValid) {
            wrong = <i32>i + 1;
            break;
          }
          if (role == 1) time = value;
          else if (role == 2) column = value;
          else if (role == 3) row = value;
          else polarity = value;
        }
        position = skipSeparator(position, end);
      }
      if (wrong == 0 && position < end && load<u8>(position) != 10) wrong = <i32>columns + 1;
      position = lineEnd(position, end);
      if (wrong != 0) {
        store<i32>(block, wrong, FAULT_VALUE);
        store<i32>(block, FAULT_TEXT, FAULT);
        break;
      }
    }
    if (load<i32>(block, SHIFT_WANTED)) {
      store<i32>(block, 0, SHIFT_WANTED);
      store<i64>(block, time, SHIFT);
      shift = time;
    }
    time -= shift;
    // Coordinates that no sensor has, negative ones among them, are at fault on any.
    const wideX = column < 0 || column > 0x7fffffff ? 0x7fffffff : <i32>column;
    const wideY = row < 0 || row > 0x7fffffff ? 0x7fffffff : <i32>row;
    if (i32(time < last) | i32(wideX >= xEnd) | i32(wideY >= yEnd)) {
      if (!admit(block, wideX, wideY, time, last)) break;
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
    }
    last = time;
    put(t, x, y, p, out, time, <i32>column, <i32>row, u8(polarity > 0));
    out++;
  }

  store<u32>(block, <u32>position, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u8): bool {
  return byte == 32 || byte == 9 || byte == 13;
}

// @ts-ignore: decorator
@inline
function skipBlanks(at: usize, end: usize): usize {
  while (at < end && isBlank(load<u8>(at))) at++;
  return at;
}

// Blanks, and at most one comma or semicolon among them.
// @ts-ignore: decorator
@inline
function skipSeparator(at: usize, end: usize): usize {
  at = skipBlanks(at, end);
  if (at < end && (load<u8>(at) == 44 || load<u8>(at) == 59)) at = skipBlanks(at + 1, end);
  return at;
}

function fieldEnd(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 10 || byte == 44 || byte == 59 || isBlank(byte)) break;
    at++;
  }
  return at;
}

function lineEnd(at: usize, end: usize): usize {
  while (at < end && load<u8>(at) != 10) at++;
  return min(at + 1, end);
}

// A line of whole numbers without a sign between single commas, as most programs write them: into `values`, by their roles.
// Returns where the next line begins, or 0 for any other line.
function plainLine(at: usize, end: usize, columns: usize, roles: usize): usize {
  for (let i: usize = 0; i < columns; i++) {
    const longest = at + 19;
    let value: i64 = 0;
    let digit = <u32>load<u8>(at) - 48;
    if (digit > 9) return 0;
    do {
      value = value * 10 + digit;
      digit = <u32>load<u8>(++at) - 48;
    } while (digit < 10 && at < longest);
    // A comma, or the end of the line behind the last of them.
    if (at == longest || digit != <u32>(i + 1 == columns ? 10 : 44) - 48) return 0;
    at++;
    store<i64>(values + (<usize>load<u32>(roles + (i << 2)) << 3), value);
  }
  return at <= end ? at : 0;
}

// A decimal number times 10^scale, exactly; rounded half away from zero where `rounds`, otherwise it must be whole.
function readNumber(at: usize, end: usize, scale: i32, rounds: bool): i64 {
  numberValid = false;
  let negative = false;
  if (at < end && (load<u8>(at) == 45 || load<u8>(at) == 43)) negative = load<u8>(at++) == 45;
  let value: u64 = 0;
  let power = scale;
  let digits = 0;
  let lost = false;
  let seen = false;
  let fraction = false;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 46 && !fraction) {
      fraction = true;
      continue;
    }
    const digit = <u32>byte - 48;
    if (digit > 9) break;
    seen = true;
    if (digits == 18) {
      // More digits than are kept: those of a fraction are far below any unit.
      if (!fraction) power++;
      lost = lost || digit != 0;
      continue;
    }
    value = value * 10 + digit;
    if (value != 0) digits++;
    if (fraction) power--;
  }
  if (seen && at < end && (load<u8>(at) | 32) == 101) {
    at++;
    let negativeExponent = false;
    if (at < end && (load<u8>(at) == 45 || load<u8>(at) == 43)) negativeExponent = load<u8>(at++) == 45;
    let exponent = 0;
    let exponentSeen = false;
    for (; at < end && <u32>load<u8>(at) - 48 < 10; at++) {
      exponentSeen = true;
      if (exponent < 1000) exponent = exponent * 10 + (<i32>load<u8>(at) - 48);
    }
    seen = exponentSeen;
    power += negativeExponent ? -exponent : exponent;
  }
  numberEnd = at;
  if (!seen) return 0;
  if (at < end) {
    const next = load<u8>(at);
    if (next != 10 && next != 44 && next != 59 && !isBlank(next)) return 0;
  }
  for (; power > 0 && value != 0; power--) {
    if (value > 922337203685477580) return 0;
    value *= 10;
  }
  let half = false;
  for (; power < 0; power++) {
    const rest = <u32>(value % 10);
    value /= 10;
    lost = lost || rest != 0;
    half = rest >= 5;
    if (value == 0 && power < -1) {
      half = false;
      break;
    }
  }
  if (value > 0x7fffffffffffffff || (!rounds && lost)) return 0;
  if (half) value++;
  numberValid = true;
  return negative ? -<i64>value : <i64>value;
}
