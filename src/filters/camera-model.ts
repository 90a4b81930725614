/**
 * Where light falls on the sensor of a camera with a lens, and the way back.
 *
 * With a ray (x, y, 1), r² = x² + y²:
 *
 * | model | distorted | source |
 * |---|---|---|
 * | brown-conrady | x·(1 + k1 r² + k2 r⁴ + k3 r⁶) + 2 p1 xy + p2 (r² + 2x²), y likewise with p1 and p2 swapped | Brown 1966, as in OpenCV |
 * | fisheye | x·θd/r with θ = atan r, θd = θ (1 + k1 θ² + k2 θ⁴ + k3 θ⁶ + k4 θ⁸) | Kannala and Brandt 2006, as in OpenCV |
 *
 * The pixel is (fx·x + cx, fy·y + cy); the middle of the top left pixel is (0, 0).
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";

export interface CameraModel {
  readonly model: "brown-conrady" | "fisheye";
  /** Focal lengths and principal point in pixels. */
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  /** brown-conrady: k1, k2, p1, p2 and k3 (0 when left out). fisheye: k1, k2, k3, k4. */
  readonly distortion: readonly number[];
}

export type Point = readonly [x: number, y: number];

/** @throws OptionError */
export function checkCamera(where: string, camera: CameraModel): void {
  checkOptions(where, camera, ["model", "fx", "fy", "cx", "cy", "distortion"]);
  const { model, fx, fy, cx, cy, distortion } = camera;
  const lengths = { "brown-conrady": [4, 5], fisheye: [4] }[model] as readonly number[] | undefined;
  if (lengths === undefined) throw new OptionError({ where: `${where}.model`, expected: "brown-conrady or fisheye", received: JSON.stringify(model) ?? String(model) });
  if (![fx, fy, cx, cy].every(Number.isFinite) || fx <= 0 || fy <= 0) {
    throw new OptionError({ where, expected: "focal lengths above 0 and a principal point, in pixels", received: JSON.stringify({ fx, fy, cx, cy }) });
  }
  if (!Array.isArray(distortion) || !lengths.includes(distortion.length) || !distortion.every(Number.isFinite)) {
    throw new OptionError({ where: `${where}.distortion`, expected: `${lengths.join(" or ")} numbers for ${model}`, received: JSON.stringify(distortion) ?? "nothing" });
  }
}

/** The pixel on which the ray (x, y, 1) falls. */
export function project({ model, fx, fy, cx, cy, distortion }: CameraModel, [x, y]: Point): Point {
  const [u, v] = model === "fisheye" ? bend(distortion, x, y) : distort(distortion, x, y).at;
  return [fx * u + cx, fy * v + cy];
}

/** The ray (x, y, 1) that falls on a pixel; undefined where the model has none. */
export function unproject({ model, fx, fy, cx, cy, distortion }: CameraModel, [u, v]: Point): Point | undefined {
  const point: Point = [(u - cx) / fx, (v - cy) / fy];
  return model === "fisheye" ? straighten(distortion, point) : undistort(distortion, point);
}

/** Brown and Conrady: the distorted point, and how it moves with x and y (the matrix is symmetric). */
function distort([k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0]: readonly number[], x: number, y: number): { at: Point; xx: number; xy: number; yy: number } {
  const r2 = x * x + y * y;
  const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
  const slope = k1 + r2 * (2 * k2 + 3 * r2 * k3);
  return {
    at: [x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y],
    xx: radial + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x,
    xy: 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y,
    yy: radial + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x,
  };
}

/** Newton's method from the distorted point on. */
function undistort(distortion: readonly number[], [u, v]: Point): Point | undefined {
  let x = u;
  let y = v;
  for (let step = 0; step < 50; step++) {
    const { at, xx, xy, yy } = distort(distortion, x, y);
    const area = xx * yy - xy * xy;
    // Beyond the fold of the polynomial a pixel would show two rays: the model says nothing there.
    if (!(area > 1e-9) || xx < 0) return undefined;
    const [du, dv] = [u - at[0], v - at[1]];
    if (Math.abs(du) + Math.abs(dv) < 1e-12) return [x, y];
    x += (yy * du - xy * dv) / area;
    y += (xx * dv - xy * du) / area;
  }
  return undefined;
}

function bentAngle([k1 = 0, k2 = 0, k3 = 0, k4 = 0]: readonly number[], angle: number): number {
  const a2 = angle * angle;
  return angle * (1 + a2 * (k1 + a2 * (k2 + a2 * (k3 + a2 * k4))));
}

function bend(distortion: readonly number[], x: number, y: number): Point {
  const r = Math.hypot(x, y);
  const scale = r < 1e-12 ? 1 : bentAngle(distortion, Math.atan(r)) / r;
  return [x * scale, y * scale];
}

/** Bisection for the angle: slow, always right where the bent angle grows, and done once a pixel. */
function straighten(distortion: readonly number[], [u, v]: Point): Point | undefined {
  const bent = Math.hypot(u, v);
  if (bent < 1e-12) return [u, v];
  let low = 0;
  let high = Math.PI / 2 - 1e-6;
  if (bentAngle(distortion, high) < bent) return undefined;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (bentAngle(distortion, middle) < bent) low = middle;
    else high = middle;
  }
  const scale = Math.tan(low) / bent;
  return [u * scale, v * scale];
}
