// Indices of the events that at least `support` of the 4 or 8 neighbours support: those whose last event is less than
// `within` ago. last[(y + 1) * stride + x + 1] is the time of the last event of a pixel, on a sensor with a frame of one
// pixel around it; the two polarities have maps of their own when `plane`, the cells of one map, is not 0.
export function supported(
  t: usize, x: usize, y: usize, p: usize, events: i32, stride: i32, plane: i32, last: usize, within: i64, neighbours: i32, support: i32, chosen: usize,
): i32 {
  let count: usize = 0;
  const row = <usize>stride << 3;
  for (let i: usize = 0; i < <usize>events; i++) {
    const time = load<i64>(t + (i << 3));
    let cell = (<usize>load<u16>(y + (i << 1)) + 1) * <usize>stride + <usize>load<u16>(x + (i << 1)) + 1;
    if (plane != 0) cell += <usize>plane * <usize>load<u8>(p + i);
    const at = last + (cell << 3);
    const limit = time - within;
    // Without branches: which neighbour fired is hard to predict.
    let supporters =
      <i32>(load<i64>(at - row) > limit) + <i32>(load<i64>(at - 8) > limit) + <i32>(load<i64>(at + 8) > limit) + <i32>(load<i64>(at + row) > limit);
    if (neighbours == 8) {
      supporters +=
        <i32>(load<i64>(at - row - 8) > limit) + <i32>(load<i64>(at - row + 8) > limit) +
        <i32>(load<i64>(at + row - 8) > limit) + <i32>(load<i64>(at + row + 8) > limit);
    }
    store<i64>(at, time);
    store<u32>(chosen + (count << 2), <u32>i);
    count += <usize>(supporters >= support);
  }
  return <i32>count;
}
