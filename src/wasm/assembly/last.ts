import { cellOffsets } from "./cells";

// last[(y * width + x) * 2 + p] = number of the event, counted from `first`, 32 bits a cell.
export function lastEvent(x: usize, y: usize, p: usize, events: i32, width: i32, first: i32, cells: usize, last: usize): void {
  cellOffsets(x, y, p, events, width, 2, 1, 2, last, cells);
  for (let i: usize = 0; i < <usize>events; i++) store<i32>(<usize>load<u32>(cells + (i << 2)), first + <i32>i);
}
