/**
 * The pixel of v2e: the definition.
 *
 * An intensity I becomes L = I ln(20) / 20 up to I = 20 and ln(I) above, rounded to 1e-8 and then to a 32-bit float; all
 * that follows is 32-bit floats. A low pass follows, λ ← (1 − ε) λ + ε L with ε = min(1, 2π f Δt (I + 20) / 275). A pixel
 * whose reference b differs from λ by n whole thresholds fires n times and moves b by nθ: the remainder stays.
 *
 * *The floor.* n is the whole part of the exact quotient of the two floats |λ − b| and θ. v2e gets the same from PyTorch,
 * whose `div(rounding_mode="floor")` corrects for the rounding of the quotient; NumPy's `floor(a / b)` in floats does
 * not, and gives one event more where a change falls just short of a multiple of θ.
 *
 * *Times.* The pixel that fires most cuts the step (from, to] into equal parts, and event number i of any pixel falls
 * at the end of part i; then the time is rounded to the nearest microsecond, halves up. Events of one time are in the
 * order of rows; noise comes last, at the end of the step.
 *
 * *Refractory period.* It only counts where it is longer than such a part, as in v2e; an event that falls into it is
 * dropped and does not move the reference.
 *
 * *Other than v2e.* Times are 64-bit (v2e: seconds in 32-bit floats). Events of equal time are not shuffled. Leak is
 * applied in portions large enough for a 32-bit float, so that short steps do not swallow it. Pixels leak at rates that
 * differ by 23 % (standard deviation), so that leak events do not come in bursts: normal here, log-normal in v2e. Random
 * numbers that need not be exact are sums of four random bytes, nearly normal.
 * @module
 */
import type { EventColumns, SensorSize } from "../events/schema.js";
import { EventColumnsBuilder } from "./columns-builder.js";
import { refuseLight, type Light } from "./light.js";
import type { PixelModel } from "./pixel-model.js";
import { noiseSeed, randomWord } from "./random.js";
import { drawThresholds } from "./thresholds.js";
import type { V2eParameters } from "./v2e.js";

const f = Math.fround;
/** Events of one pixel in one step; what goes beyond stays for the next step. */
export const maxLevels = 65535;

/** Linear up to 20, logarithmic above. */
export function linLog(intensity: number): number {
  const log = intensity <= 20 ? intensity * 0.14978661367769955 : Math.log(intensity);
  return f(Math.round(log * 1e8) / 1e8);
}

/** The parameters of one step, shared by definition and kernel; leak that is still too small for a float waits. */
export class V2eClock {
  /** What the random numbers of this step follow from. */
  step = 0;
  from = 0;
  to = 0;
  /** 2π f Δt. */
  filter = 0;
  /** Events that leak in this step. */
  leak = 0;
  /** Probability of a noise event of one polarity, in the dark, times 2^32. */
  shot = 0;
  /** Of the random numbers of all steps. */
  readonly seed: number;
  #waiting = 0;
  #steps = 0;
  readonly #parameters: V2eParameters;

  constructor(parameters: V2eParameters) {
    this.#parameters = parameters;
    this.seed = noiseSeed(parameters.seed);
  }

  begin(t: number): void {
    this.to = t;
  }

  advance(t: number): void {
    const { cutoff, leakRate, shotNoiseRate, on } = this.#parameters;
    this.from = this.to;
    this.to = t;
    const seconds = (this.to - this.from) / 1e6;
    this.step = randomWord(++this.#steps, this.seed, 0) | 0;
    this.filter = 2 * Math.PI * cutoff * seconds;
    this.#waiting += leakRate * seconds;
    this.leak = this.#waiting * on >= 2 ** -18 ? this.#waiting : 0;
    if (this.leak > 0) this.#waiting = 0;
    this.shot = (shotNoiseRate / 2) * seconds * 2 ** 32;
  }
}

export class V2eDefinition implements PixelModel {
  readonly #sensor: SensorSize;
  readonly #parameters: V2eParameters;
  readonly #clock: V2eClock;
  readonly #on: Float32Array;
  readonly #off: Float32Array;
  readonly #reference: Float32Array;
  readonly #filtered: Float32Array;
  readonly #last: Float64Array;
  #events = new EventColumnsBuilder(1024);

