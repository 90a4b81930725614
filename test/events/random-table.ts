// Random event tables for properties, and what is compared about them.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { EventTable, type EventColumns, type TriggerColumns } from "../../src/events/index.js";

export const sensor = { width: 24, height: 18 };

/** Times with many ties, from before zero on; triggers among them. */
export const tables: fc.Arbitrary<EventTable> = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.nat(23), fc.nat(17), fc.nat(1)), { maxLength: 80, size: "max" }),
    fc.bigInt({ min: -(2n ** 33n), max: 2n ** 40n }),
    fc.array(fc.integer({ min: -5, max: 130 }), { maxLength: 6 }),
  )
  .map(([steps, start, edges]) => {
    let time = start;
    const t = BigInt64Array.from(steps, ([step]) => (time += BigInt(step)));
    const triggerTimes = BigInt64Array.from(edges.sort((a, b) => a - b), (edge) => start + BigInt(edge));
    return EventTable.from(
      { t, x: Uint16Array.from(steps, ([, x]) => x), y: Uint16Array.from(steps, ([, , y]) => y), p: Uint8Array.from(steps, ([, , , p]) => p) },
      {
        sensor,
        origin: start,
        triggers: { t: triggerTimes, id: Uint8Array.from(edges, (_, i) => i), p: Uint8Array.from(edges, (_, i) => i % 2) },
        provenance: { format: "random", assumptions: ["made up"] },
      },
    );
  });

/** Events as rows. */
export function rows({ t, x, y, p }: EventColumns): string[] {
  return Array.from(t, (time, i) => `${time} ${x[i]} ${y[i]} ${p[i]}`);
}

export function triggerRows({ t, id, p }: TriggerColumns): string[] {
  return Array.from(t, (time, i) => `${time} ${id[i]} ${p[i]}`);
}

/** SHA-256 over the whole buffers behind a table: changes when anything of it is written to. */
export function digest(table: EventTable): string {
  const hash = createHash("sha256");
  for (const part of [table.t, table.x, table.y, table.p, table.triggers.t, table.triggers.id, table.triggers.p]) {
    hash.update(new Uint8Array(part.buffer));
  }
  return hash.digest("hex");
}

/** Seeded and bounded. */
export const runs = { seed: 20, numRuns: 150 };
