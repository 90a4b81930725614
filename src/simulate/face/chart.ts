/**
 * Where a point of the skin lies on its texture: the cylinder around the head, unrolled.
 *
 * Columns are the azimuth around a vertical axis through the head (the nose in the middle, the seam behind), rows the
 * height, from the crown down to the collar. Coordinates are those of the unmoved rig, so that paint follows the skin.
 * @module
 */
import type { Rig } from "./rig.js";

export const chartWidth = 1024;
export const chartHeight = 512;
/** z of the axis, and heights of the first and the last row, in decimetres. */
const axis = 0.45;
const crown = 8.6;
const bottom = 5.2;
/** Below this height rows are fewer: cloth has no detail. */
const collar = 5.7;
const aboveCollar = 0.94;

/** Azimuth in degrees, 0 in front, positive to the person's left, and height in decimetres. */
export function azimuthOf(x: number, z: number): number {
  return (Math.atan2(x, z - axis) * 180) / Math.PI;
}

/** Texture column and row, in texels, of a point of the unmoved rig. */
export function chartPoint(x: number, y: number, z: number): [number, number] {
  const u = (0.5 + azimuthOf(x, z) / 360) * chartWidth - 0.5;
  const down = y > collar ? ((crown - y) / (crown - collar)) * aboveCollar : aboveCollar + ((collar - y) / (collar - bottom)) * (1 - aboveCollar);
  const v = down * chartHeight - 0.5;
  return [u, Math.min(chartHeight - 1.01, Math.max(0, v))];
}

/** What lies under each texel: position on the unmoved rig, and masks from 0 to 1. */
export interface ChartMap {
  /** x, y, z in decimetres; above the crown and below the shoulders those of the nearest row. */
  readonly position: Float32Array;
  /** Degrees. */
  readonly azimuth: Float32Array;
  readonly ears: Float32Array;
}

let mapped: ChartMap | undefined;

/** The map of the rig's skin, made at the first call. */
export function chartMap(rig: Rig): ChartMap {
  mapped ??= makeMap(rig);
  return mapped;
}

function makeMap(rig: Rig): ChartMap {
  const position = new Float32Array(3 * chartWidth * chartHeight).fill(Number.NaN);
  const ears = new Float32Array(chartWidth * chartHeight);
  const depth = new Float32Array(chartWidth * chartHeight).fill(-1);
  const { base, triangles, masks } = rig;
  const [first, end] = rig.parts.body;
  for (let triangle = first; triangle < end; triangle++) {
    const corners = [0, 1, 2].map((corner) => triangles[3 * triangle + corner]!);
    if (corners.every((corner) => masks["inside-mouth"][corner]! > 128)) continue;
    const points = corners.map((corner) => chartPoint(base[3 * corner]!, base[3 * corner + 1]!, base[3 * corner + 2]!));
    const rightmost = Math.max(...points.map(([u]) => u));
    const [[au, av], [bu, bv], [cu, cv]] = points.map(([u, v]) => [rightmost - u > chartWidth / 2 ? u + chartWidth : u, v]) as [[number, number], [number, number], [number, number]];
    const area = (bu - au) * (cv - av) - (cu - au) * (bv - av);
    if (area === 0) continue;
    for (let v = Math.ceil(Math.min(av, bv, cv)); v <= Math.max(av, bv, cv); v++) {
      for (let u = Math.ceil(Math.min(au, bu, cu)); u <= Math.max(au, bu, cu); u++) {
        const b = ((u - au) * (cv - av) - (cu - au) * (v - av)) / area;
        const c = ((bu - au) * (v - av) - (u - au) * (bv - av)) / area;
        if (b < -1e-6 || c < -1e-6 || b + c > 1 + 1e-6) continue;
        const mix = (of: (corner: number) => number): number => of(corners[0]!) * (1 - b - c) + of(corners[1]!) * b + of(corners[2]!) * c;
        const [x, y, z] = [0, 1, 2].map((coordinate) => mix((corner) => base[3 * corner + coordinate]!)) as [number, number, number];
        const texel = v * chartWidth + (u & (chartWidth - 1));
        const radius = Math.hypot(x, z - axis);
        if (radius <= depth[texel]!) continue;
        depth[texel] = radius;
        position.set([x, y, z], 3 * texel);
        ears[texel] = mix((corner) => masks.ears[corner]!) / 255;
      }
    }
  }
  for (const [from, step] of [[1, 1], [chartHeight - 2, -1]] as const) fillRows(position, from, step);
  const azimuth = Float32Array.from({ length: chartWidth * chartHeight }, (_, texel) => azimuthOf(position[3 * texel]!, position[3 * texel + 2]!));
  return { position, azimuth, ears };
}

/** Gives texels that no skin covers the position of the one before in their column. */
function fillRows(position: Float32Array, from: number, step: number): void {
  for (let row = from; row >= 0 && row < chartHeight; row += step) {
    for (let column = 0; column < chartWidth; column++) {
      const texel = 3 * (row * chartWidth + column);
      const before = texel - 3 * step * chartWidth;
      if (Number.isNaN(position[texel]!)) position.copyWithin(texel, before, before + 3);
    }
  }
}
