/**
 * A filter that is used for some recordings and not for others.
 * @module
 */
import { OptionError } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import { requireNumber } from "./options.js";
import { makeRandom, requireSeed } from "./random.js";

const untouched: EventFilter = { id: "untouched", source: "the definition: nothing changes", start: () => ({ push: (columns) => columns }) };

/**
 * `filter` with a probability, otherwise nothing; the seed decides: `sometimes(flip({ axis: "x" }), { probability: 0.5, seed })`.
 * @throws OptionError
 */
export function sometimes(filter: EventFilter, options: { readonly probability: number; readonly seed: number }): EventFilter {
  const probability = requireNumber("sometimes.probability", options.probability, 0, 1);
  const seed = requireSeed("sometimes", options.seed);
  if (typeof filter?.start !== "function") throw new OptionError({ where: "sometimes", expected: "a filter", received: typeof filter });
  return makeRandom(seed).uniform() < probability ? filter : untouched;
}
