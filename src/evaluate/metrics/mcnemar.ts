/**
 * McNemar's test: do two methods err on the same clips equally often?
 *
 * Only clips on which they differ say anything: under the null hypothesis each of them is a fair coin. It takes clips as
 * independent. Clips of one person are not, so the bootstrap over people is the better witness; this is the customary one.
 * @module
 */
import { OptionError } from "../../errors.js";

export interface McNemar {
  /** Judged right by the first method alone. */
  readonly first: number;
  /** Judged right by the second alone. */
  readonly second: number;
  /** Two-sided, exact binomial; conservative. McNemar 1947. */
  readonly exact: number;
  /** Two-sided mid-p: half of the probability of what was observed. Fagerland, Lydersen, Laake 2013. */
  readonly midP: number;
}

/**
 * The test from the two counts of disagreement.
 * @throws OptionError for counts that are none.
 */
export function mcnemar(first: number, second: number): McNemar {
  for (const count of [first, second]) {
    if (!(Number.isSafeInteger(count) && count >= 0)) throw new OptionError({ where: "mcnemar", expected: "two counts", received: String(count) });
  }
  const trials = first + second;
  const least = Math.min(first, second);
  // Probabilities of 0 … least heads in so many tosses, from their logarithms: 0.5 ** 2000 is no number.
  let log = -trials * Math.LN2;
  let [below, at] = [0, Math.exp(log)];
  for (let heads = 1; heads <= least; heads++) {
    below += at;
    log += Math.log((trials - heads + 1) / heads);
    at = Math.exp(log);
  }
  return { first, second, exact: Math.min(1, 2 * (below + at)), midP: Math.min(1, 2 * below + at) };
}
