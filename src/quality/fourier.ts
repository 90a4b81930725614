/**
 * The discrete Fourier transform of real samples.
 * @module
 */

/** |X(k)|² for k = 0 … n/2 of n real samples, n a power of two: Cooley and Tukey 1965, radix 2. */
export function powerSpectrum(samples: ArrayLike<number>): Float64Array {
  const n = samples.length;
  const bits = Math.log2(n);
  const { cosines, sines } = circle(n);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    re[reversed] = samples[i]!;
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const cos = cosines[(k * n) / size]!;
      const sin = -sines[(k * n) / size]!;
      for (let a = k; a < n; a += size) {
        const b = a + half;
        const real = re[b]! * cos - im[b]! * sin;
        const imaginary = re[b]! * sin + im[b]! * cos;
        re[b] = re[a]! - real;
        im[b] = im[a]! - imaginary;
        re[a]! += real;
        im[a]! += imaginary;
      }
    }
  }
  return Float64Array.from({ length: n / 2 + 1 }, (_, k) => re[k]! ** 2 + im[k]! ** 2);
}

const circles = new Map<number, { readonly cosines: Float64Array; readonly sines: Float64Array }>();

/** Points of the circle, n all around; kept, for one length is asked for again and again. */
function circle(n: number): { readonly cosines: Float64Array; readonly sines: Float64Array } {
  const known = circles.get(n);
  if (known) return known;
  const angles = Array.from({ length: n }, (_, i) => (2 * Math.PI * i) / n);
  const made = { cosines: Float64Array.from(angles, Math.cos), sines: Float64Array.from(angles, Math.sin) };
  circles.set(n, made);
  return made;
}
