// Against scikit-learn, scikit-image and scipy: test/golden/evaluate.py makes the file and names the versions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fitLogistic, predictLogistic } from "../../src/evaluate/controls/logistic.js";
import type { Judgement } from "../../src/evaluate/index.js";
import { Bootstrap } from "../../src/evaluate/metrics/bootstrap.js";
import { mcnemar } from "../../src/evaluate/metrics/mcnemar.js";
import { meanAbsoluteError, psnr, ssim } from "../../src/evaluate/metrics/pictures.js";
import { classification, classScores, confusionMatrix, scores, scoreNames, type ScoreName } from "../../src/evaluate/metrics/scores.js";
import { tally } from "../../src/evaluate/metrics/tally.js";

interface Golden {
  readonly classification: readonly (Record<ScoreName, number> & { readonly classes: number; readonly labels: number[]; readonly probabilities: number[]; readonly f1: number[]; readonly precision: number[]; readonly recall: number[]; readonly confusion: number[][] })[];
  readonly pictures: readonly { readonly width: number; readonly height: number; readonly truth: number[]; readonly drawn: number[]; readonly mae: number; readonly psnr: number; readonly ssim: number }[];
  readonly regression: readonly { readonly x: number[]; readonly labels: number[]; readonly features: number; readonly classes: number; readonly C: number; readonly weights: number[]; readonly intercepts: number[]; readonly probabilities: number[] }[];
  readonly mcnemar: readonly { readonly first: number; readonly second: number; readonly exact: number; readonly midP: number }[];
  readonly bootstrap: readonly { readonly clips: number[]; readonly right: number[]; readonly value: number; readonly low: number; readonly high: number }[];
}
const golden = JSON.parse(readFileSync("test/golden/evaluate.json", "utf8")) as Golden;

function near(found: number | undefined, wanted: number, what: string, tolerance = 1e-9): void {
  assert.ok(found !== undefined && Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted)), `${what}: ${found} instead of ${wanted}`);
}

describe("scores equal those of independent programs", () => {
  golden.classification.forEach((wanted, i) => {
    it(`classification ${i + 1}: ${wanted.classes} classes, ${new Set(wanted.labels).size} of them present`, () => {
      const { classes, labels, probabilities } = wanted;
      const rows: Judgement[] = labels.map((label, row) => ({ clip: `${row}`, subject: "a", label, probabilities: Float32Array.from(probabilities.slice(row * classes, (row + 1) * classes)) }));
      const found = scores(rows, classes);
      for (const name of scoreNames) near(found[name], wanted[name], name);
      const sums = tally(rows, classes);
      assert.deepEqual(confusionMatrix(sums, classes), wanted.confusion);
      classScores(sums, Array.from({ length: classes }, (_, k) => `${k}`)).forEach(({ precision, recall, f1 }, k) => {
        near(precision ?? 0, wanted.precision[k]!, "precision");
        near(recall ?? 0, wanted.recall[k]!, "recall");
        near(f1 ?? 0, wanted.f1[k]!, "F1");
      });
    });
  });

  golden.pictures.forEach(({ width, height, mae, psnr: decibels, ssim: similarity, ...data }) => {
    it(`pictures of ${width} × ${height}`, () => {
      const [truth, drawn] = [{ data: data.truth, width, height }, { data: data.drawn, width, height }];
      near(meanAbsoluteError(truth, drawn), mae, "MAE");
      near(psnr(truth, drawn, { range: 2 }), decibels, "PSNR");
      near(ssim(truth, drawn, { range: 2 }), similarity, "SSIM");
    });
  });

  golden.regression.forEach(({ x, labels, features, classes, C, weights, intercepts, probabilities }) => {
    it(`logistic regression: ${classes} classes, C = ${C}`, () => {
      const rows = { x: Float64Array.from(x), features };
      // For two classes scikit-learn keeps one set of weights, the difference of ours: penalised once it costs twice as much.
      const fitted = fitLogistic(rows, labels, { C: classes === 2 ? C / 2 : C, classes, tolerance: 1e-9, iterations: 5000 });
      const found = predictLogistic(fitted, rows).slice(0, 10).flatMap((row) => Array.from(row));
      found.forEach((probability, i) => near(probability, probabilities[i]!, `probability ${i}`, 1e-6));
      if (classes === 2) return;
      const meanIntercept = intercepts.reduce((sum, each) => sum + each, 0) / classes;
      const at = (k: number): number => fitted.parameters[k * (features + 1) + features]!;
      const own = Array.from({ length: classes }, (_, k) => at(k)).reduce((sum, each) => sum + each, 0) / classes;
      for (let k = 0; k < classes; k++) {
        for (let j = 0; j < features; j++) near(fitted.parameters[k * (features + 1) + j], weights[k * features + j]!, `weight ${k} ${j}`, 1e-5);
        near(at(k) - own, intercepts[k]! - meanIntercept, `intercept ${k}`, 1e-5);
      }
    });
  });

  for (const { first, second, exact, midP } of golden.mcnemar) {
    it(`McNemar ${first} : ${second}`, () => {
      near(mcnemar(first, second).exact, exact, "exact");
      near(mcnemar(first, second).midP, midP, "mid-p");
    });
  }

  golden.bootstrap.forEach(({ clips, right, value, low, high }) => {
    it(`bootstrap over ${clips.length} people`, () => {
      // Label 0 throughout; the wrong ones are named 1.
      const rows = clips.flatMap((count, s) => Array.from({ length: count }, (_, i): Judgement => ({ clip: `${s}/${i}`, subject: `${s}`, label: 0, probabilities: Float32Array.from(i < right[s]! ? [1, 0] : [0, 1]) })));
      const bySubject = new Map(clips.map((_, s) => [`${s}`, tally(rows.filter(({ subject }) => subject === `${s}`), 2)]));
      const found = new Bootstrap([[bySubject]], classification(2), { draws: 20000, seed: 1 }).interval(0, "accuracy");
      near(found.value, value, "accuracy");
      // Both are draws: 20 000 of them put a limit within half a point.
      near(found.low, low, "lower limit", 0.006);
      near(found.high, high, "upper limit", 0.006);
    });
  });
});
