/**
 * Changes that leave the meaning: the same for all windows and pictures of a sample, drawn from the seed of the step.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";

export interface AugmentOptions {
  /** Left and right swapped in half of the samples. Default true. */
  readonly flip?: boolean;
  /** Moved by up to so many pixels each way. Default 0. */
  readonly shift?: number;
}

/** One draw. */
export interface Move {
  readonly flip: boolean;
  /** Pixels to the right and down. */
  readonly dx: number;
  readonly dy: number;
}

export const still: Move = { flip: false, dx: 0, dy: 0 };

/** @throws OptionError */
export function fillAugment(options: AugmentOptions | false = {}): Required<AugmentOptions> {
  if (options === false) return { flip: false, shift: 0 };
  checkOptions("augment", options, ["flip", "shift"]);
  const { flip = true, shift = 0 } = options;
  if (!(Number.isInteger(shift) && shift >= 0 && shift <= 256)) throw new OptionError({ where: "augment: shift", expected: "whole pixels from 0 to 256", received: String(shift) });
  return { flip, shift };
}

/** Always takes three numbers, so that other draws do not depend on the options. */
export function drawMove({ flip, shift }: Required<AugmentOptions>, draw: () => number): Move {
  const [a, b, c] = [draw(), draw(), draw()];
  const whole = (u: number): number => Math.floor(u * (2 * shift + 1)) - shift;
  return { flip: flip && a < 0.5, dx: whole(b), dy: whole(c) };
}
