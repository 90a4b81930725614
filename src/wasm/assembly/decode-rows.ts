// Rows of columns that some decoder has written into the block: see src/codecs/rows.definition.ts. Rows that follow
// the last event at once stay where they are; behind a row that was left out they move up.
import { END, EVENTS, LAST_T, P, POSITION, SHIFT, SHIFT_WANTED, T, X, X_END, Y, Y_END, admit, largest, put, stepBack, widen } from "./decode-block";

export function decodeRows(block: usize): void {
  let row = <usize>load<u32>(block, POSITION);
  const end = <usize>load<u32>(block, END);
  let out = <usize>load<u32>(block, EVENTS);
  const t = <usize>load<u32>(block, T);
  const x = <usize>load<u32>(block, X);
  const y = <usize>load<u32>(block, Y);
  const p = <usize>load<u32>(block, P);
  let last = load<i64>(block, LAST_T);
  let xEnd = load<i32>(block, X_END);
  let yEnd = load<i32>(block, Y_END);

  if (load<i32>(block, SHIFT_WANTED) && row < end) {
    store<i32>(block, 0, SHIFT_WANTED);
    store<i64>(block, load<i64>(t + (row << 3)), SHIFT);
  }
  const shift = load<i64>(block, SHIFT);
  if (shift == 0 && out == row && row < end) {
    // Nothing moves: look at the largest coordinates and the order of times alone.
    const rows = <i32>(end - row);
    const right = largest(x + (row << 1), rows);
    const low = largest(y + (row << 1), rows);
    if (i32(right < xEnd) & i32(low < yEnd) || (widen(block, right, 0) == 0 && widen(block, 0, low) == 0)) {
      let at = t + (row << 3);
      const stop = t + (end << 3);
      while (at < stop) {
        // Eight times that do not step back, at once: each pair is compared with that one place before it.
        if (load<i64>(at) >= last) {
          while (at + 72 <= stop) {
            const back = v128.or(
              v128.or(i64x2.lt_s(v128.load(at, 8), v128.load(at)), i64x2.lt_s(v128.load(at, 24), v128.load(at, 16))),
              v128.or(i64x2.lt_s(v128.load(at, 40), v128.load(at, 32)), i64x2.lt_s(v128.load(at, 56), v128.load(at, 48))),
            );
            if (v128.any_true(back)) break;
            at += 64;
            last = load<i64>(at);
          }
        }
        const time = load<i64>(at);
        if (time < last) stepBack(block, last - time);
        last = time;
        at += 8;
      }
      store<u32>(block, <u32>end, POSITION);
      store<u32>(block, <u32>end, EVENTS);
      store<i64>(block, last, LAST_T);
      return;
    }
    // Some row is at fault; widen() has noted nothing but the extent of rows before it, which the loop does again.
    store<i32>(block, xEnd, X_END);
    store<i32>(block, yEnd, Y_END);
  }
  while (row < end) {
    const time = load<i64>(t + (row << 3)) - shift;
    const column = <i32>load<u16>(x + (row << 1));
    const line = <i32>load<u16>(y + (row << 1));
    const on = load<u8>(p + row);
    row++;
    if (i32(time < last) | i32(column >= xEnd) | i32(line >= yEnd)) {
      if (!admit(block, column, line, time, last)) break;
      xEnd = load<i32>(block, X_END);
      yEnd = load<i32>(block, Y_END);
    }
    last = time;
    put(t, x, y, p, out, time, column, line, on);
    out++;
  }

  store<u32>(block, <u32>row, POSITION);
  store<u32>(block, <u32>out, EVENTS);
  store<i64>(block, last, LAST_T);
}
