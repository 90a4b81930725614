/**
 * Polygons that glide and turn, and which pixels of each row they cover.
 * @module
 */
import type { SensorSize } from "../events/schema.js";

/** A regular polygon whose centre runs along a Lissajous curve while it turns. */
export interface Shape {
  readonly corners: number;
  readonly radius: number;
  /** Turns per second. */
  readonly spin: number;
  readonly x: Swing;
  readonly y: Swing;
}

/** centre + reach · sin(2π(frequency · seconds + phase)), in pixels. */
interface Swing {
  readonly centre: number;
  readonly reach: number;
  readonly frequency: number;
  readonly phase: number;
}

/** Pixels `first[y]` up to `end[y]` of each row; none where they are equal. */
export interface RowCover {
  readonly first: Int32Array;
  readonly end: Int32Array;
}

/** Seventeen shapes from triangles to discs, scaled to the sensor. */
export function makeShapes({ width, height }: SensorSize, uniform: () => number): Shape[] {
  const between = (low: number, high: number): number => low + (high - low) * uniform();
  return Array.from([3, 4, 5, 6, 24, 4, 3, 24, 5, 4, 3, 6, 4, 24, 3, 5, 4], (corners) => ({
    corners,
    radius: between(0.1, 0.24) * height,
    spin: between(-1.2, 1.2),
    x: { centre: width / 2, reach: between(0.35, 0.46) * width, frequency: between(0.35, 0.9), phase: uniform() },
    y: { centre: height / 2, reach: between(0.2, 0.42) * height, frequency: between(0.3, 0.8), phase: uniform() },
  }));
}

/** The rows that a shape covers at a time: a pixel is covered when its centre is. Fills `into` when given. */
export function coverRows(
  shape: Shape,
  seconds: number,
  { width, height }: SensorSize,
  into: RowCover = { first: new Int32Array(height), end: new Int32Array(height) },
): RowCover {
  const { corners, radius, spin } = shape;
  const [cx, cy] = [at(shape.x, seconds), at(shape.y, seconds)];
  into.first.fill(0);
  into.end.fill(0);
  for (let corner = 0; corner < corners; corner++) {
    const angle = 2 * Math.PI * (spin * seconds + corner / corners);
    const turned = angle + (2 * Math.PI) / corners;
    const [x0, y0] = [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
    const [x1, y1] = [cx + radius * Math.cos(turned), cy + radius * Math.sin(turned)];
    const slope = (x1 - x0) / (y1 - y0);
    const top = Math.max(0, Math.ceil(Math.min(y0, y1) - 0.5));
    const bottom = Math.min(height, Math.ceil(Math.max(y0, y1) - 0.5));
    // Corners run clockwise on the screen, so an edge that goes up bounds the shape on the left.
    const side = y1 < y0 ? into.first : into.end;
    for (let y = top; y < bottom; y++) {
      const x = Math.ceil(x0 + (y + 0.5 - y0) * slope - 0.5);
      side[y] = x < 0 ? 0 : x > width ? width : x;
    }
  }
  return into;
}

function at({ centre, reach, frequency, phase }: Swing, seconds: number): number {
  return centre + reach * Math.sin(2 * Math.PI * (frequency * seconds + phase));
}
