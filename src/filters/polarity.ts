/**
 * On and off.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import { polarityColumns, type Polarity } from "../events/polarity.js";
import { requireChoice } from "./options.js";

/** Keeps the events of one polarity. @throws OptionError */
export function polarity(options: { readonly keep: Polarity }): EventFilter {
  checkOptions("polarity", options, ["keep"]);
  const keep = requireChoice("polarity.keep", options.keep, ["on", "off"]);
  return {
    id: `polarity/keep=${keep}`,
    source: "the definition: p = 1 is on, p = 0 is off",
    start: () => ({ push: (columns) => polarityColumns(columns, keep) }),
  };
}

/** Swaps on and off, as if dark were bright. */
export function flipPolarity(options: Record<string, never> = {}): EventFilter {
  checkOptions("flipPolarity", options, []);
  return {
    id: "flip-polarity",
    source: "the definition: 1 − p",
    start: () => ({
      push({ t, x, y, p }) {
        const flipped = new Uint8Array(p.length);
        for (let i = 0; i < p.length; i++) flipped[i] = 1 - p[i]!;
        return { t, x, y, p: flipped };
      },
    }),
  };
}
