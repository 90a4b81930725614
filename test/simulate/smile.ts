import type { EventTable } from "../../src/events/index.js";
import type { Duration } from "../../src/events/time.js";
import { expression, face, faceEvents, perform } from "../../src/simulate/index.js";

/** A short recording of a person who smiles and turns the head. */
export function smile({ duration, width, height, seed }: { duration: Duration; width: number; height: number; seed: number }): EventTable {
  return faceEvents(face({ seed }), perform({ duration, movements: expression("happiness"), nuisances: { headMotion: 0.3, headSpeed: 0.7 }, seed }), { width, height, model: "esim", thresholdSpread: 0.02, seed });
}
