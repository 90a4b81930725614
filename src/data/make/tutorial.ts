/**
 * The synthetic people of the tutorials.
 * @module
 */
import type { MakeOptions } from "./make.js";

/** What notebooks on learning share, so that it is made once: 40 people, an expression each of seven, in small pictures. */
export const tutorialFaces = { subjects: 40, takes: 1, width: 96, height: 72, seed: 7 } as const satisfies MakeOptions;
