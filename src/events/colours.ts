/**
 * The colours of events, defined once. Blue and vermillion are from the palette of Okabe and Ito
 * (2008), which people with the common colour-vision deficiencies tell apart.
 * @module
 */

/** Colours of the two polarities, and of a pixel without events. */
export const polarityColours = {
  off: "#0072b2",
  on: "#d55e00",
  none: "#ffffff",
} as const;
