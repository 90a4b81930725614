/**
 * Random numbers of the simulated pixels: a function of pixel, seed and step alone, so that kernels may take pixels in
 * any order. Wellons' lowbias32 over a multiplicative hash; `wasm/assembly/simulate-v2e.ts` has the same.
 * @module
 */
import { normals } from "../events/normals.js";

/** 32 random bits, unsigned. */
export function randomWord(pixel: number, seed: number, step: number): number {
  let x = Math.imul(pixel ^ seed, 0x9e3779b1);
  x = ((x ^ (x >>> 16)) + step) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The seed that {@link randomWord} wants: bits of neighbouring seeds must differ, or they would only swap pixels. */
export function noiseSeed(seed: number): number {
  return randomWord(0, seed, 0x2545f491) | 0;
}

/** A stream of numbers with mean 0 and standard deviation 1. */
export function normalNumbers(seed: number): () => number {
  return normals(uniformNumbers(seed));
}

/** A stream of numbers from 0 up to 1. */
export function uniformNumbers(seed: number): () => number {
  const key = noiseSeed(~seed);
  let drawn = 0;
  return () => randomWord(drawn++, key, 0) / 2 ** 32;
}
