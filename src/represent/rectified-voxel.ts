/**
 * DSEC's voxel grid over rectified events (Gehrig et al. 2021): trilinear, for rectified positions lie between pixels.
 *
 * An event table holds integer coordinates, as sensors give them. Rectification moves a pixel to where the map of its
 * camera says: (X, Y) = map(x, y), two numbers a pixel. Then t* = (B − 1)(t − t0) / (t_last − t0) and the sign of an event
 * is shared among the eight cells around (X, Y, t*), by (1 − |dx|)(1 − |dy|)(1 − |dt|); shares outside are lost.
 * @module
 */
import { createHash } from "node:crypto";
import { checkOptions, OptionError } from "../errors.js";
import { requireChoice, requireInteger } from "./options.js";
import { idOf, numbered, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf, spans, type Span } from "./span.js";
import { standardiseNonZero } from "./voxel.js";

export interface RectifiedVoxelOptions {
  /** Number of time bins B, 1 to 1024. */
  readonly bins: number;
  /** Rectified x and y of each pixel, row by row: DSEC's rectify_map, [height, width, 2]. */
  readonly map: Float32Array;
  /** "none" (default), or as DSEC's code does: (v − mean) / deviation of a sample over the non-zero cells. */
  readonly normalize?: "none" | "nonzero-sample";
  /** Where t0 and t_last come from: "events" (default) or "window". */
  readonly span?: Span;
}

/**
 * A voxel grid of [height, width, bins]; Float32. Building throws an OptionError for a map of another sensor size.
 * @throws OptionError
 */
export function rectifiedVoxelGrid(options: RectifiedVoxelOptions): Representation<Float32Array> {
  checkOptions("rectifiedVoxelGrid", options, ["bins", "map", "normalize", "span"]);
  const bins = requireInteger("rectifiedVoxelGrid bins", options.bins, 1, 1024);
  const normalize = requireChoice("rectifiedVoxelGrid normalize", options.normalize ?? "none", ["none", "nonzero-sample"]);
  const span = requireChoice("rectifiedVoxelGrid span", options.span ?? "events", spans);
  const map = options.map.slice();
  const digest = createHash("sha256").update(new Uint8Array(map.buffer)).digest("hex").slice(0, 16);
  return perPixel({
    id: idOf("rectified-voxel", { bins, map: digest, normalize, span }),
    source: "DSEC (Gehrig et al. 2021), rectified events",
    channels: numbered("bin", bins),
    cpu(events, window) {
      const { t, x, y, p, sensor: { width, height } } = events;
      if (map.length !== width * height * 2) {
        throw new OptionError({
          where: "rectifiedVoxelGrid map",
          expected: `x and y for each of ${width} × ${height} pixels`,
          received: `${map.length} numbers`,
        });
      }
      const { first, last } = spanOf(events, window, span);
      const duration = Math.max(Number(last - first), 1);
      const sums = new Float64Array(height * width * bins);
      for (let i = 0; i < x.length; i++) {
        const pixel = y[i]! * width + x[i]!;
        const position = [map[2 * pixel]!, map[2 * pixel + 1]!, ((bins - 1) * Number(t[i]! - first)) / duration] as const;
        const [left, top, bin] = position.map(Math.floor) as [number, number, number];
        for (let corner = 0; corner < 8; corner++) {
          const column = left + (corner & 1);
          const row = top + ((corner >> 1) & 1);
          const plane = bin + (corner >> 2);
          if (column < 0 || column >= width || row < 0 || row >= height || plane >= bins) continue;
          const share = (1 - Math.abs(position[0] - column)) * (1 - Math.abs(position[1] - row)) * (1 - Math.abs(position[2] - plane));
          sums[(row * width + column) * bins + plane]! += (2 * p[i]! - 1) * share;
        }
      }
      const data = Float32Array.from(sums);
      if (normalize !== "none") standardiseNonZero(data, 1);
      return data;
    },
  });
}
