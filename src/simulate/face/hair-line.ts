/**
 * Where hair grows on the head.
 * @module
 */
import type { Appearance } from "./appearance.js";
import { smoothstep } from "./noise.js";

/** Azimuth in degrees and height in decimetres on the unmoved rig: forehead, temple, sideburn, above the ear, nape. */
const line: readonly (readonly [number, number])[] = [
  [0, 8.0], [22, 8.02], [38, 8.0], [48, 7.86], [56, 7.62], [63, 7.42], [69, 7.12], [77, 7.05], [83, 7.42], [96, 7.56], [108, 7.34], [118, 6.95], [140, 6.6], [180, 6.5],
];

/** How much hair grows at a place: 0 on the face, 1 well inside the hair line. */
export function hairCover({ hairLine, recession }: Appearance, azimuth: number, height: number, ragged: number): number {
  const side = Math.abs(azimuth);
  const front = smoothstep(75, 45, side);
  const drawnBack = recession * Math.exp(-(((side - 36) / 16) ** 2)) + 0.4 * recession * front;
  const start = lineHeight(side) + hairLine * front + drawnBack + 0.05 * (ragged - 0.5);
  const depth = height - start;
  return smoothstep(-0.01, 0.1, depth);
}

function lineHeight(side: number): number {
  for (let i = 1; i < line.length; i++) {
    const [[a, from], [b, to]] = [line[i - 1]!, line[i]!];
    if (side <= b) return from + (to - from) * smoothstep(a, b, side);
  }
  return line.at(-1)![1];
}
