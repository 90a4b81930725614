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
    leaves: ["frames"],
    start({ sensor: { width, height } }) {
      /** New column and row of each old pixel, and whether it stays on the sensor. */
      const columns = new Uint16Array(width * height);
      const rows = new Uint16Array(width * height);
      const stays = new Uint8Array(width * height);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const ray = unproject(camera, [x, y]);
          if (ray === undefined) continue;
          const column = Math.round(fx * ray[0] + cx);
          const row = Math.round(fy * ray[1] + cy);
          if (column < 0 || column >= width || row < 0 || row >= height) continue;
          columns[y * width + x] = column;
          rows[y * width + x] = row;
          stays[y * width + x] = 1;
        }
      }
      return {
        push(events) {
          const { length } = events.t;
          const indices = new Uint32Array(length);
          let count = 0;
          for (let i = 0; i < length; i++) {
            indices[count] = i;
            count += stays[events.y[i]! * width + events.x[i]!]!;
          }
          const kept = take(events, indices.subarray(0, count));
          for (let i = 0; i < count; i++) {
            const cell = kept.y[i]! * width + kept.x[i]!;
            kept.x[i] = columns[cell]!;
            kept.y[i] = rows[cell]!;
          }
          return kept;
        },
      };
    },
  };
}
