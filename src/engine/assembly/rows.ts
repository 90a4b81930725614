// Normalisation and softmax of rows, and normalisation of columns, forward and backward.
import { exponential } from "./exponential";

// @ts-ignore: decorator
@inline
function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

// @ts-ignore: decorator
@inline
function sumOf(row: usize, columns: i32): f32 {
  let sums = f32x4.splat(0);
  let c = 0;
  for (; c + 4 <= columns; c += 4) sums = f32x4.add(sums, v128.load(row + (<usize>c << 2)));
  let sum = total(sums);
  for (; c < columns; c++) sum += load<f32>(row + (<usize>c << 2));
  return sum;
}

/** Softmax of each row; with `skipDiagonal` > 0, the value at (row mod skipDiagonal) is left out. */
export function softmaxRows(x: usize, rows: i32, columns: i32, scale: f32, skipDiagonal: i32, out: usize): void {
  const whole = columns & ~3;
  const s = f32x4.splat(scale);
  for (let row = 0; row < rows; row++) {
    // The logits are copied, scaled, so that the one left out can be lowered in place.
    for (let c = 0; c < whole; c += 4) v128.store(out + (<usize>c << 2), f32x4.mul(v128.load(x + (<usize>c << 2)), s));
    for (let c = whole; c < columns; c++) store<f32>(out + (<usize>c << 2), load<f32>(x + (<usize>c << 2)) * scale);
    if (skipDiagonal > 0) store<f32>(out + (<usize>(row % skipDiagonal) << 2), -3e38);
    let tops = f32x4.splat(-Infinity);
    for (let c = 0; c < whole; c += 4) tops = f32x4.pmax(tops, v128.load(out + (<usize>c << 2)));
    let top = max(max(f32x4.extract_lane(tops, 0), f32x4.extract_lane(tops, 1)), max(f32x4.extract_lane(tops, 2), f32x4.extract_lane(tops, 3)));
    for (let c = whole; c < columns; c++) top = max(top, load<f32>(out + (<usize>c << 2)));
    const m = f32x4.splat(top);
    let sums = f32x4.splat(0);
    for (let c = 0; c < whole; c += 4) {
      const e = exponential(f32x4.sub(v128.load(out + (<usize>c << 2)), m));
      v128.store(out + (<usize>c << 2), e);
      sums = f32x4.add(sums, e);
    }
    let sum = total(sums);
    for (let c = whole; c < columns; c++) {
      const e = f32x4.extract_lane(exponential(f32x4.splat(load<f32>(out + (<usize>c << 2)) - top)), 0);
      store<f32>(out + (<usize>c << 2), e);
      sum += e;
    }
    const inverse: f32 = 1 / sum;
    const v = f32x4.splat(inverse);
    for (let c = 0; c < whole; c += 4) v128.store(out + (<usize>c << 2), f32x4.mul(v128.load(out + (<usize>c << 2)), v));
    for (let c = whole; c < columns; c++) store<f32>(out + (<usize>c << 2), load<f32>(out + (<usize>c << 2)) * inverse);
    if (skipDiagonal > 0) store<f32>(out + (<usize>(row % skipDiagonal) << 2), 0);
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** y · (dy − Σ dy·y) · scale for each row. */
export function softmaxGradient(y: usize, dy: usize, rows: i32, columns: i32, scale: f32, out: usize): void {
  const s = f32x4.splat(scale);
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    let c = 0;
    for (; c + 4 <= columns; c += 4) sums = f32x4.add(sums, f32x4.mul(v128.load(y + (<usize>c << 2)), v128.load(dy + (<usize>c << 2))));
    let sum = total(sums);
    for (; c < columns; c++) sum += load<f32>(y + (<usize>c << 2)) * load<f32>(dy + (<usize>c << 2));
    const m = f32x4.splat(sum);
    for (c = 0; c + 4 <= columns; c += 4) {
      const at = <usize>c << 2;
      v128.store(out + at, f32x4.mul(f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), m)), s));
    }
    for (; c < columns; c++) {
      const at = <usize>c << 2;
      store<f32>(out + at, load<f32>(y + at) * (load<f32>(dy + at) - sum) * scale);
    }
    y += <usize>columns << 2; dy += <usize>columns << 2; out += <usize>columns << 2;
  }
}

