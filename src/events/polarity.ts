/**
 * Events of one polarity.
 * @module
 */
import { OptionError } from "../errors.js";
import type { EventColumns } from "./schema.js";
import { take } from "./take.js";

/** "on" = brighter, "off" = darker. */
export type Polarity = "on" | "off";

/** How many events are on. */
export function countOn(p: Uint8Array): number {
  let on = 0;
  for (let i = 0; i < p.length; i++) on += p[i]!;
  return on;
}

/** Events of one polarity. */
export function polarityColumns(columns: EventColumns, polarity: Polarity): EventColumns {
  if (polarity !== "on" && polarity !== "off") {
    throw new OptionError({ where: "polarity", expected: '"on" or "off"', received: JSON.stringify(polarity) ?? String(polarity) });
  }
  const wanted = polarity === "on" ? 1 : 0;
  const { p } = columns;
  const indices = new Uint32Array(p.length);
  let count = 0;
  for (let i = 0; i < p.length; i++) {
    indices[count] = i; // Kept when counted: no branch to mispredict.
    count += p[i] === wanted ? 1 : 0;
  }
  return take(columns, indices.subarray(0, count));
}
