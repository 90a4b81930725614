/**
 * The contexts of HOTS (Lagorce et al. 2017): around each event, how lately its neighbours of the same polarity fired.
 *
 * No grid of the sensor but one patch an event: exp(−(t_i − T(x_i + dx, y_i + dy, p_i)) / tau) for |dx|, |dy| ≤ R, with T
 * the latest time up to and with the event itself; 0 beyond the sensor and where nothing fired yet. As tonic describes
 * it; the clusters that HOTS learns on top are not part of it.
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { Duration } from "../events/time.js";
import { requireDuration, requireInteger } from "./options.js";

export interface HotsOptions {
  /** R: patches have 2R + 1 pixels a side. */
  readonly radius: number;
  /** Time in which a value falls to 1/e. */
  readonly tau: Duration;
}

export interface Patches {
  /** Row-major. */
  readonly data: Float32Array;
  readonly shape: readonly [events: number, rows: number, columns: number];
}

/** @throws OptionError */
export function hotsPatches({ t, x, y, p, sensor: { width, height } }: EventTable, options: HotsOptions): Patches {
  checkOptions("hotsPatches", options, ["radius", "tau"]);
  const radius = requireInteger("hotsPatches radius", options.radius, 0, 64);
  const tau = requireDuration("hotsPatches tau", options.tau);
  const side = 2 * radius + 1;
  const origin = t[0] ?? 0n;
  const latest = new Float64Array(height * width * 2).fill(-Infinity);
  const data = new Float32Array(x.length * side * side);
  for (let i = 0, cell = 0; i < x.length; i++) {
    const now = Number(t[i]! - origin);
    latest[(y[i]! * width + x[i]!) * 2 + p[i]!] = now;
    for (let row = y[i]! - radius; row <= y[i]! + radius; row++) {
      for (let column = x[i]! - radius; column <= x[i]! + radius; column++, cell++) {
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        data[cell] = Math.exp((latest[(row * width + column) * 2 + p[i]!]! - now) / tau);
      }
    }
  }
  return { data, shape: [x.length, side, side] };
}
