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
  const on = countOn(columns.p);
  const count = wanted === 1 ? on : columns.p.length - on;
  const indices = new Uint32Array(count);
  for (let i = 0, to = 0; to < count; i++) if (columns.p[i] === wanted) indices[to++] = i;
  return take(columns, indices);
}
