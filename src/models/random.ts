/**
 * Seeded numbers for weights and dropout: the same on every engine.
 * @module
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Uniform in [0, 1) with 24 bits; the same seed and purpose give the same numbers. */
export function uniforms(seed: number, purpose: string): () => number {
  let hash = (seed ^ 0x9e3779b9) | 0;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193) ^ (hash >>> 15);
  const generator = xoroshiro128plus(hash);
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 4; i++) generator.next();
  return () => (generator.next() >>> 8) / 2 ** 24;
}

/** `length` values, 0 with the probability `rate` and else `scale`: each from 32 bits of xoshiro128+ (Blackman and Vigna), drawn in place. */
export function mask(length: number, rate: number, scale: number, seed: number, purpose: string): Float32Array {
  const values = new Float32Array(length);
  const draw = uniforms(seed, purpose);
  let [a, b, c, d] = [0, 0, 0, 0].map(() => (draw() * 2 ** 32) | 0) as [number, number, number, number];
  d |= 1;
  const limit = rate * 2 ** 32;
  for (let i = 0; i < length; i++) {
    values[i] = (a + d) >>> 0 < limit ? 0 : scale;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
  }
  return values;
}
