// HATS over events that lie cell by cell, in order of time within each: `times` in double precision from the first event,
// `places` y << 16 | x, `ends` where the events of each cell end. `weights` holds the weight of each age up to `memory`.
export function averagedSurfaces(
  times: usize, places: usize, ends: usize, cells: i32, radius: i32, memory: f64, weights: usize, sums: usize,
): void {
  const side = 2 * radius + 1;
  let start: usize = 0;
  for (let cell = 0; cell < cells; cell++) {
    const end = <usize>load<u32>(ends + (<usize>cell << 2));
    const centre = sums + (<usize>(cell * side * side + radius * side + radius) << 3);
    for (let i = start; i < end; i++) {
      store<f64>(centre, load<f64>(centre) + 1);
      const now = load<f64>(times + (i << 3));
      const here = load<u32>(places + (i << 2));
      const x = <i32>(here & 0xffff);
      const y = <i32>(here >> 16);
      for (let j = i; j > start; ) {
        j--;
        const age = now - load<f64>(times + (j << 3));
        if (age > memory) break;
        const there = load<u32>(places + (j << 2));
        const dx = <i32>(there & 0xffff) - x;
        const dy = <i32>(there >> 16) - y;
        if (abs(dx) > radius || abs(dy) > radius) continue;
        const sum = centre + (<usize>(dy * side + dx) << 3);
        store<f64>(sum, load<f64>(sum) + load<f64>(weights + (<usize>age << 3)));
      }
    }
    start = end;
  }
}
