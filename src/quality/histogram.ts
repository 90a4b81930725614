/**
 * Quantiles of whole numbers, in little memory.
 * @module
 */

/** Counts numbers from 0 to 2^31 in buckets that are at most an eighth of their value wide. */
export class LogHistogram {
  readonly #counts = new Float64Array(256);
  total = 0;

  add(value: number): void {
    this.total++;
    this.#counts[bucket(value < 0 ? 0 : value > 0x7fffffff ? 0x7fffffff : value)]!++;
  }

  /** The value below which a share of all numbers lies, to an eighth; undefined without numbers. */
  quantile(share: number): number | undefined {
    if (this.total === 0) return undefined;
    let below = 0;
    for (const [index, count] of this.#counts.entries()) {
      below += count;
      if (below > share * this.total || below === this.total) return middle(index);
    }
    return undefined;
  }
}

/** Exact below 8; above, the highest bit and the three that follow it. */
function bucket(value: number): number {
  if (value < 8) return value;
  const exponent = 31 - Math.clz32(value);
  return (exponent - 2) * 8 + ((value >> (exponent - 3)) & 7);
}

function middle(index: number): number {
  if (index < 8) return index;
  const size = 2 ** ((index >> 3) - 1);
  return (8 + (index & 7)) * size + (size - 1) / 2;
}
