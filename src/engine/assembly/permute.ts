// Axes in another order.

/** Copies values at offsets Σ index · stride (bytes), in the order of five outer axes and one inner of `length` values. */
export function permute(
  source: usize, target: usize, n0: i32, n1: i32, n2: i32, n3: i32, n4: i32, length: i32,
  s0: i32, s1: i32, s2: i32, s3: i32, s4: i32, inner: i32,
): void {
  for (let i0 = 0; i0 < n0; i0++) {
    for (let i1 = 0; i1 < n1; i1++) {
      for (let i2 = 0; i2 < n2; i2++) {
        for (let i3 = 0; i3 < n3; i3++) {
          let at = source + <usize>(i0 * s0 + i1 * s1 + i2 * s2 + i3 * s3);
          for (let i4 = 0; i4 < n4; i4++) {
            let from = at;
            let k = length;
            if (inner == 4) {
              for (; k >= 4; k -= 4) {
                v128.store(target, v128.load(from));
                from += 16;
                target += 16;
              }
            }
            for (; k > 0; k--) {
              store<f32>(target, load<f32>(from));
              from += inner;
              target += 4;
            }
            at += s4;
          }
        }
      }
    }
  }
}
