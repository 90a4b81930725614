// What training does value by value, in one pass where tfjs takes several.
import { exponential } from "./exponential";

/** One step of Adam: the new weight, mean and square go to `out…`. `rest` is 1 − beta, `shrink` 1 − lr · decay. */
export function adamStep(
  weight: usize, gradient: usize, mean: usize, square: usize, out: usize, outMean: usize, outSquare: usize, length: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, rate: f32, squareScale: f32, epsilon: f32, shrink: f32,
): void {
  const b1 = f32x4.splat(beta1), n1 = f32x4.splat(rest1), b2 = f32x4.splat(beta2), n2 = f32x4.splat(rest2);
  const r = f32x4.splat(rate), s = f32x4.splat(squareScale), e = f32x4.splat(epsilon), w = f32x4.splat(shrink);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize>i << 2;
    const g = v128.load(gradient + at);
    const m = f32x4.add(f32x4.mul(v128.load(mean + at), b1), f32x4.mul(g, n1));
    const v = f32x4.add(f32x4.mul(v128.load(square + at), b2), f32x4.mul(f32x4.mul(g, g), n2));
    v128.store(outMean + at, m);
    v128.store(outSquare + at, v);
    const change = f32x4.div(f32x4.mul(m, r), f32x4.add(f32x4.sqrt(f32x4.mul(v, s)), e));
    v128.store(out + at, f32x4.sub(f32x4.mul(v128.load(weight + at), w), change));
  }
  for (; i < length; i++) {
    const at = <usize>i << 2;
    const g = load<f32>(gradient + at);
    const m = load<f32>(mean + at) * beta1 + g * rest1;
    const v = load<f32>(square + at) * beta2 + g * g * rest2;
    store<f32>(outMean + at, m);
    store<f32>(outSquare + at, v);
    store<f32>(out + at, load<f32>(weight + at) * shrink - (m * rate) / (sqrt<f32>(v * squareScale) + epsilon));
  }
}

/** Sums of the columns of [rows, columns]. */
export function columnSums(source: usize, rows: i32, columns: i32, out: usize): void {
  memory.fill(out, 0, <usize>columns << 2);
  for (let row = 0; row < rows; row++) {
    let c = 0;
    for (; c + 4 <= columns; c += 4) {
      const at = out + (<usize>c << 2);
      v128.store(at, f32x4.add(v128.load(at), v128.load(source)));
      source += 16;
    }
    for (; c < columns; c++) {
      const at = out + (<usize>c << 2);
      store<f32>(at, load<f32>(at) + load<f32>(source));
      source += 4;
    }
  }
}

/** x where it is positive, else x · slope, for slopes up to 1. */
export function leakyRelu(x: usize, out: usize, length: i32, slope: f32): void {
  const a = f32x4.splat(slope);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const value = v128.load(x + (<usize>i << 2));
    v128.store(out + (<usize>i << 2), f32x4.pmax(value, f32x4.mul(value, a)));
  }
  for (; i < length; i++) {
    const value = load<f32>(x + (<usize>i << 2));
    store<f32>(out + (<usize>i << 2), max(value, value * slope));
  }
}

/** dy where x > 0, else dy · slope. */
export function leakyReluGradient(x: usize, dy: usize, out: usize, length: i32, slope: f32): void {
  const zero = f32x4.splat(0), a = f32x4.splat(slope);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize>i << 2;
    const d = v128.load(dy + at);
    v128.store(out + at, v128.bitselect(d, f32x4.mul(d, a), f32x4.gt(v128.load(x + at), zero)));
  }
  for (; i < length; i++) {
    const at = <usize>i << 2;
    const d = load<f32>(dy + at);
    store<f32>(out + at, load<f32>(x + at) > 0 ? d : d * slope);
  }
}

// erf by Abramowitz and Stegun 7.1.26, to 1.5e-7, from e^−x².
// @ts-ignore: decorator
@inline
function errorFunction(x: v128, bell: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(f32x4.splat(0.3275911), f32x4.abs(x))));
  let p = f32x4.splat(1.061405429);
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-1.453152027));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.421413741));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.284496736));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.254829592));
  const y = f32x4.sub(one, f32x4.mul(f32x4.mul(p, t), bell));
  return v128.bitselect(f32x4.neg(y), y, f32x4.lt(x, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function geluOf(x: v128): v128 {
  const z = f32x4.mul(x, f32x4.splat(0.7071067811865476));
  const erf = errorFunction(z, exponential(f32x4.neg(f32x4.mul(z, z))));
  return f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), f32x4.add(f32x4.splat(1), erf));
}

/** x · Φ(x). */
export function gelu(x: usize, out: usize, length: i32): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) v128.store(out + (<usize>i << 2), geluOf(v128.load(x + (<usize>i << 2))));
  for (; i < length; i++) store<f32>(out + (<usize>i << 2), f32x4.extract_lane(geluOf(f32x4.splat(load<f32>(x + (<usize>i << 2)))), 0));
}

// @ts-ignore: decorator
@inline
function geluSlope(x: v128): v128 {
  const z = f32x4.mul(x, f32x4.splat(0.7071067811865476));
  const bell = exponential(f32x4.neg(f32x4.mul(z, z)));
  const area = f32x4.mul(f32x4.splat(0.5), f32x4.add(f32x4.splat(1), errorFunction(z, bell)));
  return f32x4.add(area, f32x4.mul(f32x4.mul(x, f32x4.splat(0.3989422804014327)), bell));
}

/** dy · (Φ(x) + x · φ(x)). */
export function geluGradient(x: usize, dy: usize, out: usize, length: i32): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize>i << 2;
    v128.store(out + at, f32x4.mul(v128.load(dy + at), geluSlope(v128.load(x + at))));
  }
  for (; i < length; i++) {
    const at = <usize>i << 2;
    store<f32>(out + at, load<f32>(dy + at) * f32x4.extract_lane(geluSlope(f32x4.splat(load<f32>(x + at))), 0));
  }
}

/** Zeroes bytes. */
export function fill(target: usize, bytes: usize): void {
  memory.fill(target, 0, bytes);
}

export function copy(target: usize, source: usize, bytes: usize): void {
  memory.copy(target, source, bytes);
}