/** Each row to mean 0 and variance 1, times gamma plus beta; `moments` takes (mean, 1 / deviation) of each row. */
export function layerNormRows(x: usize, gamma: usize, beta: usize, rows: i32, columns: i32, epsilon: f32, out: usize, moments: usize): void {
  const n: f32 = 1 / <f32>columns;
  for (let row = 0; row < rows; row++) {
    const mean = sumOf(x, columns) * n;
    const m = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    let c = 0;
    for (; c + 4 <= columns; c += 4) {
      const d = f32x4.sub(v128.load(x + (<usize>c << 2)), m);
      squares = f32x4.add(squares, f32x4.mul(d, d));
    }
    let square = total(squares);
    for (; c < columns; c++) {
      const d = load<f32>(x + (<usize>c << 2)) - mean;
      square += d * d;
    }
    const r: f32 = 1 / sqrt<f32>(square * n + epsilon);
    const s = f32x4.splat(r);
    for (c = 0; c + 4 <= columns; c += 4) {
      const at = <usize>c << 2;
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), s);
      v128.store(out + at, f32x4.add(f32x4.mul(normal, v128.load(gamma + at)), v128.load(beta + at)));
    }
    for (; c < columns; c++) {
      const at = <usize>c << 2;
      store<f32>(out + at, (load<f32>(x + at) - mean) * r * load<f32>(gamma + at) + load<f32>(beta + at));
    }
    store<f32>(moments, mean);
    store<f32>(moments, r, 4);
    moments += 8;
    x += <usize>columns << 2; out += <usize>columns << 2;
  }
}

/** Gradients of the above: `dx` for each row, and the sums `dgamma` and `dbeta`. */
export function layerNormGradient(x: usize, gamma: usize, moments: usize, dy: usize, rows: i32, columns: i32, dx: usize, dgamma: usize, dbeta: usize): void {
  const n: f32 = 1 / <f32>columns;
  memory.fill(dgamma, 0, <usize>columns << 2);
  memory.fill(dbeta, 0, <usize>columns << 2);
  for (let row = 0; row < rows; row++) {
    const mean = load<f32>(moments), r = load<f32>(moments, 4);
    const m = f32x4.splat(mean), s = f32x4.splat(r);
    let sums = f32x4.splat(0), products = f32x4.splat(0);
    let c = 0;
    for (; c + 4 <= columns; c += 4) {
      const at = <usize>c << 2;
      const d = v128.load(dy + at);
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), s);
      const g = f32x4.mul(d, v128.load(gamma + at));
      sums = f32x4.add(sums, g);
      products = f32x4.add(products, f32x4.mul(g, normal));
      v128.store(dgamma + at, f32x4.add(v128.load(dgamma + at), f32x4.mul(d, normal)));
      v128.store(dbeta + at, f32x4.add(v128.load(dbeta + at), d));
    }
    let sum = total(sums), product = total(products);
    for (; c < columns; c++) {
      const at = <usize>c << 2;
      const d = load<f32>(dy + at);
      const normal = (load<f32>(x + at) - mean) * r;
      const g = d * load<f32>(gamma + at);
      sum += g;
      product += g * normal;
      store<f32>(dgamma + at, load<f32>(dgamma + at) + d * normal);
      store<f32>(dbeta + at, load<f32>(dbeta + at) + d);
    }
    const a = f32x4.splat(sum * n), b = f32x4.splat(product * n);
    for (c = 0; c + 4 <= columns; c += 4) {
      const at = <usize>c << 2;
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), m), s);
      const g = f32x4.mul(v128.load(dy + at), v128.load(gamma + at));
      v128.store(dx + at, f32x4.mul(f32x4.sub(f32x4.sub(g, a), f32x4.mul(normal, b)), s));
    }
    for (; c < columns; c++) {
      const at = <usize>c << 2;
      const normal = (load<f32>(x + at) - mean) * r;
      store<f32>(dx + at, (load<f32>(dy + at) * load<f32>(gamma + at) - sum * n - normal * product * n) * r);
    }
    moments += 8;
    x += <usize>columns << 2; dy += <usize>columns << 2; dx += <usize>columns << 2;
  }
}

