/**
 * Labelled clips as sequences of frames, and what a network says of them.
 * @module
 */
import type { WindowStore } from "../data/index.js";
import type { Predictions, WindowPrediction } from "../evaluate/index.js";
import type { Move } from "./augment.js";
import { writeImage, type InputSettings } from "./inputs.js";

/** `frames` windows of a clip that follow one another. */
export interface Sequence {
  /** Place of the clip in the store. */
  readonly clip: number;
  /** First window; the sequences of a clip do not overlap. */
  readonly start: number;
  readonly label: number;
}

/** The sequences of all clips with a label in `classes`; windows that are left over at the end are not judged. */
export function sequencesOf({ clips, counts }: WindowStore, classes: readonly string[], frames: number): Sequence[] {
  return clips.flatMap(({ label }, clip) => {
    const index = label === undefined ? -1 : classes.indexOf(label);
    if (index < 0) return [];
    // A clip that is shorter than a sequence is one, with empty frames before it.
    const count = Math.max(1, Math.floor(counts[clip]! / frames));
    return Array.from({ length: count }, (_, i) => ({ clip, start: counts[clip]! < frames ? counts[clip]! - frames : i * frames, label: index }));
  });
}

/** Moves the start of a sequence within its clip, by less than its length: other cuts of the same clip. */
export function shiftedStart({ clip, start }: Sequence, { counts }: WindowStore, frames: number, u: number): number {
  const last = counts[clip]! - frames;
  return last <= 0 ? start : Math.min(last, start + Math.floor(u * frames));
}

/** Writes the frames of a sequence into `target` from `offset` on: [frames, size, size, channels]. */
export async function writeSequence(target: Float32Array, offset: number, store: WindowStore, clip: number, start: number, frames: number, inputs: InputSettings, move: Move): Promise<void> {
  const windows = await store.windows(clip);
  const image = inputs.size ** 2 * inputs.channels;
  for (let k = 0; k < frames; k++) if (start + k >= 0) writeImage(target, offset + k * image, windows, start + k, inputs, move);
}

/** One row a sequence. */
export function predictionsOf({ clips }: WindowStore, sequences: readonly Sequence[], classes: readonly string[], probabilities: Float32Array): Predictions {
  const places = new Map<number, number>();
  const windows = sequences.map(({ clip, label }, i): WindowPrediction => {
    const index = places.get(clip) ?? 0;
    places.set(clip, index + 1);
    return { clip: clips[clip]!.id, subject: clips[clip]!.subject, index, label, probabilities: probabilities.slice(i * classes.length, (i + 1) * classes.length) };
  });
  return { classes, windows };
}

/** Share of clips whose mean logarithm of probabilities is highest for the true class, and the mean loss of a sequence. */
export function sequenceMeasures({ classes, windows }: Predictions): { readonly accuracy: number; readonly loss: number } {
  const sums = new Map<string, { readonly label: number; readonly logs: Float64Array }>();
  let loss = 0;
  for (const { clip, label, probabilities } of windows) {
    const own = sums.get(clip) ?? { label, logs: new Float64Array(classes.length) };
    sums.set(clip, own);
    probabilities.forEach((p, i) => (own.logs[i]! += Math.log(Math.max(p, 1e-12))));
    loss -= Math.log(Math.max(probabilities[label]!, 1e-12));
  }
  const right = [...sums.values()].filter(({ label, logs }) => logs.indexOf(Math.max(...logs)) === label).length;
  return { accuracy: right / sums.size, loss: loss / windows.length };
}
