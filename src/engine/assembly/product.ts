// Products of matrices in tiles of 4 rows by 8 columns, which fill 8 of the 16 registers that a 128-bit machine has.
//
// The right side lies in panels of 8 columns, [panel][k][8], zeros beyond the last. The left side is read where it lies:
// by rows, each of `runs` stretches of `length` floats that lie `stride` bytes apart (the rows of a filter's window in an
// image), or by columns.
//
// The innermost loops take one value of the depth at a time. V8 puts all loads of a straight piece of code before its sums,
// so that a loop unrolled by hand spills its registers, and takes 1.6 times as long.

/** Panels of the matrix [depth, columns] at `source`, whose rows lie `rowBytes` apart; panels lie `panelDepth` rows apart. */
export function packPanels(source: usize, depth: i32, columns: i32, rowBytes: usize, panels: usize, panelDepth: i32): void {
  for (let first = 0; first < columns; first += 8) {
    let target = panels + (<usize>(first >> 3) * <usize>panelDepth << 5);
    let from = source + (<usize>first << 2);
    const count = min(8, columns - first);
    for (let k = 0; k < depth; k++) {
      if (count == 8) {
        v128.store(target, v128.load(from));
        v128.store(target, v128.load(from, 16), 16);
      } else {
        for (let i = 0; i < 8; i++) store<f32>(target + (<usize>i << 2), i < count ? load<f32>(from + (<usize>i << 2)) : <f32>0);
      }
      target += 32;
      from += rowBytes;
    }
  }
}

/** The same of the transpose of the matrix [columns, depth] at `source`. */
export function packTransposed(source: usize, depth: i32, columns: i32, rowBytes: usize, panels: usize, panelDepth: i32): void {
  let target = panels;
  for (let first = 0; first < columns; first += 8) {
    for (let half = 0; half < 2; half++) {
      const c = first + (half << 2);
      const to = target + (<usize>half << 4);
      const from = source + <usize>c * rowBytes;
      let k = 0;
      if (c + 4 <= columns) {
        for (; k + 4 <= depth; k += 4) {
          const at = from + (<usize>k << 2);
          const r0 = v128.load(at);
          const r1 = v128.load(at + rowBytes);
          const r2 = v128.load(at + 2 * rowBytes);
          const r3 = v128.load(at + 3 * rowBytes);
          const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
          const t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
          const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
          const t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
          const out = to + (<usize>k << 5);
          v128.store(out, v128.shuffle<i64>(t0, t1, 0, 2));
          v128.store(out, v128.shuffle<i64>(t0, t1, 1, 3), 32);
          v128.store(out, v128.shuffle<i64>(t2, t3, 0, 2), 64);
          v128.store(out, v128.shuffle<i64>(t2, t3, 1, 3), 96);
        }
      }
      for (; k < depth; k++) {
        for (let i = 0; i < 4; i++) {
          const value = c + i < columns ? load<f32>(from + <usize>i * rowBytes + (<usize>k << 2)) : <f32>0;
          store<f32>(to + (<usize>k << 5) + (<usize>i << 2), value);
        }
      }
    }
    target += <usize>panelDepth << 5;
  }
}

/** Offsets origin + a·first + b·second + c·third of all (a, b, c), the last fastest. */
export function addPositions(target: usize, n0: i32, n1: i32, n2: i32, first: i32, second: i32, third: i32, origin: i32): void {
  for (let a = 0; a < n0; a++) {
    for (let b = 0; b < n1; b++) {
      let at = origin + a * first + b * second;
      for (let c = 0; c < n2; c++) {
        store<i32>(target, at);
        target += 4;
        at += third;
      }
    }
  }
}

