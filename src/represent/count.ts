/**
 * Event counts and signed counts.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { Representation } from "./representation.js";

/** Events a pixel and polarity: N(x, y, p). Channels "off" and "on", Uint32. */
export function eventCount(options: Record<string, never> = {}): Representation<Uint32Array> {
  checkOptions("eventCount", options, []);
  return {
    id: "count",
    source: "the definition: N(x, y, p), polarities apart",
    shape: ({ width, height }) => [height, width, 2],
    kernels: {
      cpu({ x, y, p, sensor: { width, height } }) {
        const data = new Uint32Array(height * width * 2);
        for (let i = 0; i < x.length; i++) data[(y[i]! * width + x[i]!) * 2 + p[i]!]!++;
        return { data, shape: [height, width, 2], channels: ["off", "on"] };
      },
    },
  };
}

/** Sum of signs a pixel: Σ s with s = 2p − 1. One channel "sum", Int32. */
export function signedCount(options: Record<string, never> = {}): Representation<Int32Array> {
  checkOptions("signedCount", options, []);
  return {
    id: "signed-count",
    source: "the definition: Σ s, s = 2p − 1",
    shape: ({ width, height }) => [height, width, 1],
    kernels: {
      cpu({ x, y, p, sensor: { width, height } }) {
        const data = new Int32Array(height * width);
        for (let i = 0; i < x.length; i++) data[y[i]! * width + x[i]!]! += 2 * p[i]! - 1;
        return { data, shape: [height, width, 1], channels: ["sum"] };
      },
    },
  };
}
