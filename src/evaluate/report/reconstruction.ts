/**
 * Scores of reconstructed pictures as people read them.
 * @module
 */
import type { Interval } from "../metrics/bootstrap.js";

export interface ReconstructionScores {
  /** Decibels, mean over pictures. */
  readonly psnr: Interval;
  /** Up to 1. */
  readonly ssim: Interval;
  /** In the units of the pictures: lower is better. */
  readonly mae: Interval;
}

interface Content {
  readonly pictures: number;
  readonly subjects: number;
  readonly settings: { readonly range: number; readonly bootstrap: number; readonly seed: number; readonly level: number };
  readonly drawn: ReconstructionScores;
  readonly meanFace: ReconstructionScores;
  /** Drawn minus mean face, paired. */
  readonly gain: ReconstructionScores;
}

export class ReconstructionReport implements Content {
  readonly pictures: number;
  readonly subjects: number;
  readonly settings: Content["settings"];
  readonly drawn: ReconstructionScores;
  readonly meanFace: ReconstructionScores;
  readonly gain: ReconstructionScores;

  constructor({ pictures, subjects, settings, drawn, meanFace, gain }: Content) {
    this.pictures = pictures;
    this.subjects = subjects;
    this.settings = settings;
    this.drawn = drawn;
    this.meanFace = meanFace;
    this.gain = gain;
  }

  /** Name, then the scores of the drawn pictures, of the mean face, and the difference. */
  rows(): readonly (readonly string[])[] {
    const text = (digits: number, { value, low, high }: Interval): string => `${value.toFixed(digits)} [${low.toFixed(digits)}\u2009–\u2009${high.toFixed(digits)}]`;
    return ([["PSNR / dB", "psnr", 2], ["SSIM", "ssim", 3], ["MAE", "mae", 3]] as const).map(([name, score, digits]) => [name, text(digits, this.drawn[score]), text(digits, this.meanFace[score]), text(digits, this.gain[score])]);
  }

  toString(): string {
    const { subjects, pictures, gain } = this;
    const verdict = gain.psnr.low > 0 ? "better than the mean face" : gain.psnr.high < 0 ? "worse than the mean face" : "not shown to be better than the mean face";
    return [`${pictures} pictures of ${subjects} people: ${verdict}`, ...this.rows().map(([name, drawn, mean, difference]) => `  ${name!.padEnd(10)} drawn ${drawn}, mean face ${mean}, difference ${difference}`)].join("\n");
  }

  [Symbol.for("Jupyter.display")](): { readonly "text/html": string; readonly "text/plain": string } {
    const cell = 'style="padding:1px 16px 1px 0;text-align:left;border:0"';
    const row = (cells: readonly string[]): string => `<tr>${cells.map((text) => `<td ${cell}>${text}</td>`).join("")}</tr>`;
    const [heading] = this.toString().split("\n");
    const html = `<div style="font-family:system-ui,sans-serif;font-size:13px"><strong>${heading}</strong><table style="border-collapse:collapse;margin:4px 0;border:0"><tbody>${row(["", "drawn", "mean face", "difference"])}${this.rows().map(row).join("")}</tbody></table></div>`;
    return { "text/html": html, "text/plain": this.toString() };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
