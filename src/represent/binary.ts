/**
 * Temporal binary representation (TBR): the last moments of each pixel as the bits of one number.
 *
 * Bit maps of `dt` each follow one another from the start of the window; map i has a 1 where the pixel fired, of
 * either polarity, in [start + i·dt, start + (i + 1)·dt). Events before the start or behind the last map are left
 * out. Read as one number a pixel, with the newest map as the most significant bit (Innocenti et al. 2021) or the
 * oldest (as in published face data sets). The sum is kept as an integer, so that maps can be added and removed
 * without drift; `scale: "unit"` divides it by 2^bits − 1.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { Duration } from "../events/time.js";
import { eachBlock, withArena } from "./blocks.js";
import { requireChoice, requireDuration, requireInteger } from "./options.js";
import type { Representation } from "./representation.js";

interface BinaryOptionsOf<Scale extends string> {
  /** Number of maps, 1 to 16; 8 when left out. */
  readonly bits?: number;
  /** Length of a map; "4ms" when left out. */
  readonly dt?: Duration;
  /** Significance of the newest map: "msb" (default) or "lsb". */
  readonly newest?: "msb" | "lsb";
  /** "integer" (default) keeps the number, "unit" divides it by 2^bits − 1. */
  readonly scale?: Scale;
}
export type TemporalBinaryOptions = BinaryOptionsOf<"integer" | "unit">;

/**
 * TBR of [height, width, 1], channel "bits": Uint8 (Uint16 above 8 bits), or Float32 from 0 to 1 with `scale: "unit"`.
 * @throws OptionError
 */
export function temporalBinary(options: BinaryOptionsOf<"unit"> & { readonly scale: "unit" }): Representation<Float32Array>;
export function temporalBinary(options?: BinaryOptionsOf<"integer">): Representation<Uint8Array | Uint16Array>;
export function temporalBinary(options?: TemporalBinaryOptions): Representation<Uint8Array | Uint16Array | Float32Array>;
export function temporalBinary(options: TemporalBinaryOptions = {}): Representation<Uint8Array | Uint16Array | Float32Array> {
  checkOptions("temporalBinary", options, ["bits", "dt", "newest", "scale"]);
  const bits = requireInteger("temporalBinary bits", options.bits ?? 8, 1, 16);
  const dt = requireDuration("temporalBinary dt", options.dt ?? "4ms");
  const newest = requireChoice("temporalBinary newest", options.newest ?? "msb", ["msb", "lsb"]);
  const scale = requireChoice("temporalBinary scale", options.scale ?? "integer", ["integer", "unit"]);
  const Maps = bits <= 8 ? Uint8Array : Uint16Array;
  const scaled = (maps: Uint8Array | Uint16Array) =>
    scale === "integer" ? maps : Float32Array.from(maps, (value) => value / (2 ** bits - 1));
  return {
    id: `tbr/bits=${bits}/dt=${dt}us/newest=${newest}/scale=${scale}`,
    source: "Innocenti et al. 2021, Temporal Binary Representation",
    shape: ({ width, height }) => [height, width, 1],
    kernels: {
      cpu({ t, x, y, sensor: { width, height } }, window) {
        const maps = new Maps(height * width);
        for (let i = 0; i < x.length; i++) {
          const map = Math.floor(Number(t[i]! - window.from) / dt);
          if (map < 0 || map >= bits) continue;
          maps[y[i]! * width + x[i]!]! |= 1 << (newest === "msb" ? map : bits - 1 - map);
        }
        return { data: scaled(maps), shape: [height, width, 1], channels: ["bits"] };
      },
      wasm: (events, window) =>
        withArena((arena) => {
          const { width, height } = events.sensor;
          const maps = arena.alloc(height * width * 2);
          arena.clear(maps, height * width * 2);
          eachBlock(arena, events, { time: true, scratch: 4 }, ({ t, x, y, p, scratch, events: count }) =>
            arena.kernels.binaryMaps(t, x, y, p, count, width, window.from, BigInt(dt), bits, newest === "lsb", scratch, maps),
          );
          return { data: scaled(Maps.from(arena.u16(maps, height * width))), shape: [height, width, 1], channels: ["bits"] };
        }),
    },
  };
}
