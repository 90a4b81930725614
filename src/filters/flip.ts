/**
 * Mirror images.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import { mirrorFrame } from "./frame-pixels.js";
import { requireChoice } from "./options.js";

export interface FlipOptions {
  /** "x" swaps left and right, "y" swaps top and bottom. */
  readonly axis: "x" | "y";
}

/** Mirrors the events: x becomes width − 1 − x, or y height − 1 − y. @throws OptionError */
export function flip(options: FlipOptions): EventFilter {
  checkOptions("flip", options, ["axis"]);
  const axis = requireChoice("flip.axis", options.axis, ["x", "y"]);
  return {
    id: `flip/axis=${axis}`,
    source: "the definition: size − 1 − coordinate",
    // In a mirror, forces and turns would have other signs.
    leaves: ["imu"],
    start({ sensor }) {
      const last = (axis === "x" ? sensor.width : sensor.height) - 1;
      return {
        push(columns) {
          const flipped = new Uint16Array(columns.t.length);
          const old = columns[axis];
          for (let i = 0; i < flipped.length; i++) flipped[i] = last - old[i]!;
          const { t, x, y, p } = columns;
          return axis === "x" ? { t, x: flipped, y, p } : { t, x, y: flipped, p };
        },
        frame: (frame) => mirrorFrame(frame, axis),
      };
    },
  };
}
