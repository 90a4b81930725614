/**
 * Temporal binary representation (TBR): the last moments of each pixel as the bits of one number.
 *
 * Bit maps of `dt` each follow one another from the start of the window; map i has a 1 where the pixel fired, of
 * either polarity, in [start + i·dt, start + (i + 1)·dt). Events before the start or behind the last map are left
 * out. Read as one number a pixel, with the newest map as the most significant bit (Innocenti et al. 2021) or the
 * oldest (as in published face data sets). The sum is kept as an integer, so that maps can be added and removed
 * without drift. `dt: "span"` cuts the time from the first event to the last into equal maps, as UOH's code does.
 *
 * | scale | value |
 * |---|---|
 * | `integer` | the number |
 * | `unit` | divided by 2^bits − 1: at most 1 (Facemorphic_PI) |
 * | `recorder` | divided by 2^(bits − 1): at most almost 2 (rgb_event_recorder) |
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { Duration, SensorWindow } from "../events/time.js";
import { binnedOnCanvas, eachBinned } from "./binned.js";
import { requireChoice, requireDuration, requireInteger } from "./options.js";
import { idOf, mapped, perPixel } from "./per-pixel.js";
import type { Representation } from "./representation.js";
import { spanOf } from "./span.js";
import { equalBins, type BinOf } from "./time-bins.js";

interface BinaryOptionsOf<Scale extends string> {
  /** Number of maps, 1 to 16; 8 when left out. */
  readonly bits?: number;
  /** Length of a map, or "span" for equal maps from the first event to the last; "4ms" when left out. */
  readonly dt?: Duration | "span";
  /** Significance of the newest map: "msb" (default) or "lsb". */
  readonly newest?: "msb" | "lsb";
  /** "integer" (default) keeps the number, "unit" and "recorder" divide it. */
  readonly scale?: Scale;
}
export type TemporalBinaryOptions = BinaryOptionsOf<"integer" | "unit" | "recorder">;

/**
 * TBR of [height, width, 1], channel "bits": Uint8 (Uint16 above 8 bits), or Float32 with `scale: "unit"` or "recorder".
 * @throws OptionError
 */
export function temporalBinary(options: BinaryOptionsOf<"unit" | "recorder"> & { readonly scale: "unit" | "recorder" }): Representation<Float32Array>;
export function temporalBinary(options?: BinaryOptionsOf<"integer">): Representation<Uint8Array | Uint16Array>;
export function temporalBinary(options?: TemporalBinaryOptions): Representation<Uint8Array | Uint16Array | Float32Array>;
export function temporalBinary(options: TemporalBinaryOptions = {}): Representation<Uint8Array | Uint16Array | Float32Array> {
  checkOptions("temporalBinary", options, ["bits", "dt", "newest", "scale"]);
  const bits = requireInteger("temporalBinary bits", options.bits ?? 8, 1, 16);
  const dt = options.dt === "span" ? "span" : requireDuration("temporalBinary dt", options.dt ?? "4ms");
  const newest = requireChoice("temporalBinary newest", options.newest ?? "msb", ["msb", "lsb"]);
  const scale = requireChoice("temporalBinary scale", options.scale ?? "integer", ["integer", "unit", "recorder"]);
  const Maps = bits <= 8 ? Uint8Array : Uint16Array;
  const divisor = scale === "unit" ? 2 ** bits - 1 : 2 ** (bits - 1);
  const scaled = (maps: Uint16Array) => (scale === "integer" ? new Maps(maps) : mapped(Float32Array, maps, (value) => value / divisor));
  const layout = { perPixel: 1, perPolarity: 0, ofBin: () => 0 };
  const bitOf = (map: number) => 1 << (newest === "msb" ? map : bits - 1 - map);
  const time = (events: EventTable, window: SensorWindow): readonly [start: bigint, binOf: BinOf] => {
    if (dt !== "span") return [window.from, (offset) => Math.floor(offset / dt)];
    const { first, last } = spanOf(events, window, "events");
    return [first, equalBins(bits, Number(last - first))];
  };
  return perPixel({
    id: idOf("tbr", { bits, dt: dt === "span" ? dt : `${dt}us`, newest, scale }),
    source: "Innocenti et al. 2021, Temporal Binary Representation",
    channels: ["bits"],
    cpu(events, window) {
      const maps = new Uint16Array(events.sensor.height * events.sensor.width);
      const [start, binOf] = time(events, window);
      eachBinned(events, start, bits, binOf, layout, (pixel, _, map) => (maps[pixel]! |= bitOf(map)));
      return scaled(maps);
    },
    wasm(events, window) {
      const [start, binOf] = time(events, window);
      return scaled(
        binnedOnCanvas(events, start, bits, binOf, layout, 1, (canvas) => canvas.take(Uint16Array), (kernels, { cells, events: count }, map) =>
          kernels.orCells(cells, count, bitOf(map)),
        ),
      );
    },
  });
}
