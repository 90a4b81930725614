import type { TriggerColumns } from "../events/schema.js";
import type { SensorWindow } from "../events/time.js";
import { sliceTriggers } from "../events/triggers.js";
import { lowerBound } from "../events/time-words.js";
import type { EventBatch } from "./codec.js";

/** Triggers that a file holds in one piece, as a batch without events; those in the window, when there is one. */
export function* triggerBatches(triggers: TriggerColumns, window?: SensorWindow): Generator<EventBatch> {
  const inside = window ? sliceTriggers(triggers, lowerBound(triggers.t, window.from), lowerBound(triggers.t, window.to)) : triggers;
  if (inside.t.length === 0) return;
  yield {
    columns: { t: new BigInt64Array(0), x: new Uint16Array(0), y: new Uint16Array(0), p: new Uint8Array(0) },
    triggers: inside,
    bytesRead: 0,
    seen: { extent: { width: 0, height: 0 }, backwardSteps: 0, largestBackward: 0n, shift: 0n },
  };
}
