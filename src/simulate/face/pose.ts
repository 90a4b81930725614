/**
 * What a face does at one moment, and how it is lit.
 * @module
 */

/** Rotation in radians and shift in decimetres of a head. */
export interface HeadPose {
  /** Turn to the person's left. */
  readonly yaw: number;
  /** Chin up. */
  readonly pitch: number;
  /** Tilt towards the person's left shoulder. */
  readonly roll: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface Light {
  /** Where the key light stands: azimuth to the person's left and elevation, in radians. */
  readonly azimuth: number;
  readonly elevation: number;
  /** Strength of the key light, and of the light from above and from below. */
  readonly key: number;
  readonly sky: number;
  readonly ground: number;
}

export const frontalPose: HeadPose = { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, z: 0 };
export const studioLight: Light = { azimuth: 0.5, elevation: 0.6, key: 0.85, sky: 0.42, ground: 0.2 };

/** Rotation matrix, row by row: roll, then pitch, then yaw. */
export function rotation({ yaw, pitch, roll }: HeadPose): readonly number[] {
  const [sy, cy, sp, cp, sr, cr] = [Math.sin(yaw), Math.cos(yaw), Math.sin(-pitch), Math.cos(pitch), Math.sin(-roll), Math.cos(roll)];
  return [
    cy * cr + sy * sp * sr, -cy * sr + sy * sp * cr, sy * cp,
    cp * sr, cp * cr, -sp,
    -sy * cr + cy * sp * sr, sy * sr + cy * sp * cr, cy * cp,
  ];
}
