/**
 * Random numbers of filters: the same seed gives the same numbers, however the events are cut into batches.
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { OptionError } from "../errors.js";
import { normals } from "../events/normals.js";

export interface Random {
  /** From 0 up to, not including, 1. */
  uniform(): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  /** Mean 1: waiting time of a Poisson process. */
  exponential(): number;
}

export function makeRandom(seed: number): Random {
  const generator = xoroshiro128plus(mixed(seed));
  for (let i = 0; i < 8; i++) uniformFloat64(generator); // The first numbers of small seeds are alike.
  const uniform = (): number => uniformFloat64(generator);
  return { uniform, exponential: () => -Math.log(1 - uniform()), normal: normals(uniform) };
}

/** Spreads the bits of a seed, so that neighbouring seeds have nothing in common: finaliser of MurmurHash3. */
function mixed(seed: number): number {
  let bits = seed | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** @throws OptionError unless the seed is a 32-bit integer. */
export function requireSeed(where: string, seed: number): number {
  if (Number.isInteger(seed) && Math.abs(seed) <= 0xffffffff) return seed;
  throw new OptionError({ where: `${where}.seed`, expected: "an integer of at most 32 bits", received: String(seed), next: "Give a seed: the same seed gives the same events" });
}
