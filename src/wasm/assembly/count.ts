// counts[(y * width + x) * 2 + p] += 1
export function countPolarity(x: usize, y: usize, p: usize, events: i32, width: i32, counts: usize): void {
  for (let i = 0; i < events; i++) {
    const pixel = <i32>load<u16>(y + (<usize>i << 1)) * width + <i32>load<u16>(x + (<usize>i << 1));
    const cell = counts + (<usize>((pixel << 1) + <i32>load<u8>(p + <usize>i)) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
}
