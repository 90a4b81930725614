/**
 * What `evtlab play` tells its page about a recording. The events follow in parts:
 * `events/K` answers with a line of JSON (`ServedPart`) and the packed events of part K.
 * @module
 */
import type { SensorSize } from "../../events/schema.js";
import type { PlayStart } from "./payload.js";

/** Times in microseconds from the origin of the recording. */
export interface ServedRecording {
  readonly name: string;
  readonly sensor: SensorSize;
  readonly from: number;
  readonly to: number;
  readonly events: number;
  /** Length of a part; part K begins at from + K × part. */
  readonly part: number;
  /** Events in equal parts of the time. */
  readonly rate: readonly number[];
  /** Times of the frames, which are at `frames/NUMBER`. */
  readonly frames: readonly number[];
  readonly start: PlayStart;
  readonly note?: string;
}

export interface ServedPart {
  readonly events: number;
}
