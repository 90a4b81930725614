/**
 * The view onto the cloud: x and y stand as on the sensor, time runs away from the viewer, the newest events in front.
 * @module
 */

export interface Turn {
  /** Radians about the upright axis, and up. */
  readonly yaw: number;
  readonly pitch: number;
  readonly zoom: number;
}

/** Of the eye from the middle of the box. */
export const eyeDistance = 10;

export const firstTurn: Turn = { yaw: 0.6, pitch: 0.3, zoom: 1 };

/** Half the sides of the box that holds the cloud: x, y, time. */
export function boxOf({ width, height }: { readonly width: number; readonly height: number }): readonly [number, number, number] {
  const longest = Math.max(width, height);
  return [width / longest, height / longest, 1.25];
}

export function turned({ yaw, pitch, zoom }: Turn, by: { readonly yaw?: number; readonly pitch?: number; readonly zoom?: number }): Turn {
  return {
    yaw: yaw + (by.yaw ?? 0),
    pitch: Math.max(-1.5, Math.min(1.5, pitch + (by.pitch ?? 0))),
    zoom: Math.max(0.4, Math.min(6, zoom * (by.zoom ?? 1))),
  };
}

/** From the box to clip coordinates: 16 numbers, column by column, as WebGL takes them. */
export function projection(turn: Turn, aspect: number, box: readonly [number, number, number]): Float32Array {
  // As it stands at first the box fills the picture; turned, it keeps its size.
  const start = matrixOf(firstTurn, 1, 1, box);
  let [wide, tall] = [0, 0];
  for (let corner = 0; corner < 8; corner++) {
    const [x, y] = toPixels(start, [corner & 1 ? box[0] : -box[0], corner & 2 ? box[1] : -box[1], corner & 4 ? box[2] : -box[2]], 2, 2);
    wide = Math.max(wide, Math.abs(x - 1));
    tall = Math.max(tall, Math.abs(y - 1));
  }
  const focal = (0.84 * turn.zoom) / Math.max(wide / aspect, tall);
  return matrixOf(turn, focal / aspect, focal, box);
}

function matrixOf({ yaw, pitch }: Turn, fx: number, fy: number, box: readonly [number, number, number]): Float32Array {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  const reach = Math.hypot(...box);
  const near = eyeDistance - reach;
  const far = eyeDistance + reach;
  const depth = (far + near) / (near - far);
  // Rows of the turned axes: right, up, towards the viewer.
  const right = [cy, 0, sy];
  const up = [sp * sy, cp, -sp * cy];
  const towards = [-cp * sy, sp, cp * cy];
  const matrix = new Float32Array(16);
  for (let i = 0; i < 3; i++) {
    matrix[4 * i] = fx * right[i]!;
    matrix[4 * i + 1] = fy * up[i]!;
    matrix[4 * i + 2] = depth * towards[i]!;
    matrix[4 * i + 3] = -towards[i]!;
  }
  matrix[14] = -depth * eyeDistance + (2 * far * near) / (near - far);
  matrix[15] = eyeDistance;
  return matrix;
}

/** A point of the box in pixels from the top left of a picture of that size. */
export function toPixels(matrix: Float32Array, [x, y, z]: readonly [number, number, number], width: number, height: number): readonly [number, number] {
  const w = matrix[3]! * x + matrix[7]! * y + matrix[11]! * z + matrix[15]!;
  const cx = (matrix[0]! * x + matrix[4]! * y + matrix[8]! * z) / w;
  const cy = (matrix[1]! * x + matrix[5]! * y + matrix[9]! * z) / w;
  return [((cx + 1) / 2) * width, ((1 - cy) / 2) * height];
}

/** True when the newest events are nearer to the viewer than the oldest. */
export function newestInFront(matrix: Float32Array): boolean {
  return matrix[11]! < 0;
}
