/**
 * Voxel grids: events spread over time bins by linear interpolation, in the conventions of the field.
 *
 * Every convention is the same sum under another map of time to bins. With s = 2p − 1, t0 and t_last the ends of the
 * span and Δ = max(t_last − t0, 1 µs), an event at t goes to t* and adds s·(1 − f) to bin b = ⌊t*⌋ and s·f to bin
 * b + 1, where f = t* − b; what falls outside bins 0 … B−1 is lost.
 *
 * | convention | t* | source |
 * |---|---|---|
 * | `e2vid` | (B−1)(t−t0)/Δ | Zhu et al. 2019; Rebecq et al., E2VID |
 * | `dsec` | (B−1)(t−t0)/Δ | Gehrig et al., DSEC, for integer coordinates: x and y then need no interpolation |
 * | `tonic` | B(t−t0)/Δ: the last event is lost | tonic ToVoxelGrid |
 * | `metavision` | B(t−t0)/Δ − ½: bins are centred, mass at both ends is lost | Prophesee event cube |
 *
 * E2VID and DSEC standardise the non-zero cells afterwards, with the population's and the sample's deviation:
 * `normalize: "nonzero"` and `"nonzero-sample"`.
 * @module
 */
import { checkOptions } from "../errors.js";
import { eachBlock, withArena } from "./blocks.js";
import { requireChoice, requireInteger } from "./options.js";
import { spanOf, spans, type Span } from "./span.js";
import type { SensorWindow } from "../events/time.js";
import type { GridLike, Representation } from "./representation.js";
import type { EventTable } from "../events/table.js";

export type VoxelConvention = "e2vid" | "dsec" | "tonic" | "metavision";

export interface VoxelOptions {
  /** Number of time bins B, 1 to 1024. */
  readonly bins: number;
  /** Map of time to bins; "e2vid" when left out. */
  readonly convention?: VoxelConvention;
  /**
   * "none" (default), or over the non-zero cells (v − mean) / deviation, zero cells staying 0: "nonzero" divides by
   * the deviation of the population (E2VID), "nonzero-sample" by that of a sample, n − 1 (DSEC).
   */
  readonly normalize?: "none" | "nonzero" | "nonzero-sample";
  /** "signed" (default) adds s; "unsigned" adds 1; "split" adds 1 to a channel a polarity: bin 0 off, bin 0 on, bin 1 off, … */
  readonly polarity?: "signed" | "unsigned" | "split";
  /** Where t0 and t_last come from: "events" (default) or "window". */
  readonly span?: Span;
}

const sources: Record<VoxelConvention, string> = {
  e2vid: "Zhu et al. 2019 (arXiv 1812.08156); E2VID (Rebecq et al. 2019)",
  dsec: "DSEC (Gehrig et al. 2021), integer coordinates",
  tonic: "tonic ToVoxelGrid",
  metavision: "Prophesee Metavision event cube",
};

/**
 * A voxel grid of [height, width, bins], or of 2·bins channels with `polarity: "split"`; Float32.
 * @throws OptionError
 */
