/**
 * Histograms and differences as Prophesee's Metavision SDK (OpenEB) builds them, in software and as its sensors do.
 *
 * | function | value | type |
 * |---|---|---|
 * | `metavisionHistogram` | min(1, N(x, y, p) / max) | Float32 |
 * | … with `hardware: true` | N(x, y, p), not above 255 | Uint8 |
 * | `metavisionDifference` | Σ s / max, kept within −1 … 1 after every event | Float32 |
 * | … with `hardware: "saturating"` | Σ s, kept within −128 … 127 after every event | Int8 |
 * | … with `hardware: "wrapping"` | Σ s modulo 256, as a signed byte | Int8 |
 * @module
 */
import { checkOptions } from "../errors.js";
import { onCanvas } from "./canvas.js";
import { eventCount, signedCount } from "./count.js";
import { requireChoice, requireFlag, requireInteger } from "./options.js";
import { idOf, mapped, perPixel } from "./per-pixel.js";
import type { GridData, Kernel, Representation } from "./representation.js";

export interface MetavisionHistogramOptions {
  /** Events that make a value of 1, in software; 5 when left out. */
  readonly max?: number;
  /** Bytes that saturate, as sensors make them. Default false. */
  readonly hardware?: boolean;
}

/**
 * [height, width, 2], channels "off" and "on"; Float32 from 0 to 1, or Uint8 with `hardware`.
 * @throws OptionError
 */
export function metavisionHistogram(options: MetavisionHistogramOptions = {}): Representation<Float32Array | Uint8Array> {
  checkOptions("metavisionHistogram", options, ["max", "hardware"]);
  const hardware = requireFlag("metavisionHistogram hardware", options.hardware ?? false);
  const max = requireInteger("metavisionHistogram max", options.max ?? 5, 1, 2 ** 31);
  return derived(
    eventCount(),
    idOf("metavision-histogram", hardware ? { hardware } : { max }),
    "Prophesee Metavision SDK (OpenEB), Histo",
    (counts): Float32Array | Uint8Array =>
      hardware ? mapped(Uint8Array, counts, (count) => Math.min(255, count)) : mapped(Float32Array, counts, (count) => Math.min(1, count / max)),
  );
}

export interface MetavisionDifferenceOptions {
  /** Net events that make a value of 1, in software; 5 when left out. */
  readonly max?: number;
  /** Signed bytes as sensors make them, that saturate or wrap. Default: none. */
  readonly hardware?: "saturating" | "wrapping";
}

/**
 * [height, width, 1], channel "difference"; Float32 from −1 to 1, or Int8 with `hardware`.
 * @throws OptionError
 */
export function metavisionDifference(options: MetavisionDifferenceOptions = {}): Representation<Float32Array | Int8Array> {
  checkOptions("metavisionDifference", options, ["max", "hardware"]);
  const max = requireInteger("metavisionDifference max", options.max ?? 5, 1, 2 ** 31 - 1);
  const { hardware } = options;
  const source = "Prophesee Metavision SDK (OpenEB), Diff";
  if (hardware === undefined) {
    return saturating(idOf("metavision-difference", { max }), source, -max, max, (sums) => mapped(Float32Array, sums, (sum) => sum / max));
  }
  const id = idOf("metavision-difference", { hardware: requireChoice("metavisionDifference hardware", hardware, ["saturating", "wrapping"]) });
  // An Int8Array keeps the lowest byte of a number.
  if (hardware === "wrapping") return derived(signedCount(), id, source, (sums) => new Int8Array(sums), ["difference"]);
  return saturating(id, source, -128, 127, (sums) => new Int8Array(sums));
}

/** Sums of signs that never leave least … most. */
function saturating<Data extends GridData>(id: string, source: string, least: number, most: number, finished: (sums: Int32Array) => Data): Representation<Data> {
  return perPixel({
    id,
    source,
    channels: ["difference"],
    cpu({ x, y, p, sensor: { width, height } }) {
      const sums = new Int32Array(height * width);
      for (let i = 0; i < x.length; i++) {
        const pixel = y[i]! * width + x[i]!;
        sums[pixel] = Math.max(least, Math.min(most, sums[pixel]! + 2 * p[i]! - 1));
      }
      return finished(sums);
    },
    wasm(events) {
      const { width, height } = events.sensor;
      return onCanvas(events, { bytes: height * width * 4 }, (canvas) => {
        const { kernels, offset } = canvas;
        canvas.blocks(({ x, y, p, events: count, cells }) => {
          kernels.cellOffsets(x, y, p, count, width, 1, 0, 2, offset, cells);
          kernels.sumSignsWithin(cells, p, count, least, most);
        });
        return finished(canvas.take(Int32Array));
      });
    },
  });
}

/** Another representation's data, changed cell by cell. */
function derived<From extends GridData, To extends GridData>(
  of: Representation<From>,
  id: string,
  source: string,
  change: (data: From) => To,
  channels?: readonly string[],
): Representation<To> {
  const changed =
    (kernel: Kernel<From>): Kernel<To> =>
    async (events, window) => {
      const grid = await kernel(events, window);
      return { data: change(grid.data), shape: grid.shape, channels: channels ?? grid.channels };
    };
  return { id, source, shape: of.shape, kernels: { cpu: changed(of.kernels.cpu), wasm: changed(of.kernels.wasm!) } };
}
