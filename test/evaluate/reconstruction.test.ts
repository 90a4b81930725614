import assert from "node:assert/strict";
import { isEvtlabError } from "../../src/errors.js";
import { meanPicture, psnr, scoreReconstruction, ssim, type Picture } from "../../src/evaluate/index.js";
import { Random } from "../../src/simulate/face/random.js";

const side = 16;
const random = new Random(3, "test pictures");
/** A slope of its own for each person, and noise. */
const picture = (person: number, noise: number): Picture => ({ width: side, height: side, data: Float32Array.from({ length: side * side }, (_, i) => 0.1 * person * ((i % side) / side - 0.5) + random.between(-noise, noise)) });
const pairs = Array.from({ length: 24 }, (_, i) => ({ subject: `s${i % 6}`, truth: picture(i % 6, 0.05) }));

describe("reconstruction beside the mean face", () => {
  it("gives means over pictures, and what a network adds", async () => {
    const meanFace = await meanPicture(pairs.map(({ truth }) => truth));
    assert.ok(Math.abs(meanFace.data[5]! - pairs.reduce((sum, { truth }) => sum + truth.data[5]!, 0) / pairs.length) < 1e-9);
    const drawn = pairs.map(({ subject, truth }, i) => ({ subject, truth, drawn: picture(i % 6, 0.02) }));
    const report = await scoreReconstruction(drawn, { meanFace, seed: 1, bootstrap: 200 });
    const mean = (of: (pair: (typeof drawn)[number]) => number): number => drawn.reduce((sum, pair) => sum + of(pair), 0) / drawn.length;
    assert.ok(Math.abs(report.drawn.psnr.value - mean(({ truth, drawn: own }) => psnr(truth, own, { range: 2 }))) < 1e-9);
    assert.ok(Math.abs(report.meanFace.ssim.value - mean(({ truth }) => ssim(truth, meanFace, { range: 2 }))) < 1e-9);
    assert.ok(Math.abs(report.gain.mae.value - (report.drawn.mae.value - report.meanFace.mae.value)) < 1e-12);
    assert.ok(report.gain.psnr.low > 0);
    assert.match(String(report), /^24 pictures of 6 people: better than the mean face/);
  });

  it("says of the mean face that it adds nothing", async () => {
    const meanFace = await meanPicture(pairs.map(({ truth }) => truth));
    const report = await scoreReconstruction(pairs.map((pair) => ({ ...pair, drawn: meanFace })), { meanFace, seed: 1, bootstrap: 50 });
    assert.deepEqual(report.gain.ssim, { value: 0, low: 0, high: 0 });
    assert.match(String(report), /not shown to be better/);
  });

  it("refuses none, and pictures of two sizes", async () => {
    const refused = (error: unknown): boolean => isEvtlabError(error, "OptionError");
    await assert.rejects(meanPicture([]), refused);
    await assert.rejects(scoreReconstruction([], { meanFace: picture(1, 0), seed: 1 }), refused);
    await assert.rejects(scoreReconstruction([{ subject: "a", truth: picture(1, 0), drawn: picture(1, 0) }], { meanFace: { width: 20, height: 20, data: new Float32Array(400) }, seed: 1 }), refused);
    await assert.rejects(meanPicture([picture(1, 0), { width: 4, height: 4, data: new Float32Array(16) }]), refused);
  });
});