export function voxelGrid(options: VoxelOptions): Representation<Float32Array> {
  checkOptions("voxelGrid", options, ["bins", "convention", "normalize", "polarity", "span"]);
  const bins = requireInteger("voxelGrid bins", options.bins, 1, 1024);
  const convention = requireChoice("voxelGrid convention", options.convention ?? "e2vid", ["e2vid", "dsec", "tonic", "metavision"]);
  const normalize = requireChoice("voxelGrid normalize", options.normalize ?? "none", ["none", "nonzero", "nonzero-sample"]);
  const polarity = requireChoice("voxelGrid polarity", options.polarity ?? "signed", ["signed", "unsigned", "split"]);
  const span = requireChoice("voxelGrid span", options.span ?? "events", spans);
  const perBin = polarity === "split" ? 2 : 1;
  const channels = Array.from({ length: bins * perBin }, (_, channel) =>
    perBin === 2 ? `bin ${channel >> 1} ${channel & 1 ? "on" : "off"}` : `bin ${channel}`,
  );
  return {
    id: `voxel/bins=${bins}/convention=${convention}/normalize=${normalize}/polarity=${polarity}/span=${span}`,
    source: sources[convention],
    shape: ({ width, height }) => [height, width, channels.length],
    kernels: {
      cpu(events, window) {
        const { x, y, p, sensor: { width, height } } = events;
        const sums = new Float64Array(height * width * channels.length);
        const map = timeMap(events, window, { bins, convention, span });
        for (let i = 0; i < x.length; i++) {
          const position = (map.steps * Number(events.t[i]! - map.first)) / map.duration + map.offset;
          const bin = Math.floor(position);
          const fraction = position - bin;
          const value = polarity === "signed" ? 2 * p[i]! - 1 : 1;
          const pixel = (y[i]! * width + x[i]!) * channels.length + (polarity === "split" ? p[i]! : 0);
          if (bin >= 0 && bin < bins) sums[pixel + bin * perBin]! += value * (1 - fraction);
          if (bin + 1 >= 0 && bin + 1 < bins) sums[pixel + (bin + 1) * perBin]! += value * fraction;
        }
        return finished(Float32Array.from(sums), height, width);
      },
      wasm(events, window) {
        const { width, height } = events.sensor;
        const map = timeMap(events, window, { bins, convention, span });
        const pixels = height * width;
        const planeBytes = pixels * 8;
        return withArena((arena) => {
          // Two bins before the first and two behind the last take what falls outside; nobody reads them.
          const planes = arena.alloc(planeBytes * (bins + 4) * perBin) + planeBytes * 2 * perBin;
          arena.clear(planes, planeBytes * bins * perBin);
          eachBlock(arena, events, { time: true, scratch: 20 }, ({ t, x, y, p, events: count, padded, scratch: cells }) =>
            arena.kernels.voxelPlanes(
              t, x, y, p, count, width, pixels, bins, polarity === "split", polarity === "signed",
              map.first, map.steps, map.duration, map.offset, cells, cells + padded * 4, planes,
            ),
          );
          return finished(interleaved(arena.f64(planes, pixels * channels.length), pixels), height, width);
        });
      },
    },
  };

  function finished(data: Float32Array, height: number, width: number): GridLike<Float32Array> {
    if (normalize !== "none") standardiseNonZero(data, normalize === "nonzero" ? 0 : 1);
    return { data, shape: [height, width, channels.length], channels };
  }
}

/** t* = steps · (t − first) / duration + offset. */
function timeMap(
  events: EventTable,
  window: SensorWindow,
  { bins, convention, span }: { readonly bins: number; readonly convention: VoxelConvention; readonly span: Span },
) {
  const { first, last } = spanOf(events, window, span);
  const steps = convention === "e2vid" || convention === "dsec" ? bins - 1 : bins;
  return { first, steps, duration: Math.max(Number(last - first), 1), offset: convention === "metavision" ? -0.5 : 0 };
}

/** From planes of pixels to channels last. */
function interleaved(planes: Float64Array, pixels: number): Float32Array {
  const data = new Float32Array(planes.length);
  let cell = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let from = pixel; from < planes.length; from += pixels) data[cell++] = planes[from]!;
  }
  return data;
}

/** Zero mean and unit deviation over the cells that are not zero, in place; `ddof` as in NumPy. */
function standardiseNonZero(data: Float32Array, ddof: 0 | 1): void {
  let count = 0;
  let sum = 0;
  for (const value of data) {
    if (value === 0) continue;
    count++;
    sum += value;
  }
  const mean = sum / count;
  let squares = 0;
  for (const value of data) if (value !== 0) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / Math.max(count - ddof, 1));
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) data[i] = deviation > 0 ? (data[i]! - mean) / deviation : data[i]! - mean;
  }
}
