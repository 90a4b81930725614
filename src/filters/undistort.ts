/**
 * Events where a camera without lens distortion would have seen them.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import { take } from "../events/take.js";
import { checkCamera, unproject, type CameraModel } from "./camera-model.js";

export interface UndistortOptions {
  readonly camera: CameraModel;
  /** Focal lengths and principal point of the camera without distortion; those of `camera` when left out. */
  readonly to?: { readonly fx: number; readonly fy: number; readonly cx: number; readonly cy: number };
}

/**
 * Moves each event to the pixel, rounded to the nearest (halves up), where it would be without distortion; drops those
 * that leave the sensor. A table made once says where each pixel goes. Rounding leaves some pixels without events where
 * the image is stretched: representations that spread an event over four pixels want exact positions instead, which
 * `unproject` gives.
 * @throws OptionError
 */
export function undistort(options: UndistortOptions): EventFilter {
  checkOptions("undistort", options, ["camera", "to"]);
  const { camera, to = options.camera } = options;
  checkCamera("undistort.camera", camera);
  const { fx, fy, cx, cy } = to;
  checkCamera("undistort.to", { ...camera, fx, fy, cx, cy });
  const numbers = [camera.fx, camera.fy, camera.cx, camera.cy, ...camera.distortion, fx, fy, cx, cy];
  return {
    id: `undistort/model=${camera.model}/${numbers.join("+")}`,
    source: camera.model === "fisheye" ? "Kannala and Brandt 2006, as OpenCV's fisheye model" : "Brown 1966, as OpenCV's calib3d",
    start({ sensor: { width, height } }) {
      /** New cell of each old one; -1 where it leaves the sensor. */
      const moved = new Int32Array(width * height).fill(-1);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const ray = unproject(camera, [x, y]);
          if (ray === undefined) continue;
          const column = Math.round(fx * ray[0] + cx);
          const row = Math.round(fy * ray[1] + cy);
          if (column >= 0 && column < width && row >= 0 && row < height) moved[y * width + x] = row * width + column;
        }
      }
      return {
        push(columns) {
          const { length } = columns.t;
          const indices = new Uint32Array(length);
          let count = 0;
          for (let i = 0; i < length; i++) {
            indices[count] = i;
            count += moved[columns.y[i]! * width + columns.x[i]!]! >= 0 ? 1 : 0;
          }
          const kept = take(columns, indices.subarray(0, count));
          for (let i = 0; i < count; i++) {
            const cell = moved[kept.y[i]! * width + kept.x[i]!]!;
            kept.x[i] = cell % width;
            kept.y[i] = Math.floor(cell / width);
          }
          return kept;
        },
      };
    },
  };
}
