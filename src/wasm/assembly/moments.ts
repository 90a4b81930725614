// Cells of 32 bytes: sum and sum of squares of the times between events, in double precision; number of events and sum of
// signs; last and first time, counted from `first` in 32 bits.
export function intervalMoments(cells: usize, t: usize, p: usize, events: i32, first: i32): void {
  for (let i: usize = 0; i < <usize>events; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    const time = load<i32>(t + (i << 3)) - first;
    const count = load<i32>(cell, 16);
    if (count > 0) {
      const interval = <f64>(<u32>time - load<u32>(cell, 24));
      store<f64>(cell, load<f64>(cell) + interval);
      store<f64>(cell, load<f64>(cell, 8) + interval * interval, 8);
    } else store<i32>(cell, time, 28);
    store<i32>(cell, count + 1, 16);
    store<i32>(cell, load<i32>(cell, 20) + (<i32>load<u8>(p + i) << 1) - 1, 20);
    store<i32>(cell, time, 24);
  }
}

// Cells of 16 bytes: sum and sum of squares of (t - first) / duration, in double precision.
export function timeMoments(cells: usize, t: usize, events: i32, first: i64, duration: f64): void {
  for (let i: usize = 0; i < <usize>events; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    const time = <f64>(load<i64>(t + (i << 3)) - first) / duration;
    store<f64>(cell, load<f64>(cell) + time);
    store<f64>(cell, load<f64>(cell, 8) + time * time, 8);
  }
}
