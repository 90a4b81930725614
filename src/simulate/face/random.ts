/**
 * Draws from a seeded stream.
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A stream of random numbers; the same seed and purpose give the same stream. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  /** `purpose` keeps streams of one seed apart, so that a change in one part of a face leaves the others alone. */
  constructor(seed: number, purpose: string) {
    let hash = (seed ^ 0x9e3779b9) | 0;
    for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193) ^ (hash >>> 15);
    this.#generator = xoroshiro128plus(hash);
    for (let i = 0; i < 4; i++) this.uniform();
  }

  /** From 0 to 1, 1 excluded. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Normal, by Box and Muller. */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.uniform() * items.length)]!;
  }

  /** A 32-bit seed for another stream. */
  seed(): number {
    return Math.floor(this.uniform() * 0x100000000) | 0;
  }
}
