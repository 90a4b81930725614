/**
 * Numbers a pixel as a panel with a colour bar.
 * @module
 */
import { formatTick } from "./axes.js";
import { diverging, sample, sequential } from "./colours.js";
import { RasterPanel } from "./raster.js";

export type Values = Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

export interface ValuesOptions {
  readonly title: string;
  /** Row by row from the top left. */
  readonly values: Values;
  readonly width: number;
  readonly height: number;
  /** Title of the colour bar; no bar without one. */
  readonly unit?: string | undefined;
  /** True: from −limit to limit around white. False: from 0 to limit. */
  readonly signed: boolean;
  readonly limit?: number | undefined;
  readonly note?: string | undefined;
}

/** Odd, so that zero has a colour of its own; one more is for what is no number. */
const shades = 127;
const notANumber = [128, 128, 128] as const;

export function valuesPanel(options: ValuesOptions): RasterPanel {
  const { title, values, width, height, unit, signed, note } = options;
  const limit = options.limit ?? limitOf([values]);
  const scale = signed ? diverging : sequential;
  const low = signed ? -limit : 0;
  const slope = (shades - 1) / (limit - low);
  const indices = new Uint8Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const shade = Math.round((values[i]! - low) * slope);
    indices[i] = shade >= shades ? shades - 1 : shade >= 0 ? shade : shade < 0 ? 0 : shades;
  }
  return new RasterPanel({
    title,
    picture: { width, height, indices, palette: [...sample(scale, shades), notANumber] },
    meanings: meaningsOf(low, slope, signed, !(values instanceof Float32Array || values instanceof Float64Array)),
    bar: unit === undefined ? undefined : { title: unit, scale, range: [low, limit] },
    note,
  });
}

/** What each shade stands for: a whole number where shades tell those apart, else about the value in its middle. */
function meaningsOf(low: number, slope: number, signed: boolean, whole: boolean): string[] {
  const exact = whole && slope >= 1;
  const digits = exact ? 0 : Math.min(20, Math.max(0, Math.ceil(Math.log10(slope))));
  return Array.from({ length: shades + 1 }, (_, i) => {
    if (i === shades) return "no number";
    const value = low + i / slope;
    const bound = i === shades - 1 ? "≥ " : i > 0 ? (exact ? "" : "≈ ") : signed ? "≤ " : "";
    return `${bound}${formatTick(Number(value.toFixed(digits)))}`;
  });
}

/**
 * The magnitude that 99 % of the values other than zero stay below, so that a hot pixel does not
 * turn the rest pale; 1 when all are zero.
 */
export function limitOf(all: readonly Values[]): number {
  const total = all.reduce((sum, { length }) => sum + length, 0);
  const stride = Math.max(1, Math.floor(total / 500_000));
  const magnitudes: number[] = [];
  for (const values of all) {
    for (let i = 0; i < values.length; i += stride) {
      const magnitude = Math.abs(values[i]!);
      if (magnitude > 0 && magnitude < Infinity) magnitudes.push(magnitude);
    }
  }
  if (magnitudes.length === 0) return 1;
  const sorted = Float64Array.from(magnitudes).sort();
  return sorted[Math.floor(0.99 * (sorted.length - 1))]!;
}