/** Mean and biased variance of each column of [rows, columns]. */
export function columnMoments(x: usize, rows: i32, columns: i32, mean: usize, variance: usize): void {
  const bytes = <usize>columns << 2;
  const n: f32 = 1 / <f32>rows;
  memory.fill(mean, 0, bytes);
  memory.fill(variance, 0, bytes);
  let from = x;
  for (let row = 0; row < rows; row++) {
    let c: usize = 0;
    for (; c + 16 <= bytes; c += 16) v128.store(mean + c, f32x4.add(v128.load(mean + c), v128.load(from + c)));
    for (; c < bytes; c += 4) store<f32>(mean + c, load<f32>(mean + c) + load<f32>(from + c));
    from += bytes;
  }
  for (let c: usize = 0; c < bytes; c += 4) store<f32>(mean + c, load<f32>(mean + c) * n);
  from = x;
  for (let row = 0; row < rows; row++) {
    let c: usize = 0;
    for (; c + 16 <= bytes; c += 16) {
      const d = f32x4.sub(v128.load(from + c), v128.load(mean + c));
      v128.store(variance + c, f32x4.add(v128.load(variance + c), f32x4.mul(d, d)));
    }
    for (; c < bytes; c += 4) {
      const d = load<f32>(from + c) - load<f32>(mean + c);
      store<f32>(variance + c, load<f32>(variance + c) + d * d);
    }
    from += bytes;
  }
  for (let c: usize = 0; c < bytes; c += 4) store<f32>(variance + c, load<f32>(variance + c) * n);
}

/** x · scale + shift, by columns. */
export function scaleColumns(x: usize, scale: usize, shift: usize, rows: i32, columns: i32, out: usize): void {
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    let c: usize = 0;
    for (; c + 16 <= bytes; c += 16) v128.store(out + c, f32x4.add(f32x4.mul(v128.load(x + c), v128.load(scale + c)), v128.load(shift + c)));
    for (; c < bytes; c += 4) store<f32>(out + c, load<f32>(x + c) * load<f32>(scale + c) + load<f32>(shift + c));
    x += bytes; out += bytes;
  }
}

/** `dbeta` = Σ dy and `dgamma` = Σ dy · (x − mean) · inverse deviation, by columns; sums of columns must begin at zero. */
export function batchNormSums(x: usize, dy: usize, mean: usize, inverse: usize, rows: i32, columns: i32, dgamma: usize, dbeta: usize): void {
  const bytes = <usize>columns << 2;
  memory.fill(dgamma, 0, bytes);
  memory.fill(dbeta, 0, bytes);
  for (let row = 0; row < rows; row++) {
    let c: usize = 0;
    for (; c + 16 <= bytes; c += 16) {
      const d = v128.load(dy + c);
      v128.store(dbeta + c, f32x4.add(v128.load(dbeta + c), d));
      const normal = f32x4.mul(f32x4.sub(v128.load(x + c), v128.load(mean + c)), v128.load(inverse + c));
      v128.store(dgamma + c, f32x4.add(v128.load(dgamma + c), f32x4.mul(d, normal)));
    }
    for (; c < bytes; c += 4) {
      const d = load<f32>(dy + c);
      store<f32>(dbeta + c, load<f32>(dbeta + c) + d);
      store<f32>(dgamma + c, load<f32>(dgamma + c) + d * ((load<f32>(x + c) - load<f32>(mean + c)) * load<f32>(inverse + c)));
    }
    x += bytes; dy += bytes;
  }
}

/** dy · a + x · b + c, by columns: the gradient of a batch norm for its input, with coefficients of each column. */
export function combineColumns(x: usize, dy: usize, a: usize, b: usize, c: usize, rows: i32, columns: i32, out: usize): void {
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    let i: usize = 0;
    for (; i + 16 <= bytes; i += 16) {
      const linear = f32x4.add(f32x4.mul(v128.load(dy + i), v128.load(a + i)), f32x4.mul(v128.load(x + i), v128.load(b + i)));
      v128.store(out + i, f32x4.add(linear, v128.load(c + i)));
    }
    for (; i < bytes; i += 4) store<f32>(out + i, load<f32>(dy + i) * load<f32>(a + i) + load<f32>(x + i) * load<f32>(b + i) + load<f32>(c + i));
    x += bytes; dy += bytes; out += bytes;
  }
}

/** Copies `bytes` of each row from `source` to `target`, whose rows lie `from` and `to` bytes apart; a multiple of 4. */
export function copyColumns(source: usize, from: usize, target: usize, to: usize, rows: i32, bytes: usize): void {
  for (let row = 0; row < rows; row++) {
    let c: usize = 0;
    for (; c + 16 <= bytes; c += 16) v128.store(target + c, v128.load(source + c));
    for (; c < bytes; c += 4) store<f32>(target + c, load<f32>(source + c));
    source += from;
    target += to;
  }
}
