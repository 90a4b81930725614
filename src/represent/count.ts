/**
 * Event counts and signed counts.
 * @module
 */
import { checkOptions } from "../errors.js";
import { onCanvas } from "./canvas.js";
import { countOnGpu } from "./count.webgpu.js";
import { perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";

/** Events a pixel and polarity: N(x, y, p). Channels "off" and "on", Uint32. */
export function eventCount(options: Record<string, never> = {}): Representation<Uint32Array> {
  checkOptions("eventCount", options, []);
  const counts = perPixel({
    id: "count",
    source: "the definition: N(x, y, p), polarities apart",
    channels: ["off", "on"],
    cpu({ x, y, p, sensor: { width, height } }) {
      const data = new Uint32Array(height * width * 2);
      for (let i = 0; i < x.length; i++) data[(y[i]! * width + x[i]!) * 2 + p[i]!]!++;
      return data;
    },
    wasm(events) {
      const { width, height } = events.sensor;
      const cells = height * width * 2;
      return onCanvas(events, { bytes: cells * 5, fused: true }, (canvas) => {
        const { kernels, offset } = canvas;
        const bytes = offset + cells * 4;
        canvas.blocks(({ x, y, p, events: count, cells: places }) => {
          if (canvas.marks) {
            kernels.cellOffsets(x, y, p, count, width, 2, 1, 2, offset, places);
            kernels.countCells(places, count);
          } else kernels.countPolarity(x, y, p, count, width, bytes, offset);
        });
        if (!canvas.marks) kernels.addBytes(offset, bytes, cells);
        return canvas.take(Uint32Array, cells);
      });
    },
  });
  return { ...counts, kernels: { ...counts.kernels, webgpu: (events) => countOnGpu(events) } };
}

/** Sum of signs a pixel: Σ s with s = 2p − 1. One channel "sum", Int32. */
export function signedCount(options: Record<string, never> = {}): Representation<Int32Array> {
  checkOptions("signedCount", options, []);
  return perPixel({
    id: "signed-count",
    source: "the definition: Σ s, s = 2p − 1",
    channels: ["sum"],
    cpu({ x, y, p, sensor: { width, height } }) {
      const data = new Int32Array(height * width);
      for (let i = 0; i < x.length; i++) data[y[i]! * width + x[i]!]! += 2 * p[i]! - 1;
      return data;
    },
    wasm(events) {
      const { width, height } = events.sensor;
      return onCanvas(events, { bytes: height * width * 4 }, (canvas) => {
        const { kernels, offset } = canvas;
        canvas.blocks(({ x, y, p, events: count, cells }) => {
          kernels.cellOffsets(x, y, p, count, width, 1, 0, 2, offset, cells);
          kernels.sumSigns(cells, p, count);
        });
        return canvas.take(Int32Array);
      });
    },
  });
}
