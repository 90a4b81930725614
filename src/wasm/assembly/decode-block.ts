// The block that a decode kernel works on: the mirror of src/wasm/decode-block.ts, which explains it.
export const POSITION: usize = 0;
export const END: usize = 4;
export const EVENTS: usize = 8;
export const CAPACITY: usize = 12;
export const TRIGGERS: usize = 16;
export const TRIGGER_CAPACITY: usize = 20;
export const FAULT: usize = 24;
export const FAULT_VALUE: usize = 28;
export const WIDTH: usize = 32;
export const HEIGHT: usize = 36;
export const X_END: usize = 40;
export const Y_END: usize = 44;
export const BACKWARD_STEPS: usize = 48;
export const SHIFT_WANTED: usize = 52;
export const T: usize = 56;
export const X: usize = 60;
export const Y: usize = 64;
export const P: usize = 68;
export const TRIGGER_T: usize = 72;
export const TRIGGER_ID: usize = 76;
export const TRIGGER_P: usize = 80;

export const LARGEST_BACKWARD: usize = 88;
export const SHIFT: usize = 96;
export const LAST_T: usize = 104;
// From here on each kernel keeps what it has to remember between two calls.
export const REGISTERS: usize = 112;

export const FAULT_X: i32 = 1;
export const FAULT_Y: i32 = 2;

// A coordinate at or behind the largest so far: remembers it, or returns the fault when it lies outside the sensor.
export function widen(block: usize, x: i32, y: i32): i32 {
  if (x >= load<i32>(block, WIDTH)) {
    store<i32>(block, x, FAULT_VALUE);
    return FAULT_X;
  }
  if (y >= load<i32>(block, HEIGHT)) {
    store<i32>(block, y, FAULT_VALUE);
    return FAULT_Y;
  }
  if (x >= load<i32>(block, X_END)) store<i32>(block, x + 1, X_END);
  if (y >= load<i32>(block, Y_END)) store<i32>(block, y + 1, Y_END);
  return 0;
}

// An event that is earlier than the one before it.
export function stepBack(block: usize, microseconds: i64): void {
  store<i32>(block, load<i32>(block, BACKWARD_STEPS) + 1, BACKWARD_STEPS);
  if (microseconds > load<i64>(block, LARGEST_BACKWARD)) store<i64>(block, microseconds, LARGEST_BACKWARD);
}

// An event that lies outside the extent so far or is earlier than the one before it, which is noted; false is a fault.
export function admit(block: usize, x: i32, y: i32, time: i64, last: i64): bool {
  const fault = widen(block, x, y);
  if (fault) {
    store<i32>(block, fault, FAULT);
    return false;
  }
  if (time < last) stepBack(block, last - time);
  return true;
}

// Writes the event of number `out`; the caller has checked that there is room.
// @ts-ignore: decorator
@inline
export function put(t: usize, x: usize, y: usize, p: usize, out: usize, time: i64, column: i32, row: i32, on: u8): void {
  store<i64>(t + (out << 3), time);
  store<u16>(x + (out << 1), <u16>column);
  store<u16>(y + (out << 1), <u16>row);
  store<u8>(p + out, on);
}

// Writes one trigger edge; the caller has checked that there is room.
export function emitTrigger(block: usize, t: i64, id: i32, p: i32): void {
  const n = <usize>load<i32>(block, TRIGGERS);
  store<i64>(<usize>load<u32>(block, TRIGGER_T) + (n << 3), t);
  store<u8>(<usize>load<u32>(block, TRIGGER_ID) + n, <u8>id);
  store<u8>(<usize>load<u32>(block, TRIGGER_P) + n, <u8>p);
  store<i32>(block, <i32>n + 1, TRIGGERS);
}

// The largest of some 16-bit coordinates.
export function largest(column: usize, length: usize): i32 {
  let found = i16x8.splat(0);
  const end = column + (length << 1);
  for (; column + 16 <= end; column += 16) found = i16x8.max_u(found, v128.load(column));
  let result = 0;
  for (; column < end; column += 2) result = max<i32>(result, <i32>load<u16>(column));
  for (let lane = 0; lane < 8; lane++) {
    result = max<i32>(result, <i32>i16x8.extract_lane_u(found, 0));
    found = i8x16.shuffle(found, found, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1);
  }
  return result;
}
