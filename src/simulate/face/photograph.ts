/**
 * Pictures as an ordinary camera stores them.
 * @module
 */
import type { Frame } from "../../events/schema.js";
import type { FaceFrame } from "./sequence.js";
import { Random } from "./random.js";

export interface PhotographOptions {
  /** Electrons of a pixel at full light: fewer are noisier; 8000 when left out. */
  readonly fullWell?: number;
  /** Deviation of the readout in electrons; 8 when left out. */
  readonly readNoise?: number;
  readonly seed: number;
}

/** Bytes of a picture with sRGB's curve and the noise of a sensor: Poisson's of the light, and the readout's. */
export function photograph({ t, width, height, channels, data }: FaceFrame, { fullWell = 8000, readNoise = 8, seed }: PhotographOptions): Frame & { readonly data: Uint8Array } {
  const random = new Random(seed, `photograph ${t}`);
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) {
    const electrons = (data[i]! / 255) * fullWell;
    const light = (electrons + Math.sqrt(electrons + readNoise * readNoise) * random.normal()) / fullWell;
    bytes[i] = coded(light);
  }
  return { t: BigInt(Math.round(t)), width, height, channels, data: bytes };
}

/** sRGB byte of linear light. */
function coded(light: number): number {
  const clipped = Math.min(1, Math.max(0, light));
  return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055));
}
