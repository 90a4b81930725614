/**
 * Linear interpolation in time: each event shared between the two bins around it.
 *
 * An event at t goes to t* = steps · (t − first) / duration + offset and adds v·(1 − f) to bin b = ⌊t*⌋ and v·f to bin
 * b + 1, where f = t* − b; v is its sign or 1, times its weight. Shares and sums are single precision, added in the order
 * of the events, as the published NumPy and PyTorch code adds them; `double` keeps them in double precision until the end.
 * @module
 */
import type { EventTable } from "../events/table.js";
import { onCanvas } from "./canvas.js";
import { runsOf } from "./time-bins.js";

/** Where shares outside bins 0 … B − 1 go: nowhere, to the bin at the edge, or, those before bin 0, to bin 1 (see `voxel.ts`). */
export type Edges = "lost" | "clamped" | "published";

export interface ShareMap {
  readonly bins: number;
  /** Cell of an event: pixel · perPixel + p · perPolarity + bin · perBin. */
  readonly perPixel: number;
  readonly perPolarity: number;
  readonly perBin: number;
  /** Whether off events count negative. */
  readonly signed: boolean;
  readonly first: bigint;
  readonly steps: number;
  readonly duration: number;
  readonly offset: number;
  readonly edges: Edges;
  /** Sums in double precision. Default false. */
  readonly double?: boolean;
  /** Weight (t − first) / duration of an event; 1 when left out. */
  readonly weight?: { readonly first: bigint; readonly duration: number };
}

/** Where the two shares of an event go: bins, or undefined for lost. */
type Targets = readonly [lower: number | undefined, upper: number | undefined];

function targets(bin: number, { bins, edges }: ShareMap): Targets {
  const target = (wanted: number) => {
    if (wanted >= 0 && wanted < bins) return wanted;
    if (edges === "lost") return undefined;
    return Math.min(bins - 1, wanted >= bins ? wanted : edges === "published" ? 1 : 0);
  };
  return [target(bin), target(bin + 1)];
}

/** The kernel adds both shares at once where the second does not lie before the first. */
function passes([lower, upper]: Targets): Targets[] {
  return lower !== undefined && upper !== undefined && upper < lower ? [[lower, undefined], [undefined, upper]] : [[lower, upper]];
}

/** The definition. */
export function shared(events: EventTable, map: ShareMap): Float32Array {
  const { t, x, y, p, sensor: { width, height } } = events;
  const { perPixel, perPolarity, perBin, signed, first, steps, duration, offset, weight, double = false } = map;
  const sums = new (double ? Float64Array : Float32Array)(height * width * perPixel);
  const share = double ? (value: number) => value : Math.fround;
  for (let i = 0; i < x.length; i++) {
    const position = (steps * Number(t[i]! - first)) / duration + offset;
    const bin = Math.floor(position);
    const fraction = position - bin;
    const sign = signed ? 2 * p[i]! - 1 : 1;
    const value = weight ? sign * (Number(t[i]! - weight.first) / weight.duration) : sign;
    const cell = (y[i]! * width + x[i]!) * perPixel + p[i]! * perPolarity;
    const [lower, upper] = targets(bin, map);
    if (lower !== undefined) sums[cell + lower * perBin]! += share(value * (1 - fraction));
    if (upper !== undefined) sums[cell + upper * perBin]! += share(value * fraction);
  }
  return sums instanceof Float32Array ? sums : Float32Array.from(sums);
}

/** The same in WebAssembly, equal to the bit. */
export function sharedOnCanvas(events: EventTable, map: ShareMap): Float32Array {
  const { width, height } = events.sensor;
  const { bins, perPixel, perPolarity, perBin, signed, first, steps, duration, offset, double = false } = map;
  const cellBytes = double ? 8 : 4;
  const weight = map.weight ?? { first, duration: 0 };
  // Bin −1 has an upper share, and bin B a clamped lower one, so runs count from −1 to B.
  const binOf = (age: number) => Math.floor((steps * age) / duration + offset) + 1;
  const bytes = height * width * perPixel * cellBytes;
  return onCanvas(events, { bytes, time: true, scratch: double ? 20 : 12, reach: cellBytes * perBin }, (canvas) => {
    const { kernels } = canvas;
    for (const { bin, start, end } of runsOf(events.t, first, bins + 2, binOf)) {
      for (const [lower, upper] of passes(targets(bin - 1, map))) {
        const target = lower ?? upper;
        if (target === undefined) continue;
        const base = canvas.offset + cellBytes * perBin * target;
        const step = lower === undefined || upper === undefined ? 0 : cellBytes * perBin * (upper - lower);
        const which = upper === undefined ? 1 : lower === undefined ? 2 : 3;
        canvas.blocks(
          ({ t, x, y, p, events: count, cells, scratch }) => {
            kernels.cellOffsets(x, y, p, count, width, perPixel, perPolarity, double ? 3 : 2, base, cells);
            kernels.voxelShares(
              cells, t, p, count, scratch, which, step, signed, double, first, steps, duration, offset, bin - 1, weight.first, weight.duration,
            );
          },
          start,
          end,
        );
      }
    }
    return double ? Float32Array.from(canvas.f64()) : canvas.take(Float32Array);
  });
}
