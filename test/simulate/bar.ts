import { existsSync } from "node:fs";
import type { IntensityFrame } from "../../src/simulate/index.js";
import { readSafetensors, type Tensor } from "../golden/safetensors.js";

/** Pictures of a bright bar that glides over a shaded ground, ten milliseconds apart. */
export function bar(count: number, { width, height } = { width: 45, height: 19 }): IntensityFrame[] {
  return Array.from({ length: count }, (_, n) => ({
    t: 1000 + 10_000 * n,
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return Math.abs(x - 4 - 3 * n - 0.2 * y) < 3 ? 230 - y : 10 + 2 * y + x;
    }),
  }));
}

const golden = "../shared/data/goldens/v2e_golden.safetensors";

/** The clip and the columns that independent programs made of it; undefined where there are none. */
export function goldenClip(): { readonly frames: IntensityFrame[]; readonly tensors: ReadonlyMap<string, Tensor> } | undefined {
  if (!existsSync(golden)) {
    console.log("      skipped: no goldens in ../shared");
    return undefined;
  }
  const tensors = readSafetensors(golden);
  const times = tensors.get("frame_t_us")!.data as BigInt64Array;
  const { data, shape: [, height, width] } = tensors.get("frames")! as { data: Float32Array; shape: [number, number, number] };
  const size = width * height;
  return { tensors, frames: Array.from(times, (t, n) => ({ t: Number(t), width, height, data: data.subarray(n * size, (n + 1) * size) })) };
}
