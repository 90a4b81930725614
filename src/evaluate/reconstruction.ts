/**
 * How well pictures are reconstructed, always beside the mean face.
 *
 * A decibel says nothing by itself: the mean of all training pictures, the same for everybody, reaches 18 of them. What
 * a network is worth is what it adds.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import { Bootstrap, type Interval, type Scorer } from "./metrics/bootstrap.js";
import { meanAbsoluteError, psnr, ssim, type Picture } from "./metrics/pictures.js";
import { ReconstructionReport, type ReconstructionScores } from "./report/reconstruction.js";

export type ReconstructionScore = "psnr" | "ssim" | "mae";

export interface ReconstructedPicture {
  readonly subject: string;
  readonly truth: Picture;
  readonly drawn: Picture;
}

export interface ReconstructionOptions {
  /** Mean of the training pictures: see {@link meanPicture}. */
  readonly meanFace: Picture;
  readonly seed: number;
  /** From black to white in the units of the pictures. Default 2, for −1 … 1. */
  readonly range?: number;
  /** Draws of people for the intervals. Default 2000. */
  readonly bootstrap?: number;
  /** Default 0.95. */
  readonly level?: number;
}

const names = ["psnr", "ssim", "mae"] as const;
/** A tally is the number of pictures, then the sum of each score. */
const means: Scorer<ReconstructionScore> = { names, of: (sums) => ({ psnr: sums[1]! / sums[0]!, ssim: sums[2]! / sums[0]!, mae: sums[3]! / sums[0]! }) };

/** The mean of pictures, pixel by pixel. @throws OptionError for none, or for pictures of different sizes. */
export async function meanPicture(pictures: Iterable<Picture> | AsyncIterable<Picture>): Promise<Picture> {
  let sum: { data: Float64Array; width: number; height: number } | undefined;
  let count = 0;
  for await (const { data, width, height } of pictures) {
    sum ??= { data: new Float64Array(width * height), width, height };
    if (width !== sum.width || height !== sum.height) throw new OptionError({ where: "meanPicture", expected: `pictures of ${sum.width} × ${sum.height} pixels`, received: `${width} × ${height}` });
    for (let i = 0; i < sum.data.length; i++) sum.data[i]! += data[i]!;
    count++;
  }
  if (sum === undefined) throw new OptionError({ where: "meanPicture", expected: "at least one picture", received: "none" });
  return { ...sum, data: sum.data.map((value) => value / count) };
}

/**
 * PSNR, SSIM and mean absolute error of drawn pictures and of the mean face, with intervals over people and the paired
 * difference. Pictures are looked at one by one: memory does not grow with their number.
 * @throws OptionError when there are no pictures, or their sizes differ.
 */
export async function scoreReconstruction(pictures: Iterable<ReconstructedPicture> | AsyncIterable<ReconstructedPicture>, options: ReconstructionOptions): Promise<ReconstructionReport> {
  checkOptions("scoreReconstruction", options, ["meanFace", "seed", "range", "bootstrap", "level"]);
  const { meanFace, seed, range = 2, bootstrap: draws = 2000, level = 0.95 } = options;
  if (!(range > 0)) throw new OptionError({ where: "scoreReconstruction: range", expected: "a number above 0", received: String(range) });
  const [drawnTallies, meanTallies] = [new Map<string, Float64Array>(), new Map<string, Float64Array>()];
  const add = (tallies: Map<string, Float64Array>, subject: string, truth: Picture, shown: Picture): void => {
    const sums = tallies.get(subject) ?? new Float64Array(1 + names.length);
    [1, psnr(truth, shown, { range }), ssim(truth, shown, { range }), meanAbsoluteError(truth, shown)].forEach((value, i) => (sums[i]! += value));
    tallies.set(subject, sums);
  };
  let count = 0;
  for await (const { subject, truth, drawn } of pictures) {
    add(drawnTallies, subject, truth, drawn);
    add(meanTallies, subject, truth, meanFace);
    count++;
  }
  if (count === 0) throw new OptionError({ where: "scoreReconstruction", expected: "at least one picture", received: "none" });
  const bootstrap = new Bootstrap([[drawnTallies], [meanTallies]], means, { draws, seed });
  const all = (of: (name: ReconstructionScore) => Interval): ReconstructionScores => ({ psnr: of("psnr"), ssim: of("ssim"), mae: of("mae") });
  return new ReconstructionReport({
    pictures: count, subjects: drawnTallies.size, settings: { range, bootstrap: draws, seed, level },
    drawn: all((name) => bootstrap.interval(0, name, level)), meanFace: all((name) => bootstrap.interval(1, name, level)), gain: all((name) => bootstrap.difference(0, 1, name, level)),
  });
}
