/**
 * What the simulated sensor asks of a model of its pixels.
 * @module
 */
import type { EventColumns } from "../events/schema.js";
import type { Light } from "./light.js";

/** The pixels of a sensor: their state, moved from picture to picture. */
export interface PixelModel {
  /** The first picture: what all change is measured from. */
  begin(light: Light): void;
  /** The next picture: its events are kept until `take`; batches that are full are handed out on the way. */
  step(light: Light): Iterable<EventColumns>;
  /** How many events are kept. */
  readonly pending: number;
  /** The events that are kept, in order of time; none are kept afterwards. */
  take(): EventColumns;
}
