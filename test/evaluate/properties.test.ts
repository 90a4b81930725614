// What must hold for any judgements.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Bootstrap, classification, mcnemar, psnr, scores, scoresOf, sequences, ssim, tally, talliesBySubject, type Judgement, type WindowPrediction } from "../../src/evaluate/index.js";
import { isEvtlabError } from "../../src/errors.js";

const classes = 4;
const probabilities = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: classes, maxLength: classes }).map((raw) => {
  const total = raw.reduce((sum, each) => sum + each, 0);
  return Float32Array.from(raw, (each) => each / total);
});
const windows = fc.array(
  fc.record({ clip: fc.integer({ min: 0, max: 7 }), probabilities }).map(({ clip, probabilities: given }): WindowPrediction => ({ clip: `c${clip}`, subject: `s${clip % 3}`, label: clip % classes, index: 0, probabilities: given })),
  { minLength: 1, maxLength: 40 },
);
const settings = { seed: 11, numRuns: 60 };
const near = (a: number, b: number, tolerance = 1e-9): boolean => Math.abs(a - b) <= tolerance;

describe("scores of any judgements", () => {
  it("add up over people, in any order", () => {
    fc.assert(
      fc.property(windows, (rows) => {
        const sum = new Float64Array(tally(rows, classes).length);
        for (const own of talliesBySubject(rows, classes).values()) own.forEach((value, i) => (sum[i]! += value));
        const [together, reversed] = [scoresOf(sum, classes), scores(rows.toReversed(), classes)];
        for (const [name, value] of Object.entries(scores(rows, classes))) {
          assert.ok(near(value as number, together[name as "accuracy"]) && near(value as number, reversed[name as "accuracy"]), name);
        }
      }),
      settings,
    );
  });

  it("stay in their ranges, and certainty that is right scores best", () => {
    fc.assert(
      fc.property(windows, (rows) => {
        const found = scores(rows, classes);
        for (const name of ["accuracy", "balancedAccuracy", "macroF1", "calibrationError"] as const) assert.ok(found[name] >= 0 && found[name] <= 1 + 1e-12, name);
        assert.ok(found.brier >= 0 && found.brier <= 2 && found.logLoss >= 0);
        const sure = rows.map((row): Judgement => ({ ...row, probabilities: Float32Array.from({ length: classes }, (_, k) => (k === row.label ? 1 : 0)) }));
        const { count, ...best } = scores(sure, classes);
        assert.equal(count, rows.length);
        assert.deepEqual(best, { accuracy: 1, balancedAccuracy: 1, macroF1: 1, calibrationError: 0, brier: 0, logLoss: 0 });
      }),
      settings,
    );
  });

  it("of sequences do not depend on how often each window is told", () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 2, max: 4 }), (rows, times) => {
        const once = sequences({ classes: [], windows: rows });
        const often = sequences({ classes: [], windows: rows.flatMap((row) => Array.from({ length: times }, () => row)) });
        assert.equal(new Set(once.map(({ clip }) => clip)).size, once.length);
        once.forEach((one, i) => one.probabilities.forEach((value, k) => assert.ok(near(value, often[i]!.probabilities[k]!, 1e-6))));
      }),
      settings,
    );
  });

  it("refuses none at all", () => {
    assert.throws(() => scores([], classes), (error) => isEvtlabError(error, "PredictionError"));
  });
});

describe("intervals", () => {
  it("hold the value, repeat with the seed, and a method differs from itself by nothing", () => {
    fc.assert(
      fc.property(windows, fc.integer(), (rows, seed) => {
        const own = [talliesBySubject(rows, classes)];
        const [first, again] = [0, 1].map(() => new Bootstrap([own, own], classification(classes), { draws: 50, seed }));
        assert.deepEqual(first!.interval(0, "accuracy"), again!.interval(0, "accuracy"));
        const { low, high } = first!.interval(0, "brier", 1);
        assert.ok(low <= high);
        assert.deepEqual(first!.difference(0, 1, "macroF1"), { value: 0, low: 0, high: 0 });
      }),
      { ...settings, numRuns: 20 },
    );
  });

  it("are as wide as the binomial's when everybody has one clip", () => {
    const rows = Array.from({ length: 100 }, (_, i): Judgement => ({ clip: `${i}`, subject: `${i}`, label: 0, probabilities: Float32Array.from(i < 60 ? [1, 0] : [0, 1]) }));
    const { low, high } = new Bootstrap([[talliesBySubject(rows, 2)]], classification(2), { draws: 4000, seed: 3 }).interval(0, "accuracy");
    // Quantiles of Binomial(100, 0.6): 0.50 and 0.69 or 0.70.
    assert.ok(near(low, 0.5, 0.0101) && near(high, 0.695, 0.0151), `${low} ${high}`);
  });

  it("are wider when seeds disagree", () => {
    const ofSeed = (right: number): Map<string, Float64Array> => talliesBySubject(Array.from({ length: 60 }, (_, i): Judgement => ({ clip: `${i}`, subject: `${i}`, label: 0, probabilities: Float32Array.from(i < right ? [1, 0] : [0, 1]) })), 2);
    const width = (counts: readonly number[]): number => {
      const { value, low, high } = new Bootstrap([counts.map(ofSeed)], classification(2), { draws: 1000, seed: 3 }).interval(0, "accuracy");
      assert.ok(near(value, 0.5));
      return high - low;
    };
    assert.ok(width([10, 30, 50]) > 1.5 * width([30, 30, 30]));
  });
});

describe("McNemar's test", () => {
  it("is symmetric, falls with the disparity, and mid-p is never above the exact p", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (first, second) => {
        const [one, other] = [mcnemar(first, second), mcnemar(second, first)];
        assert.ok(near(one.exact, other.exact, 1e-12) && one.midP <= one.exact && one.midP >= 0 && one.exact <= 1);
        if (first >= second) assert.ok(mcnemar(first + 1, second).midP <= one.midP + 1e-12);
      }),
      settings,
    );
    assert.throws(() => mcnemar(-1, 2), (error) => isEvtlabError(error, "OptionError"));
  });
});

describe("pictures", () => {
  const side = 13;
  const picture = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: side * side, maxLength: side * side }).map((data) => ({ data, width: side, height: side }));

  it("equal themselves, and are as near one way as the other", () => {
    fc.assert(
      fc.property(picture, picture, (a, b) => {
        assert.ok(near(ssim(a, a, { range: 2 }), 1) && psnr(a, a, { range: 2 }) === Infinity);
        assert.ok(near(ssim(a, b, { range: 2 }), ssim(b, a, { range: 2 })) && ssim(a, b, { range: 2 }) <= 1 + 1e-12);
      }),
      { ...settings, numRuns: 15 },
    );
  });

  it("of two sizes, or too small ones, are refused", () => {
    const blank = (width: number, height: number) => ({ data: new Float32Array(width * height), width, height });
    assert.throws(() => psnr(blank(12, 12), blank(12, 13), { range: 2 }), (error) => isEvtlabError(error, "OptionError"));
    assert.throws(() => ssim(blank(10, 12), blank(10, 12), { range: 2 }), (error) => isEvtlabError(error, "OptionError"));
  });
});