  constructor(sensor: SensorSize, parameters: V2eParameters) {
    const pixels = sensor.width * sensor.height;
    this.#sensor = sensor;
    this.#parameters = parameters;
    this.#clock = new V2eClock(parameters);
    this.#on = new Float32Array(pixels);
    this.#off = new Float32Array(pixels);
    drawThresholds(sensor, parameters, { on: this.#on, off: this.#off });
    this.#reference = new Float32Array(pixels);
    this.#filtered = new Float32Array(pixels);
    this.#last = new Float64Array(pixels).fill(-Infinity);
  }

  get pending(): number {
    return this.#events.length;
  }

  begin({ t, data }: Light): void {
    refuseLight(t, data);
    this.#clock.begin(t);
    for (let i = 0; i < data.length; i++) {
      this.#filtered[i] = linLog(data[i]!);
      this.#reference[i] = this.#filtered[i]!;
    }
  }

  step({ t, data }: Light): readonly EventColumns[] {
    refuseLight(t, data);
    this.#clock.advance(t);
    const { from, to } = this.#clock;
    const log = data instanceof Uint8Array ? Float32Array.from(data, linLog) : data.map(linLog);
    this.#lowPass(log, data);
    this.#leak();
    const times = Int32Array.from(log, (_, i) => this.#crossings(i));
    const levels = times.reduce((most, n) => Math.max(most, Math.abs(n)), 0);
    this.#fire(times, levels, from, to);
    this.#shotNoise(data, to);
    return [];
  }

  take(): EventColumns {
    const events = this.#events;
    this.#events = new EventColumnsBuilder(1024);
    return events.take(events.length);
  }

  #lowPass(log: Float32Array, light: Uint8Array | Float32Array): void {
    const rate = f(this.#clock.filter);
    for (let i = 0; i < log.length; i++) {
      const share = rate > 0 ? Math.min(f(brightness(light[i]!) * rate), 1) : 1;
      this.#filtered[i] = rate > 0 ? f(f(f(1 - share) * this.#filtered[i]!) + f(share * log[i]!)) : log[i]!;
    }
  }

  #leak(): void {
    const { leak, step, seed } = this.#clock;
    if (leak === 0) return;
    const { leakJitter } = this.#parameters;
    for (let i = 0; i < this.#reference.length; i++) {
      const own = f(1 + f(leakSpread * nearlyNormal(randomWord(i, seed, 0))));
      const now = f(1 - f(f(leakJitter) * nearlyNormal(randomWord(i, seed, step))));
      const rate = f(f(f(leak) * own) * now);
      this.#reference[i] = f(this.#reference[i]! - f(rate * this.#on[i]!));
    }
  }

  /** Whole thresholds between a pixel and its reference, negative when it got darker. */
  #crossings(pixel: number): number {
    const moved = f(this.#filtered[pixel]! - this.#reference[pixel]!);
    const threshold = moved > 0 ? this.#on[pixel]! : this.#off[pixel]!;
    const times = Math.min(Math.floor(Math.abs(moved) / threshold), maxLevels);
    return moved > 0 ? times : -times;
  }

  #fire(times: Int32Array, levels: number, from: number, to: number): void {
    const { width } = this.#sensor;
    const { refractory } = this.#parameters;
    const slow = refractory > (to - from) / levels;
    const kept = new Int32Array(times.length);
    for (let level = 0; level < levels; level++) {
      const time = from + ((level + 1) * (to - from)) / levels;
      for (let i = 0; i < times.length; i++) {
        if (Math.abs(times[i]!) <= level || (slow && !(time - this.#last[i]! > refractory))) continue;
        this.#last[i] = time;
        kept[i]!++;
        this.#events.push(Math.floor(time + 0.5), i % width, Math.floor(i / width), times[i]! > 0 ? 1 : 0);
      }
    }
    for (let i = 0; i < times.length; i++) {
      const moved = times[i]! > 0 ? f(kept[i]! * this.#on[i]!) : -f(kept[i]! * this.#off[i]!);
      this.#reference[i] = f(this.#reference[i]! + moved);
    }
  }

  /** With u even in [0, 1) and q the chance of each polarity: off where u < q, on where u > 1 − q. */
  #shotNoise(light: Uint8Array | Float32Array, to: number): void {
    const { shot, step, seed } = this.#clock;
    if (shot === 0) return;
    const { on, off } = this.#parameters;
    const { width } = this.#sensor;
    for (let i = 0; i < light.length; i++) {
      const dark = f(f(shot) * f(1 - f(0.75 * brightness(light[i]!))));
      const word = randomWord(i, seed, ~step);
      const fires = (threshold: number, nominal: number, dice: number): boolean =>
        dice < Math.min(Math.floor(f(f(dark * f(nominal)) / threshold)), 0xffffffff);
      const isOn = fires(this.#on[i]!, on, ~word >>> 0);
      if (!isOn && !fires(this.#off[i]!, off, word)) continue;
      this.#events.push(Math.floor(to + 0.5), i % width, Math.floor(i / width), isOn ? 1 : 0);
      this.#reference[i] = this.#filtered[i]!;
    }
  }
}

/** How much the leak rates of pixels differ: that of v2e's tenth of a decade. */
const leakSpread = f(0.23);

/** The sum of four even bytes, mean 510 and standard deviation 147.8, as a number with mean 0 and deviation 1. */
function nearlyNormal(word: number): number {
  const bytes = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
  return f((bytes - 510) * f(0.0067658));
}

/** (I + 20) / 275: how bright a pixel is, never 0. */
function brightness(light: number): number {
  return f(f(light + 20) / 275);
}
