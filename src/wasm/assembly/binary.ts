import { cellOffsets } from "./cells";

// maps[y * width + x] |= 1 << map, 16 bits a cell, where map = floor((t - from) / dt); with `oldestFirst` the
// oldest map is the most significant bit. Dividing in f64 is exact here: both numbers are whole and below 2^53.
export function binaryMaps(
  t: usize, x: usize, y: usize, p: usize, events: i32, width: i32, from: i64, dt: i64, bits: i32, oldestFirst: bool, cells: usize, maps: usize,
): void {
  cellOffsets(x, y, p, events, width, 1, 0, 1, maps, cells);
  const span = dt * bits;
  for (let i: usize = 0; i < <usize>events; i++) {
    const age = load<i64>(t + (i << 3)) - from;
    if (<u64>age >= <u64>span) continue;
    const map = <i32>(<f64>age / <f64>dt);
    const cell = <usize>load<u32>(cells + (i << 2));
    store<u16>(cell, load<u16>(cell) | (<u16>1 << <u16>(oldestFirst ? bits - 1 - map : map)));
  }
}
