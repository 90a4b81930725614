/**
 * Where a point of a colour picture is on the sensor of events, from boxes of the same face in both.
 *
 * The cameras of NEFER stood side by side and were not calibrated. Scripts of evTransFER's authors fit one similarity,
 * x_events = s · x_picture + t, to one pair of boxes of the face; it holds for faces at that distance.
 * @module
 */
import { OptionError } from "../../errors.js";

/** Pixels; x and y are the left upper corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Similarity {
  /** Pixels of the event sensor a pixel of the picture. */
  readonly scale: number;
  /** Pixels of the event sensor. */
  readonly x: number;
  readonly y: number;
  /** Root mean square distance of the corners, in pixels of the event sensor; 0 for one pair of equal shape. */
  readonly residual: number;
}

/**
 * The similarity without rotation that brings the corners of the boxes of pictures nearest to those of events, in the
 * sense of least squares.
 * @throws OptionError without pairs, or with boxes that have no area.
 */
export function affineFromBoxes(pairs: readonly { readonly picture: Box; readonly events: Box }[]): Similarity {
  const points = pairs.flatMap(({ picture, events }) => {
    const [from, to] = [corners(picture), corners(events)];
    return from.map((point, i) => ({ from: point, to: to[i]! }));
  });
  if (points.length === 0) throw new OptionError({ where: "affineFromBoxes", expected: "at least one pair of boxes", received: "none" });
  const mean = (of: (point: (typeof points)[number]) => number): number => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [px, py] = [mean(({ from }) => from[0]), mean(({ from }) => from[1])];
  const [ex, ey] = [mean(({ to }) => to[0]), mean(({ to }) => to[1])];
  const scale = mean(({ from, to }) => (from[0] - px) * (to[0] - ex) + (from[1] - py) * (to[1] - ey)) / mean(({ from }) => (from[0] - px) ** 2 + (from[1] - py) ** 2);
  const [x, y] = [ex - scale * px, ey - scale * py];
  const residual = Math.sqrt(mean(({ from, to }) => (scale * from[0] + x - to[0]) ** 2 + (scale * from[1] + y - to[1]) ** 2));
  return { scale, x, y, residual };
}

/** A box of a picture on the sensor of events. */
export function toEvents({ scale, x, y }: Similarity, box: Box): Box {
  return { x: scale * box.x + x, y: scale * box.y + y, width: scale * box.width, height: scale * box.height };
}

function corners({ x, y, width, height }: Box): readonly (readonly [number, number])[] {
  if (!(width > 0 && height > 0)) throw new OptionError({ where: "affineFromBoxes", expected: "boxes with an area", received: `${width} × ${height}` });
  return [[x, y], [x + width, y], [x, y + height], [x + width, y + height]];
}