/** [batch, height, width · channels] into [batch, top + height + bottom, (left + width + right) · channels], zeros around. */
export function padImages(
  source: usize, batch: i32, height: i32, rowFloats: i32, top: i32, bottom: i32, leftFloats: i32, rightFloats: i32, target: usize,
): void {
  const row = <usize>rowFloats << 2;
  const left = <usize>leftFloats << 2;
  const right = <usize>rightFloats << 2;
  const whole = row + left + right;
  for (let b = 0; b < batch; b++) {
    memory.fill(target, 0, <usize>top * whole);
    target += <usize>top * whole;
    for (let i = 0; i < height; i++) {
      memory.fill(target, 0, left);
      memory.copy(target + left, source, row);
      memory.fill(target + left + row, 0, right);
      source += row;
      target += whole;
    }
    memory.fill(target, 0, <usize>bottom * whole);
    target += <usize>bottom * whole;
  }
}

/** The middle of images [batch, rows, whole] from (top, left) on: [batch, height, row], rows and offsets in bytes. */
export function cropImages(source: usize, batch: i32, rows: i32, whole: usize, top: i32, left: usize, height: i32, row: usize, target: usize): void {
  for (let b = 0; b < batch; b++) {
    let from = source + <usize>(b * rows + top) * whole + left;
    for (let i = 0; i < height; i++) {
      memory.copy(target, from, row);
      target += row;
      from += whole;
    }
  }
}

// @ts-ignore: decorator
@inline
function madd(x: v128, b: v128, c: v128): v128 {
  // Relaxed SIMD would round once on some machines: measured faster for shallow products only, and the results of all
  // would depend on the machine.
  return f32x4.add(c, f32x4.mul(x, b));
}

// @ts-ignore: decorator
@inline
function storeRow(target: usize, low: v128, high: v128, count: i32): void {
  if (count >= 8) {
    v128.store(target, low);
    v128.store(target, high, 16);
    return;
  }
  if (count >= 4) v128.store(target, low);
  const rest = count >= 4 ? high : low;
  const at = count >= 4 ? target + 16 : target;
  const left = count & 3;
  if (left > 0) store<f32>(at, f32x4.extract_lane(rest, 0));
  if (left > 1) store<f32>(at, f32x4.extract_lane(rest, 1), 4);
  if (left > 2) store<f32>(at, f32x4.extract_lane(rest, 2), 8);
}

/**
 * out[places[m] + n] = Σ over runs and k of source[starts[m] + run·stride + k] · panels[run·length + k][n]; offsets in bytes.
 */
export function productOfRows(
  source: usize, starts: usize, rows: i32, runs: i32, length: i32, stride: usize,
  panels: usize, columns: i32, out: usize, places: usize,
): void {
  const panelBytes = <usize>(runs * length) << 5;
  const block = 32;
  for (let m0 = 0; m0 < rows; m0 += block) {
    const mEnd = min(rows, m0 + block);
    let panel = panels;
    for (let n = 0; n < columns; n += 8) {
      const count = columns - n;
      for (let m = m0; m < mEnd; m += 4) {
        const last = mEnd - 1;
        const m1 = min(m + 1, last);
        const m2 = min(m + 2, last);
        const m3 = min(m + 3, last);
        let a0 = source + <usize>load<u32>(starts + (<usize>m << 2));
        let a1 = source + <usize>load<u32>(starts + (<usize>m1 << 2));
        let a2 = source + <usize>load<u32>(starts + (<usize>m2 << 2));
        let a3 = source + <usize>load<u32>(starts + (<usize>m3 << 2));
        let b = panel;
        let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
        let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0);
        const step = stride - (<usize>length << 2);
        for (let run = 0; run < runs; run++) {
          for (let k = length; k > 0; k--) {
            const b0 = v128.load(b), b1 = v128.load(b, 16);
            let x = v128.load_splat<f32>(a0);
            c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
            x = v128.load_splat<f32>(a1);
            c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
            x = v128.load_splat<f32>(a2);
            c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
            x = v128.load_splat<f32>(a3);
            c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
            a0 += 4; a1 += 4; a2 += 4; a3 += 4; b += 32;
          }
          a0 += step; a1 += step; a2 += step; a3 += step;
        }
        const to = out + (<usize>n << 2);
        storeRow(to + <usize>load<u32>(places + (<usize>m << 2)), c00, c01, count);
        if (m + 1 < mEnd) storeRow(to + <usize>load<u32>(places + (<usize>m1 << 2)), c10, c11, count);
        if (m + 2 < mEnd) storeRow(to + <usize>load<u32>(places + (<usize>m2 << 2)), c20, c21, count);
        if (m + 3 < mEnd) storeRow(to + <usize>load<u32>(places + (<usize>m3 << 2)), c30, c31, count);
      }
      panel += panelBytes;
    }
  }
}

