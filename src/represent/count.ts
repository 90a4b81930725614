/**
 * Event counts and signed counts.
 * @module
 */
import { checkOptions } from "../errors.js";
import { eachBlock, withArena } from "./blocks.js";
import { countOnGpu } from "./count.webgpu.js";
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
      wasm(events) {
        const { width, height } = events.sensor;
        return withArena((arena) => {
          const counts = arena.alloc(height * width * 8);
          arena.clear(counts, height * width * 8);
          eachBlock(arena, events, { time: false, scratch: 4 }, (block) =>
            arena.kernels.countPolarity(block.x, block.y, block.p, block.events, width, block.scratch, counts),
          );
          return { data: arena.u32(counts, height * width * 2).slice(), shape: [height, width, 2], channels: ["off", "on"] };
        });
      },
      webgpu: (events) => countOnGpu(events),
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
      wasm(events) {
        const { width, height } = events.sensor;
        return withArena((arena) => {
          const sums = arena.alloc(height * width * 4);
          arena.clear(sums, height * width * 4);
          eachBlock(arena, events, { time: false, scratch: 4 }, (block) =>
            arena.kernels.sumSigns(block.x, block.y, block.p, block.events, width, block.scratch, sums),
          );
          return { data: arena.i32(sums, height * width).slice(), shape: [height, width, 1], channels: ["sum"] };
        });
      },
    },
  };
}
