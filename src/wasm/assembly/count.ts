import { cellOffsets } from "./cells";

// counts[(y * width + x) * 2 + p] += 1, 32 bits a cell.
export function countPolarity(x: usize, y: usize, p: usize, events: i32, width: i32, cells: usize, counts: usize): void {
  cellOffsets(x, y, p, events, width, 2, 1, 2, counts, cells);
  const end = cells + (<usize>events << 2);
  for (let at = cells; at < end; at += 4) {
    const cell = <usize>load<u32>(at);
    store<u32>(cell, load<u32>(cell) + 1);
  }
}

// sums[y * width + x] += 2p - 1, 32 bits a cell.
export function sumSigns(x: usize, y: usize, p: usize, events: i32, width: i32, cells: usize, sums: usize): void {
  cellOffsets(x, y, p, events, width, 1, 0, 2, sums, cells);
  for (let i: usize = 0; i < <usize>events; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    store<i32>(cell, load<i32>(cell) + (<i32>load<u8>(p + i) << 1) - 1);
  }
}
