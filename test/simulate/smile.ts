import type { EventTable } from "../../src/events/index.js";
import type { Duration } from "../../src/events/time.js";
import { expression, face, faceEvents, perform } from "../../src/simulate/index.js";

/** A short recording of a person who begins to smile. */
export function smile({ duration, width, height, seed }: { duration: Duration; width: number; height: number; seed: number }): EventTable {
  return faceEvents(face({ seed }), perform({ duration, movements: expression("happiness"), seed }), { width, height, seed });
}
