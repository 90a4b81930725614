/**
 * The last N events as they are: the input of networks that take points.
 * @module
 */
import { checkOptions } from "../errors.js";
import { requireInteger } from "./options.js";
import { idOf } from "./per-pixel.js";
import type { GridShape, Representation } from "./representation.js";

export interface LatestListOptions {
  /** Number of events N; 1024 when left out. */
  readonly count?: number;
}

/**
 * [N, 1, 4], one row an event, the newest last; channels "age" (µs before the last event, exact below 2^24), "x", "y" and
 * "sign" (−1 or 1). Float32. With fewer events the first rows are zero.
 * @throws OptionError
 */
export function latestList(options: LatestListOptions = {}): Representation<Float32Array> {
  checkOptions("latestList", options, ["count"]);
  const count = requireInteger("latestList count", options.count ?? 1024, 1, 2 ** 24);
  const shape: GridShape = [count, 1, 4];
  return {
    id: idOf("latest-list", { count }),
    source: "the last N events, as expelliarmus and faery chunk them",
    shape: () => shape,
    kernels: {
      cpu({ t, x, y, p }) {
        const data = new Float32Array(count * 4);
        const first = Math.max(0, t.length - count);
        for (let i = first; i < t.length; i++) {
          data.set([Number(t[t.length - 1]! - t[i]!), x[i]!, y[i]!, 2 * p[i]! - 1], (count - t.length + i) * 4);
        }
        return { data, shape, channels: ["age", "x", "y", "sign"] };
      },
    },
  };
}
