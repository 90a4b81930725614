// The recency of an event that is `age` microseconds older than the reference: 2^32 - 1 - age, so that greater is newer
// and 0 stands for "never". The caller sees to it that no event is younger than the reference or 2^32 - 1 µs older.
// @ts-ignore: decorator
@inline
function recency(t: usize, reference: i32): i32 {
  return load<i32>(t) - reference - 1;
}

// cell = recency, 32 bits.
export function recencyCells(cells: usize, t: usize, events: i32, reference: i32): void {
  for (let i: usize = 0; i < <usize>events; i++) store<i32>(<usize>load<u32>(cells + (i << 2)), recency(t + (i << 3), reference));
}

// Cells of four recencies, newest first: shifts the new one in, the oldest out.
export function pushFour(cells: usize, t: usize, events: i32, reference: i32): void {
  for (let i: usize = 0; i < <usize>events; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    const last = v128.load(cell);
    v128.store(cell, i32x4.replace_lane(v128.shuffle<i32>(last, last, 0, 0, 1, 2), 0, recency(t + (i << 3), reference)));
  }
}

// The same for any depth.
export function pushMany(cells: usize, t: usize, events: i32, reference: i32, depth: i32): void {
  for (let i: usize = 0; i < <usize>events; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    for (let slot = <usize>(depth - 1) << 2; slot > 0; slot -= 4) store<i32>(cell + slot, load<i32>(cell + slot - 4));
    store<i32>(cell, recency(t + (i << 3), reference));
  }
}

