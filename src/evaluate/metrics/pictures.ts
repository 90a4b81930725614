/**
 * How near a drawn picture is to the true one.
 *
 * A picture is one channel, row by row; `range` is the distance from black to white in its units: 2 for −1 … 1.
 * @module
 */
import { OptionError } from "../../errors.js";

export interface Picture {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** Mean absolute difference, in the units of the pictures. */
export function meanAbsoluteError(truth: Picture, drawn: Picture): number {
  return meanOver(truth, drawn, (a, b) => Math.abs(a - b));
}

/** Peak signal-to-noise ratio in decibels; infinite for equal pictures. */
export function psnr(truth: Picture, drawn: Picture, { range }: { readonly range: number }): number {
  return 10 * Math.log10(range ** 2 / meanOver(truth, drawn, (a, b) => (a - b) ** 2));
}

function meanOver(truth: Picture, drawn: Picture, of: (a: number, b: number) => number): number {
  checkPair(truth, drawn);
  let sum = 0;
  for (let i = 0; i < truth.data.length; i++) sum += of(truth.data[i]!, drawn.data[i]!);
  return sum / truth.data.length;
}

/** 11 weights of a Gaussian of 1.5 pixels. */
const radius = 5;
const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * 1.5 ** 2)));
const total = weights.reduce((sum, weight) => sum + weight, 0);

/**
 * Structural similarity, mean over all places where the 11 × 11 Gaussian window lies inside the picture: 1 for equal
 * pictures. Wang, Bovik, Sheikh, Simoncelli 2004, K = 0.01 and 0.03.
 * @throws OptionError for pictures of less than 11 × 11 pixels, or of two sizes.
 */
export function ssim(truth: Picture, drawn: Picture, { range }: { readonly range: number }): number {
  checkPair(truth, drawn);
  const { width, height } = truth;
  if (width < 11 || height < 11) throw new OptionError({ where: "ssim", expected: "pictures of at least 11 × 11 pixels", received: `${width} × ${height}` });
  const smooth = (of: (a: number, b: number) => number): Float64Array => blur(Float64Array.from({ length: width * height }, (_, i) => of(truth.data[i]!, drawn.data[i]!)), width, height);
  const [a, b, aa, bb, ab] = [smooth((x) => x), smooth((_, y) => y), smooth((x) => x * x), smooth((_, y) => y * y), smooth((x, y) => x * y)];
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const [ma, mb] = [a[i]!, b[i]!];
    sum += ((2 * ma * mb + c1) * (2 * (ab[i]! - ma * mb) + c2)) / ((ma * ma + mb * mb + c1) * (aa[i]! - ma * ma + (bb[i]! - mb * mb) + c2));
  }
  return sum / a.length;
}

/** Weighted means of the windows that lie inside: along rows, then along columns. */
function blur(data: Float64Array, width: number, height: number): Float64Array {
  const [across, down] = [width - 2 * radius, height - 2 * radius];
  const rows = new Float64Array(across * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * data[y * width + x + k]!;
      rows[y * across + x] = sum / total;
    }
  }
  const out = new Float64Array(across * down);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * rows[(y + k) * across + x]!;
      out[y * across + x] = sum / total;
    }
  }
  return out;
}

function checkPair(truth: Picture, drawn: Picture): void {
  for (const { data, width, height } of [truth, drawn]) {
    if (!(width > 0 && height > 0 && data.length === width * height)) throw new OptionError({ where: "picture", expected: "one value a pixel", received: `${data.length} for ${width} × ${height}` });
  }
  if (truth.width !== drawn.width || truth.height !== drawn.height) throw new OptionError({ where: "picture", expected: `${truth.width} × ${truth.height} pixels`, received: `${drawn.width} × ${drawn.height}` });
}