/**
 * out[m][n] (+)= Σ over segments and k of source[starts[segment] + k·stride + m] · panels[segment·length + k][n], with
 * `depth` values in each panel. The segments are taken in groups that stay in the cache.
 */
export function productOfColumns(
  source: usize, starts: usize, segments: i32, length: i32, stride: usize, rows: i32,
  panels: usize, depth: i32, columns: i32, out: usize, outRow: usize, add: bool,
): void {
  const group = max(1, 96 / length);
  for (let s0 = 0; s0 < segments; s0 += group) {
    const sEnd = min(segments, s0 + group);
    const fresh = !add && s0 == 0;
    for (let m = 0; m < rows; m += 4) {
      const left = rows - m;
      let panel = panels + (<usize>(s0 * length) << 5);
      for (let n = 0; n < columns; n += 8) {
        let b = panel;
        let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
        let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0);
        // Beyond the last row the first is taken again, and not stored.
        const o1: usize = left > 1 ? 4 : 0;
        const o2: usize = left > 2 ? 8 : 0;
        for (let s = s0; s < sEnd; s++) {
          let a = source + <usize>load<u32>(starts + (<usize>s << 2)) + (<usize>m << 2);
          if (left >= 4) {
            for (let k = length; k > 0; k--) {
              const b0 = v128.load(b), b1 = v128.load(b, 16);
              let x = v128.load_splat<f32>(a);
              c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
              x = v128.load_splat<f32>(a, 4);
              c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
              x = v128.load_splat<f32>(a, 8);
              c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
              x = v128.load_splat<f32>(a, 12);
              c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
              a += stride;
              b += 32;
            }
          } else {
            for (let k = length; k > 0; k--) {
              const b0 = v128.load(b), b1 = v128.load(b, 16);
              let x = v128.load_splat<f32>(a);
              c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
              x = v128.load_splat<f32>(a + o1);
              c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
              x = v128.load_splat<f32>(a + o2);
              c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
              a += stride;
              b += 32;
            }
          }
        }
        const to = out + <usize>m * outRow + (<usize>n << 2);
        const count = columns - n;
        addRow(to, c00, c01, count, fresh);
        if (left > 1) addRow(to + outRow, c10, c11, count, fresh);
        if (left > 2) addRow(to + 2 * outRow, c20, c21, count, fresh);
        if (left > 3) addRow(to + 3 * outRow, c30, c31, count, fresh);
        panel += <usize>depth << 5;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addRow(target: usize, low: v128, high: v128, count: i32, fresh: bool): void {
  if (fresh) {
    storeRow(target, low, high, count);
  } else if (count >= 8) {
    v128.store(target, f32x4.add(v128.load(target), low));
    v128.store(target, f32x4.add(v128.load(target, 16), high), 16);
  } else {
    for (let i = 0; i < count; i++) {
      const value = i == 0 ? f32x4.extract_lane(low, 0) : i == 1 ? f32x4.extract_lane(low, 1) : i == 2 ? f32x4.extract_lane(low, 2)
        : i == 3 ? f32x4.extract_lane(low, 3) : i == 4 ? f32x4.extract_lane(high, 0) : i == 5 ? f32x4.extract_lane(high, 1) : f32x4.extract_lane(high, 2);
      const at = target + (<usize>i << 2);
      store<f32>(at, load<f32>(at) + value);
    }
  }
}
