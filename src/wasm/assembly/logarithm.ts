// Natural logarithm of two positive, normal doubles at a time: the polynomial of FreeBSD's e_log.c (Sun Microsystems,
// 1993), without its cases for zero, infinities and subnormals.
export function logarithm(x: v128): v128 {
  const bits = i64x2.add(x, i64x2.splat((<i64>(0x3ff00000 - 0x3fe6a09e)) << 32));
  const k = f64x2.sub(
    v128.or(i64x2.shr_u(bits, 52), i64x2.splat(0x4330000000000000)), // 2^52 + the biased exponent
    f64x2.splat(4503599627370496 + 1023),
  );
  const mantissa = i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat((<i64>0x3fe6a09e) << 32));
  const f = f64x2.sub(mantissa, f64x2.splat(1));
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(w, f64x2.add(f64x2.splat(3.999999999940941908e-1), f64x2.mul(w,
    f64x2.add(f64x2.splat(2.222219843214978396e-1), f64x2.mul(w, f64x2.splat(1.531383769920937332e-1))))));
  const odd = f64x2.mul(z, f64x2.add(f64x2.splat(6.66666666666673513e-1), f64x2.mul(w,
    f64x2.add(f64x2.splat(2.857142874366239149e-1), f64x2.mul(w,
      f64x2.add(f64x2.splat(1.818357216161805012e-1), f64x2.mul(w, f64x2.splat(1.479819860511658591e-1))))))));
  const r = f64x2.add(even, odd);
  const low = f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10));
  const high = f64x2.mul(k, f64x2.splat(6.93147180369123816490e-1));
  return f64x2.sub(high, f64x2.sub(f64x2.sub(half, f64x2.add(f64x2.mul(s, f64x2.add(half, r)), low)), f));
}

// True if one of four intensities is not a number from 0 to 65535.
export function outOfRange(intensities: v128): bool {
  const good = v128.and(f32x4.ge(intensities, f32x4.splat(0)), f32x4.le(intensities, f32x4.splat(65535)));
  return !i32x4.all_true(good);
}
