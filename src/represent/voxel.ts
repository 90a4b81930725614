/**
 * Voxel grids: events spread over time bins by linear interpolation, in the conventions of the field.
 *
 * Every convention is the same sum (see `shares.ts`) under another map of time to bins, with t0 and t_last the ends of
 * the span and Δ = max(t_last − t0, 1 µs). What falls outside bins 0 … B−1 is lost.
 *
 * | convention | t* | source |
 * |---|---|---|
 * | `e2vid` | (B−1)(t−t0)/Δ | Zhu et al. 2019; Rebecq et al., E2VID |
 * | `dsec` | (B−1)(t−t0)/Δ | Gehrig et al., DSEC, for integer coordinates: x and y then need no interpolation (see `rectifiedVoxelGrid`) |
 * | `tonic` | B(t−t0)/Δ: the last event is lost | tonic ToVoxelGrid |
 * | `metavision` | B(t−t0)/Δ − ½: bins are centred, mass at both ends is lost | Prophesee event cube |
 *
 * E2VID and DSEC standardise the non-zero cells afterwards, with the population's and the sample's deviation:
 * `normalize: "nonzero"` and `"nonzero-sample"`. `edges: "clamped"` keeps the mass at both ends in the bins there.
 * Prophesee's PyTorch event cube means to, but puts what lies before bin 0 into bin 1: `edges: "published"`.
 * @module
 */
import { checkOptions } from "../errors.js";
import { requireChoice, requireInteger } from "./options.js";
import { spanOf, spans, type Span } from "./span.js";
import type { SensorWindow } from "../events/time.js";
import { idOf, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { shared, sharedOnCanvas, type Edges, type ShareMap } from "./shares.js";
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
  /** Shares outside the bins are "lost" (default), "clamped" to the bin at the edge, or go where "published" code puts them. */
  readonly edges?: Edges;
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
  checkOptions("voxelGrid", options, ["bins", "convention", "normalize", "polarity", "span", "edges"]);
  const bins = requireInteger("voxelGrid bins", options.bins, 1, 1024);
  const convention = requireChoice("voxelGrid convention", options.convention ?? "e2vid", ["e2vid", "dsec", "tonic", "metavision"]);
  const normalize = requireChoice("voxelGrid normalize", options.normalize ?? "none", ["none", "nonzero", "nonzero-sample"]);
  const polarity = requireChoice("voxelGrid polarity", options.polarity ?? "signed", ["signed", "unsigned", "split"]);
  const span = requireChoice("voxelGrid span", options.span ?? "events", spans);
  const edges = requireChoice("voxelGrid edges", options.edges ?? "lost", ["lost", "clamped", "published"]);
  const perBin = polarity === "split" ? 2 : 1;
  const map = (events: EventTable, window: SensorWindow): ShareMap => {
    const { first, last } = spanOf(events, window, span);
    return {
      bins,
      perPixel: bins * perBin,
      perPolarity: perBin - 1,
      perBin,
      signed: polarity === "signed",
      first,
      steps: convention === "e2vid" || convention === "dsec" ? bins - 1 : bins,
      duration: Math.max(Number(last - first), 1),
      offset: convention === "metavision" ? -0.5 : 0,
      edges,
      // What is left of a cell that cancels out decides whether it counts as zero.
      double: normalize !== "none",
    };
  };
  const finished = (data: Float32Array) => {
    if (normalize !== "none") standardiseNonZero(data, normalize === "nonzero" ? 0 : 1);
    return data;
  };
  return perPixel({
    id: idOf("voxel", { bins, convention, normalize, polarity, span, edges }),
    source: sources[convention],
    channels: Array.from({ length: bins * perBin }, (_, channel) =>
      perBin === 2 ? `bin ${channel >> 1} ${channel & 1 ? "on" : "off"}` : `bin ${channel}`,
    ),
    cpu: (events, window) => finished(shared(events, map(events, window))),
    wasm: (events, window) => finished(sharedOnCanvas(events, map(events, window))),
  });
}

/** Zero mean and unit deviation over the cells that are not zero, in place; `ddof` as in NumPy. */
export function standardiseNonZero(data: Float32Array, ddof: 0 | 1): void {
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
