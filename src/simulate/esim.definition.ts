/**
 * The pixel of ESIM: the definition, in 64-bit floats.
 *
 * L = ln(0.001 + I / 255) is taken to move on a line between two pictures, from L₀ to L₁ in the time Δt. A pixel with
 * reference r and threshold C fires where the line reaches r + C or r − C, and r follows. What falls short by a billionth
 * of C has reached it: else the last bit of a logarithm would decide whether a pixel that comes back to its old light
 * gives all of its events back. Event
 * k = 1, 2, … of a step comes (r ± k C − L₀) Δt / (L₁ − L₀) after its start: times are interpolated, not those of the
 * pictures. Then they are rounded to the nearest microsecond, halves up; events of one microsecond are in the order of
 * rows. With a refractory period, events that come too soon are dropped, and r moves all the same.
 * @module
 */
import type { EventColumns, SensorSize } from "../events/schema.js";
import { sortByTime } from "../events/sort.js";
import { EventColumnsBuilder } from "./columns-builder.js";
import type { EsimParameters } from "./esim.js";
import { refuseLight, type Light } from "./light.js";
import type { PixelModel } from "./pixel-model.js";
import { drawThresholds } from "./thresholds.js";

/** Events of one pixel in one step; what goes beyond stays for the next step. */
const maxLevels = 65535;

/** What may be missing of a threshold, as a part of it. */
const short = 1e-9;

/** The events of one pixel in one step: `count` of them, at `first` + k `distance` µs after its start, k from 1. */
export interface Crossings {
  readonly count: number;
  readonly on: boolean;
  readonly first: number;
  readonly distance: number;
  /** Where the reference is afterwards. */
  readonly reference: number;
}

/** Crossings on the line from log intensity `before` to `now` in `duration` µs. */
export function crossings(before: number, now: number, reference: number, { on, off }: { on: number; off: number }, duration: number): Crossings {
  const rises = now > reference;
  const threshold = rises ? on : off;
  const change = now - before;
  const moves = rises ? change > 0 : change < 0;
  const count = moves ? Math.min(Math.floor(Math.abs(now - reference) / threshold + short), maxLevels) : 0;
  const step = rises ? threshold : -threshold;
  return {
    count,
    on: rises,
    first: ((reference - before) * duration) / change,
    distance: (step * duration) / change,
    reference: reference + count * step,
  };
}

export class EsimDefinition implements PixelModel {
  readonly #width: number;
  readonly #parameters: EsimParameters;
  readonly #on: Float64Array;
  readonly #off: Float64Array;
  readonly #reference: Float64Array;
  readonly #log: Float64Array;
  readonly #last: Float64Array;
  #time = 0;
  #events = new EventColumnsBuilder(1024);

  constructor(sensor: SensorSize, parameters: EsimParameters) {
    const pixels = sensor.width * sensor.height;
    this.#width = sensor.width;
    this.#parameters = parameters;
    this.#on = new Float64Array(pixels);
    this.#off = new Float64Array(pixels);
    drawThresholds(sensor, parameters, { on: this.#on, off: this.#off });
    this.#reference = new Float64Array(pixels);
    this.#log = new Float64Array(pixels);
    this.#last = new Float64Array(pixels).fill(-Infinity);
  }

  get pending(): number {
    return this.#events.length;
  }

  begin({ t, data }: Light): void {
    refuseLight(t, data);
    this.#time = t;
    for (let i = 0; i < data.length; i++) this.#reference[i] = this.#log[i] = esimLog(data[i]!, this.#parameters.dark);
  }

  step({ t, data }: Light): readonly EventColumns[] {
    refuseLight(t, data);
    const { dark, refractory } = this.#parameters;
    const from = this.#time;
    const [start, end] = [Math.floor(from + 0.5), Math.floor(t + 0.5)];
    this.#time = t;
    for (let i = 0; i < data.length; i++) {
      const now = esimLog(data[i]!, dark);
      const found = crossings(this.#log[i]!, now, this.#reference[i]!, { on: this.#on[i]!, off: this.#off[i]! }, t - from);
      for (let k = 1; k <= found.count; k++) {
        const time = from + (found.first + k * found.distance);
        if (refractory > 0 && !(time - this.#last[i]! >= refractory)) continue;
        this.#last[i] = time;
        const rounded = Math.min(Math.max(Math.floor(time + 0.5), start), end);
        this.#events.push(rounded, i % this.#width, Math.floor(i / this.#width), found.on ? 1 : 0);
      }
      this.#reference[i] = found.reference;
      this.#log[i] = now;
    }
    return [];
  }

  take(): EventColumns {
    const events = this.#events;
    this.#events = new EventColumnsBuilder(1024);
    return sortByTime(events.take(events.length));
  }
}

/** ln(dark + I / 255). */
export function esimLog(intensity: number, dark: number): number {
  return Math.log(dark + intensity / 255);
}
