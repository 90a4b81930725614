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
