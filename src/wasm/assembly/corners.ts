// Surfaces for corner detection: what each event does to the pixels within `reach` of it, cut at the sensor's edge.

export function erosSurface(x: usize, y: usize, events: i32, width: i32, height: i32, reach: i32, factor: f32, surface: usize): void {
  for (let i: usize = 0; i < <usize>events; i++) {
    const column = <i32>load<u16>(x + (i << 1));
    const row = <i32>load<u16>(y + (i << 1));
    const left = max(0, column - reach);
    const right = min(width - 1, column + reach);
    for (let v = max(0, row - reach), bottom = min(height - 1, row + reach); v <= bottom; v++) {
      const end = surface + (<usize>(v * width + right) << 2);
      for (let cell = surface + (<usize>(v * width + left) << 2); cell <= end; cell += 4) store<f32>(cell, load<f32>(cell) * factor);
    }
    store<f32>(surface + (<usize>(row * width + column) << 2), 255);
  }
}

export function tosSurface(x: usize, y: usize, events: i32, width: i32, height: i32, reach: i32, least: i32, surface: usize): void {
  for (let i: usize = 0; i < <usize>events; i++) {
    const column = <i32>load<u16>(x + (i << 1));
    const row = <i32>load<u16>(y + (i << 1));
    const left = max(0, column - reach);
    const right = min(width - 1, column + reach);
    for (let v = max(0, row - reach), bottom = min(height - 1, row + reach); v <= bottom; v++) {
      const end = surface + <usize>(v * width + right);
      for (let cell = surface + <usize>(v * width + left); cell <= end; cell++) {
        const value = <i32>load<u8>(cell) - 1;
        store<u8>(cell, value < least ? 0 : value);
      }
    }
    store<u8>(surface + <usize>(row * width + column), 255);
  }
}

export function sitsSurface(x: usize, y: usize, p: usize, events: i32, width: i32, height: i32, reach: i32, surface: usize): void {
  const centre = (2 * reach + 1) * (2 * reach + 1);
  for (let i: usize = 0; i < <usize>events; i++) {
    const column = <i32>load<u16>(x + (i << 1));
    const row = <i32>load<u16>(y + (i << 1));
    const plane = surface + (<usize>load<u8>(p + i) << 1);
    const own = plane + (<usize>(row * width + column) << 2);
    const old = <i32>load<u16>(own);
    const left = max(0, column - reach);
    const right = min(width - 1, column + reach);
    for (let v = max(0, row - reach), bottom = min(height - 1, row + reach); v <= bottom; v++) {
      const end = plane + (<usize>(v * width + right) << 2);
      for (let cell = plane + (<usize>(v * width + left) << 2); cell <= end; cell += 4) {
        const value = <i32>load<u16>(cell);
        store<u16>(cell, value - i32(value > old));
      }
    }
    store<u16>(own, centre);
  }
}