// e^-x for x >= 0 in single precision: 2^n e^r with |r| <= ln 2 / 2, e^r by its polynomial (Cephes).
// @ts-ignore: decorator
@inline
function expNegative(x: v128): v128 {
  const y = f32x4.max(f32x4.neg(x), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(y, f32x4.splat(1.44269504088896341)));
  const r = f32x4.sub(f32x4.sub(y, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let s = f32x4.splat(1.9875691500e-4);
  s = f32x4.add(f32x4.mul(s, r), f32x4.splat(1.3981999507e-3));
  s = f32x4.add(f32x4.mul(s, r), f32x4.splat(8.3334519073e-3));
  s = f32x4.add(f32x4.mul(s, r), f32x4.splat(4.1665795894e-2));
  s = f32x4.add(f32x4.mul(s, r), f32x4.splat(1.6666665459e-1));
  s = f32x4.add(f32x4.mul(s, r), f32x4.splat(5.0000001201e-1));
  s = f32x4.add(f32x4.add(f32x4.mul(s, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  // Below e^-87 there is nothing to keep.
  return v128.and(f32x4.mul(s, power), f32x4.gt(y, f32x4.splat(-87)));
}

// Recencies to e^(-age * rate), 0 for "never"; in single precision, four at a time.
export function decayExponential(from: usize, to: usize, cells: i32, rate: f32): void {
  const rates = f32x4.splat(rate);
  for (let i: usize = 0; i < <usize>cells; i += 4) {
    const value = v128.load(from + (i << 2));
    const age = f32x4.convert_i32x4_u(v128.not(value));
    const known = v128.not(i32x4.eq(value, i32x4.splat(0)));
    v128.store(to + (i << 2), v128.and(expNegative(f32x4.mul(age, rates)), known));
  }
}

// Recencies to max(0, 1 - age / window), 0 for "never".
export function decayLinear(from: usize, to: usize, cells: i32, window: f64): void {
  for (let i: usize = 0; i < <usize>cells; i++) {
    const value = load<u32>(from + (i << 2));
    const left: f64 = value == 0 ? 0 : max<f64>(0, 1 - <f64>(~value) / window);
    store<f32>(to + (i << 2), <f32>left);
  }
}

// The sum and the number of e^(-age * rate) of the events of a cell: two doubles.
export function meanDecay(cells: usize, t: usize, events: i32, reference: i32, rate: f32): void {
  const rates = f32x4.splat(rate);
  const low = i32x4.splat(reference);
  for (let i: usize = 0; i < <usize>events; i += 4) {
    const times = v128.shuffle<i32>(v128.load(t + (i << 3)), v128.load(t + (i << 3), 16), 0, 2, 4, 6);
    const values = expNegative(f32x4.mul(f32x4.convert_i32x4_u(i32x4.sub(low, times)), rates));
    const first = f64x2.promote_low_f32x4(values);
    const second = f64x2.promote_low_f32x4(v128.shuffle<i64>(values, values, 1, 1));
    const count = min<usize>(4, <usize>events - i);
    addDecay(<usize>load<u32>(cells + (i << 2)), f64x2.extract_lane(first, 0));
    if (count > 1) addDecay(<usize>load<u32>(cells + (i << 2), 4), f64x2.extract_lane(first, 1));
    if (count > 2) addDecay(<usize>load<u32>(cells + (i << 2), 8), f64x2.extract_lane(second, 0));
    if (count > 3) addDecay(<usize>load<u32>(cells + (i << 2), 12), f64x2.extract_lane(second, 1));
  }
}
// @ts-ignore: decorator
@inline
function addDecay(cell: usize, value: f64): void {
  v128.store(cell, f64x2.add(v128.load(cell), f64x2.replace_lane(f64x2.splat(1), 0, value)));
}

// Sums and numbers to means in single precision, 0 without events.
export function means(from: usize, to: usize, cells: i32): void {
  for (let i: usize = 0; i < <usize>cells; i++) {
    const count = load<f64>(from + (i << 4), 8);
    store<f32>(to + (i << 2), count > 0 ? <f32>(load<f64>(from + (i << 4)) / count) : 0);
  }
}

// ln x for positive x in single precision (Cephes).
// @ts-ignore: decorator
@inline
function logarithm(x: v128): v128 {
  // x = 2^e m with sqrt(1/2) <= m < sqrt(2).
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const m = f32x4.sub(i32x4.add(v128.and(shifted, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3)), f32x4.splat(1));
  const z = f32x4.mul(m, m);
  let s = f32x4.splat(7.0376836292e-2);
  s = f32x4.add(f32x4.mul(s, m), f32x4.splat(-1.1514610310e-1));
  s = f32x4.add(f32x4.mul(s, m), f32x4.splat(1.1676998740e-1));
  s = f32x4.add(f32x4.mul(s, m), f32x4.splat(-1.2420140846e-1));
  s = f32x4.add(f32x4.mul(s, m), f32x4.splat(1.4249322787e-1));
  s = f32x4.add(f32x4.mul(s, m), f32x4.splat(-1.6668057665e-1));
  s = f32x4.add(f32x4.mul(s, m), f32x4.splat(2.0000714765e-1));
  s = f32x4.add(f32x4.mul(s, m), f32x4.splat(-2.4999993993e-1));
  s = f32x4.add(f32x4.mul(s, m), f32x4.splat(3.3333331174e-1));
  s = f32x4.mul(f32x4.mul(s, m), z);
  s = f32x4.add(s, f32x4.mul(e, f32x4.splat(-2.12194440e-4)));
  s = f32x4.sub(s, f32x4.mul(z, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, s), f32x4.mul(e, f32x4.splat(0.693359375)));
}

// TORE: pixels of off and on cells of `slots` recencies each, to `depth` values each, on before off:
// max(0, ln((min(age, clip) + 1) / floor)).
export function toreValues(from: usize, to: usize, pixels: i32, slots: i32, depth: i32, clip: u32, floor: f32): void {
  const clips = i32x4.splat(clip);
  const one = f32x4.splat(1);
  const scale = f32x4.splat(1 / floor);
  const zero = f32x4.splat(0);
  const never = f32x4.max(logarithm(f32x4.mul(f32x4.add(f32x4.convert_i32x4_u(clips), one), scale)), zero);
  let out = to;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let p = 1; p >= 0; p--) {
      const cell = from + ((<usize>pixel * 2 + p) * slots << 2);
      if (load<u32>(cell) == 0) {
        // Never: all as old as can be.
        for (let slot = 0; slot < depth; slot += 4) v128.store(out + (<usize>slot << 2), never);
        out += <usize>depth << 2;
        continue;
      }
      for (let slot = 0; slot < depth; slot += 4) {
        const age = f32x4.add(f32x4.convert_i32x4_u(i32x4.min_u(v128.not(v128.load(cell + (<usize>slot << 2))), clips)), one);
        const value = f32x4.max(logarithm(f32x4.mul(age, scale)), zero);
        // Values behind the depth are written over by the next cell; the piece has room for them.
        v128.store(out + (<usize>slot << 2), value);
      }
      out += <usize>depth << 2;
    }
  }
}

// Recencies to `count` values each: max(0, 1 - age / window) for windows in double precision, 0 for "never".
export function surfaceValues(from: usize, to: usize, cells: i32, windows: usize, count: i32): void {
  let out = to;
  for (let i: usize = 0; i < <usize>cells; i++) {
    const value = load<u32>(from + (i << 2));
    const age = <f64>(~value);
    for (let w: usize = 0; w < <usize>count; w++) {
      const left: f64 = value == 0 ? 0 : max<f64>(0, 1 - age / load<f64>(windows + (w << 3)));
      store<f32>(out, <f32>left);
      out += 4;
    }
  }
}
