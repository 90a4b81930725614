/**
 * Light that flickers.
 *
 * A flickering lamp lets many pixels go on together and off together. The sensor is cut into 4 by 4 tiles and the whole;
 * for each, on minus off events are counted every millisecond, and the power spectra of stretches of 1.024 s under a
 * Hann window are averaged (Welch 1967). The frequency from 20 to 450 Hz whose power is highest
 * is told, or the lowest one of which that is a multiple; a light that flickers faster shows itself at an alias.
 * @module
 */
import type { EventColumns, SensorSize } from "../events/schema.js";
import { timeAt, timeWords } from "../events/time-words.js";
import { powerSpectrum } from "./fourier.js";

export interface FlickerQuality {
  /** Hertz. */
  readonly frequency: number;
  /** Amplitude of the swing between on and off, as a share of all events of the place: 0 none, about 1 nothing else. */
  readonly strength: number;
  /** Power at the frequency over the median power from half to twice of it: noise alone stays below about 20. */
  readonly prominence: number;
  /** Where it is strongest: a tile, or the whole sensor. */
  readonly region: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const bins = 1024;
const binLength = 1000;
const across = 4;
const places = across * across + 1;
/** Of fewer events in a stretch no frequency can be told. */
const fewest = 100;
const lowest = 20;
const highest = 450;

export class FlickerMeter {
  readonly #sensor: SensorSize;
  readonly #tileOfColumn: Uint8Array;
  readonly #tileOfRow: Uint8Array;
  readonly #signed = new Float64Array(places * bins);
  readonly #events = new Float64Array(places);
  readonly #power = Array.from({ length: places }, () => new Float64Array(bins / 2 + 1));
  /** Sum of squares of the events a bin, over the stretches: what amplitudes are compared with. */
  readonly #squares = new Float64Array(places);
  #start = NaN;
  #filled = 0;

  constructor(sensor: SensorSize) {
    this.#sensor = sensor;
    const tiles = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => Math.floor((i * across) / size));
    this.#tileOfColumn = tiles(sensor.width);
    this.#tileOfRow = tiles(sensor.height);
  }

  add({ t, x, y, p }: EventColumns): void {
    const words = timeWords(t);
    for (let i = 0; i < t.length; i++) {
      const time = timeAt(words, i);
      if (Number.isNaN(this.#start)) this.#start = time;
      let bin = Math.floor((time - this.#start) / binLength);
      if (bin >= bins) {
        this.#endStretch();
        this.#start += Math.floor(bin / bins) * bins * binLength;
        bin %= bins;
      }
      if (bin < 0) continue;
      if (bin >= this.#filled) this.#filled = bin + 1;
      const sign = 2 * p[i]! - 1;
      const tile = this.#tileOfRow[y[i]!]! * across + this.#tileOfColumn[x[i]!]!;
      this.#signed[tile * bins + bin]! += sign;
      this.#signed[(places - 1) * bins + bin]! += sign;
      this.#events[tile]!++;
      this.#events[places - 1]!++;
    }
  }

  /** The strongest flicker, whether it matters or not; undefined for recordings of less than 128 ms. */
  result(): FlickerQuality | undefined {
    this.#endStretch();
    let found: FlickerQuality | undefined;
    for (let place = 0; place < places; place++) {
      const candidate = this.#strongest(place);
      if (candidate && (found === undefined || candidate.strength * candidate.prominence > found.strength * found.prominence)) found = candidate;
    }
    return found;
  }

  #endStretch(): void {
    const length = this.#filled;
    if (length >= 128) {
      for (let place = 0; place < places; place++) {
        const count = this.#events[place]!;
        if (count < fewest) continue;
        const samples = this.#signed.subarray(place * bins, (place + 1) * bins);
        const mean = samples.reduce((sum, value) => sum + value, 0) / length;
        const windowed = new Float64Array(bins);
        for (let i = 0; i < length; i++) windowed[i] = (samples[i]! - mean) * hann(i, length);
        const power = this.#power[place]!;
        for (const [k, value] of powerSpectrum(windowed).entries()) power[k]! += value / (length / 4) ** 2;
        this.#squares[place]! += (count / length) ** 2;
      }
    }
    this.#signed.fill(0);
    this.#events.fill(0);
    this.#filled = 0;
  }

  #strongest(place: number): FlickerQuality | undefined {
    if (this.#squares[place] === 0) return undefined;
    const hertz = 1e6 / binLength / bins;
    const first = Math.ceil(lowest / hertz);
    const all = this.#power[place]!;
    const power = all.subarray(first, Math.floor(highest / hertz) + 1);
    // Only where the power falls on both sides: the rim may be the slope of something outside.
    const rises = (k: number): boolean => all[first + k]! >= all[first + k - 1]! && all[first + k]! >= all[first + k + 1]!;
    const highestPeak = power.reduce((best, value, k) => (rises(k) && (best < 0 || value > power[best]!) ? k : best), -1);
    if (highestPeak < 0) return undefined;
    // Short flashes have harmonics as strong as they are: the lowest frequency of which the peak is a multiple counts.
    const peak = Array.from(power.keys()).find((k) => k <= highestPeak && rises(k) && 3 * power[k]! > power[highestPeak]! && isMultiple(first + highestPeak, first + k))!;
    // What moves has more power at low frequencies: the octave around the peak is what it has to stand out from.
    const near = all.slice(Math.floor((first + peak) / 2), 2 * (first + peak)).sort();
    const median = near[near.length >> 1]!;
    const { width, height } = this.#sensor;
    const column = place % across;
    const row = Math.floor(place / across);
    const edge = (i: number, size: number): number => Math.ceil((i * size) / across);
    const whole = place === places - 1;
    return {
      frequency: (first + peak + offCentre(power, peak)) * hertz,
      strength: Math.min(1, Math.sqrt(power[peak]! / this.#squares[place]!)),
      prominence: median > 0 ? power[peak]! / median : power[peak]! > 0 ? Infinity : 0,
      region: whole
        ? { x: 0, y: 0, width, height }
        : { x: edge(column, width), y: edge(row, height), width: edge(column + 1, width) - edge(column, width), height: edge(row + 1, height) - edge(row, height) },
    };
  }
}

/** Whether one frequency is a multiple of another, both by the number of their bin. */
function isMultiple(bin: number, of: number): boolean {
  const times = Math.round(bin / of);
  return Math.abs(bin - times * of) <= times;
}

const hann = (i: number, length: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length);

/** Where between the bins a peak lies: a parabola through the logarithms of three of them. */
function offCentre(power: Float64Array, peak: number): number {
  const [before, at, after] = [power[peak - 1], power[peak], power[peak + 1]].map((value) => Math.log(value ?? 0));
  const bend = before! - 2 * at! + after!;
  return Number.isFinite(bend) && bend < 0 ? (before! - after!) / (2 * bend) : 0;
}
