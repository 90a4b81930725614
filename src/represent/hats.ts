/**
 * HATS: histograms of averaged time surfaces (Sironi et al. 2018), as tonic's ToAveragedTimesurface computes them.
 *
 * The sensor is cut into cells of K × K pixels. For each event i, cell and polarity: 1 at the centre of a histogram of
 * (2ρ + 1)² places, and for each earlier event j of the same cell and polarity with |dx|, |dy| ≤ ρ and
 * t_j ≥ t_i − window: exp(−(t_i − t_j) / tau), or 1 − (t_i − t_j) / (3·tau), at (x_j − x_i, y_j − y_i). The sum is divided
 * by the number of events of the cell and polarity.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { Duration } from "../events/time.js";
import { onCanvas } from "./canvas.js";
import { requireChoice, requireDuration, requireInteger } from "./options.js";
import { idOf, mapped } from "./per-pixel.js";
import type { GridLike, GridShape, Representation } from "./representation.js";
import type { SensorSize } from "../events/schema.js";

export interface HatsOptions {
  /** K: pixels a side of a cell; 10 when left out. */
  readonly cell?: number;
  /** ρ: histograms have 2ρ + 1 places a side; 3 when left out. */
  readonly radius?: number;
  /** How far back an event looks, at most 4 s; "1s" when left out. */
  readonly window?: Duration;
  /** Decay; "10ms" when left out. */
  readonly tau?: Duration;
  /** "exponential" (default) or "linear". */
  readonly decay?: "exponential" | "linear";
}

/**
 * [rows of cells, columns of cells, 2·(2ρ + 1)²], channels "off −ρ,−ρ" (dy, dx), …; Float32.
 * @throws OptionError
 */
export function hats(options: HatsOptions = {}): Representation<Float32Array> {
  checkOptions("hats", options, ["cell", "radius", "window", "tau", "decay"]);
  const size = requireInteger("hats cell", options.cell ?? 10, 1, 1024);
  const radius = requireInteger("hats radius", options.radius ?? 3, 0, 31);
  const memory = requireInteger("hats window, in microseconds", requireDuration("hats window", options.window ?? "1s"), 1, 4e6);
  const tau = requireDuration("hats tau", options.tau ?? "10ms");
  const decay = requireChoice("hats decay", options.decay ?? "exponential", ["exponential", "linear"]);
  const side = 2 * radius + 1;
  const places = side * side;
  const weightAt = decay === "exponential" ? (age: number) => Math.exp(-age / tau) : (age: number) => 1 - age / (3 * tau);
  const offsets = Array.from({ length: places }, (_, i) => `${Math.floor(i / side) - radius},${(i % side) - radius}`);
  const channels = ["off", "on"].flatMap((polarity) => offsets.map((offset) => `${polarity} ${offset}`));
  const shape = ({ width, height }: SensorSize): GridShape => [Math.ceil(height / size), Math.ceil(width / size), 2 * places];
  const result = (sensor: SensorSize, sums: Float64Array, counts: ArrayLike<number>): GridLike<Float32Array> => ({
    data: mapped(Float32Array, sums, (sum, i) => (sum === 0 ? 0 : sum / counts[Math.floor(i / places)]!)),
    shape: shape(sensor),
    channels,
  });
  const cellOf = ({ x, y, p, sensor: { width } }: EventTable, i: number) =>
    (Math.floor(y[i]! / size) * Math.ceil(width / size) + Math.floor(x[i]! / size)) * 2 + p[i]!;
  return {
    id: idOf("hats", { cell: size, radius, window: `${memory}us`, tau: `${tau}us`, decay }),
    source: "HATS (Sironi et al. 2018); tonic ToAveragedTimesurface",
    shape,
    kernels: {
      cpu(events) {
        const { t, x, y, sensor } = events;
        const [rows, columns] = shape(sensor);
        const earlier = Array.from({ length: rows * columns * 2 }, (): number[] => []);
        const sums = new Float64Array(rows * columns * 2 * places);
        const times = Float64Array.from(t, (time) => Number(time - t[0]!));
        for (let i = 0; i < x.length; i++) {
          const cell = cellOf(events, i);
          const centre = cell * places + radius * side + radius;
          sums[centre]! += 1;
          const known = earlier[cell]!;
          for (let k = known.length - 1; k >= 0 && times[i]! - times[known[k]!]! <= memory; k--) {
            const j = known[k]!;
            const [dx, dy] = [x[j]! - x[i]!, y[j]! - y[i]!];
            if (Math.abs(dx) <= radius && Math.abs(dy) <= radius) sums[centre + dy * side + dx]! += weightAt(times[i]! - times[j]!);
          }
          known.push(i);
        }
        return result(sensor, sums, earlier.map(({ length }) => length));
      },
      wasm(events) {
        const { t, x, y, sensor } = events;
        const [rows, columns] = shape(sensor);
        const cells = rows * columns * 2;
        // Events cell by cell, in order of time within each.
        const ends = new Uint32Array(cells);
        for (let i = 0; i < x.length; i++) ends[cellOf(events, i)]!++;
        const counts = ends.slice();
        let start = 0;
        for (let cell = 0; cell < cells; cell++) ends[cell] = (start += ends[cell]!);
        const next = ends.map((end, cell) => end - counts[cell]!);
        const first = t[0] ?? 0n;
        const order = new Uint32Array(x.length);
        for (let i = 0; i < x.length; i++) order[next[cellOf(events, i)]!++] = i;
        const weights = mapped(Float64Array, new Float64Array(memory + 1), (_, age) => weightAt(age));
        const layout = [cells * places * 8, x.length * 8, x.length * 4, weights.byteLength, cells * 4].map((bytes) => (bytes + 15) & ~15);
        const none = events.slice(0, 0);
        return onCanvas(none, { bytes: layout.reduce((sum, bytes) => sum + bytes) }, (canvas) => {
          const [sumsAt, timesAt, placesAt, weightsAt, endsAt] = layout.map((_, k) => layout.slice(0, k).reduce((sum, bytes) => sum + bytes, 0)) as [
            number, number, number, number, number,
          ];
          canvas.touchAll();
          const times = canvas.f64().subarray(timesAt / 8);
          const positions = canvas.u32().subarray(placesAt / 4);
          for (let k = 0; k < order.length; k++) {
            const i = order[k]!;
            times[k] = Number(t[i]! - first);
            positions[k] = (y[i]! << 16) | x[i]!;
          }
          canvas.f64().set(weights, weightsAt / 8);
          canvas.u32().set(ends, endsAt / 4);
          const at = canvas.offset;
          canvas.kernels.averagedSurfaces(at + timesAt, at + placesAt, at + endsAt, cells, radius, memory, at + weightsAt, at + sumsAt);
          return result(sensor, canvas.f64().subarray(0, cells * places), counts);
        });
      },
    },
  };
}
