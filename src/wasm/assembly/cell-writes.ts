// What events do to their cells. `cells` holds the address of the cell of each event, as cellOffsets writes it.

// cell += 1, 32 bits.
export function countCells(cells: usize, events: i32): void {
  const end = cells + (<usize>events << 2);
  let at = cells;
  for (; at + 28 < end; at += 32) {
    addOne(<usize>load<u32>(at));
    addOne(<usize>load<u32>(at, 4));
    addOne(<usize>load<u32>(at, 8));
    addOne(<usize>load<u32>(at, 12));
    addOne(<usize>load<u32>(at, 16));
    addOne(<usize>load<u32>(at, 20));
    addOne(<usize>load<u32>(at, 24));
    addOne(<usize>load<u32>(at, 28));
  }
  for (; at < end; at += 4) addOne(<usize>load<u32>(at));
}
// @ts-ignore: decorator
@inline
function addOne(cell: usize): void {
  store<u32>(cell, load<u32>(cell) + 1);
}

// cell += 1 unless it is `limit` already, 8 bits. With limit 256 it wraps.
export function countBytes(cells: usize, events: i32, limit: i32): void {
  const end = cells + (<usize>events << 2);
  for (let at = cells; at < end; at += 4) {
    const cell = <usize>load<u32>(at);
    const value = <i32>load<u8>(cell);
    store<u8>(cell, value + i32(value < limit));
  }
}

// cell += 2p - 1, 32 bits.
export function sumSigns(cells: usize, p: usize, events: i32): void {
  for (let i: usize = 0; i < <usize>events; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    store<i32>(cell, load<i32>(cell) + (<i32>load<u8>(p + i) << 1) - 1);
  }
}

// cell += 2p - 1 within least ... most, 32 bits, event after event.
export function sumSignsWithin(cells: usize, p: usize, events: i32, least: i32, most: i32): void {
  for (let i: usize = 0; i < <usize>events; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    store<i32>(cell, max<i32>(least, min<i32>(most, load<i32>(cell) + (<i32>load<u8>(p + i) << 1) - 1)));
  }
}

// cell |= bits, 16 bits.
export function orCells(cells: usize, events: i32, bits: i32): void {
  const end = cells + (<usize>events << 2);
  for (let at = cells; at < end; at += 4) {
    const cell = <usize>load<u32>(at);
    store<u16>(cell, load<u16>(cell) | <u16>bits);
  }
}

// cell = value, 8 bits.
export function setBytes(cells: usize, events: i32, value: i32): void {
  const end = cells + (<usize>events << 2);
  for (let at = cells; at < end; at += 4) store<u8>(<usize>load<u32>(at), value);
}

// cell = number of the event, counted from `first`, 32 bits.
export function numberCells(cells: usize, events: i32, first: i32): void {
  for (let i: usize = 0; i < <usize>events; i++) store<i32>(<usize>load<u32>(cells + (i << 2)), first + <i32>i);
}

// Notes in which tiles of 2^shift bytes the cells lie, from their address to `reach` bytes behind it.
export function markTiles(cells: usize, events: i32, canvas: usize, shift: i32, reach: i32, tiles: usize): void {
  const end = cells + (<usize>events << 2);
  for (let at = cells; at < end; at += 4) {
    const from = <usize>load<u32>(at) - canvas;
    store<u8>(tiles + (from >> shift), 1);
    store<u8>(tiles + ((from + reach) >> shift), 1);
  }
}

// Sums of `bins` cells a pixel, 32 bits, to running sums within -cutoff ... cutoff, 8 bits.
export function runningSums(from: usize, to: usize, pixels: i32, bins: i32, cutoff: i32): void {
  let at = from;
  let out = to;
  for (let pixel = 0; pixel < pixels; pixel++) {
    let sum = 0;
    for (let bin = 0; bin < bins; bin++, at += 4, out++) {
      sum += load<i32>(at);
      store<i8>(out, max(-cutoff, min(cutoff, sum)));
    }
  }
}
