import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset, Split } from "../../src/data/index.js";
import { core, selectEngine } from "../../src/engine/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { checkPredictions, type Fitted } from "../../src/evaluate/index.js";
import { adversarialReconstruction, loadReconstruction, transfer, type Reconstruction, type TransferOptions } from "../../src/train/index.js";
import { removeFaces, smallFaces } from "./faces.js";

const network = { channels: [4, 8, 8, 8], inputs: { size: 16 }, show: false } as const;

describe("learning from faces", function () {
  this.timeout(60_000);
  let [folder, faces, split]: [string, Dataset, Split] = ["", undefined as never, undefined as never];
  let plain: Reconstruction;
  before(async () => {
    await selectEngine("wasm");
    ({ folder, faces } = await smallFaces());
    split = faces.split("subject-disjoint", { seed: 1, folds: 3 });
    plain = await adversarialReconstruction(split.train, { ...network, adversarial: false, epochs: 8, learningRate: 0.01, validation: split.validation!, seed: 2, dropout: 0 });
  });
  after(async () => {
    plain.dispose();
    await removeFaces();
  });

  it("without an adversary brings the pictures nearer, and the best epoch is the one that is measured", () => {
    const { epochs, bestEpoch } = plain.history;
    assert.ok(epochs.at(-1)!.losses["l1"]! < 0.9 * epochs[0]!.losses["l1"]!, JSON.stringify(epochs));
    const best = epochs.find(({ epoch }) => epoch === bestEpoch)!.validation!;
    assert.ok(Math.abs(plain.measures.generator.psnr - best["psnr"]!) < 1e-6);
    assert.equal(best["psnr"], Math.max(...epochs.map(({ validation }) => validation!["psnr"]!)));
    assert.ok(plain.unseen && plain.measures.meanFace.psnr > 5);
    assert.deepEqual(plain.samples.columns, ["events", "drawn", "true", "mean face"]);
  });

  it("goes to a file and back, and shows its curves and pictures", async () => {
    const path = join(folder, "pretrained.safetensors");
    await plain.save(path);
    const loaded = await loadReconstruction(path);
    assert.deepEqual(loaded.encoder, plain.encoder);
    assert.deepEqual(loaded.samples, plain.samples);
    assert.deepEqual(JSON.parse(JSON.stringify([loaded.history, loaded.measures])), JSON.parse(JSON.stringify([plain.history, plain.measures])));
    const bundle = await (loaded as unknown as { [key: symbol]: () => Promise<Record<string, string>> })[Symbol.for("Jupyter.display")]!();
    assert.match(bundle["text/plain"]!, /on validation clips: PSNR .*\nthe mean face: PSNR/);
    assert.ok(Buffer.from(bundle["image/png"]!, "base64").length > 5000);
    loaded.dispose();
  });

  for (const target of ["end", "change", "motion"] as const) {
    it(`with an adversary draws the target "${target}" from two windows at once, and leaves no tensors behind`, async () => {
      const tensors = core().memory().numTensors;
      const made = await adversarialReconstruction(split.train, { ...network, inputs: { size: 32, stack: 2 }, target, steps: 3, skips: false, also: [{ clips: split.test, weight: 10 }], augment: { shift: 2 }, clip: 1, seed: 2 });
      assert.deepEqual(Object.keys(made.history.epochs[0]!.losses).toSorted(), ["adversarial", "discriminator", "gradient", "l1"]);
      assert.equal(made.encoder.inputs.channels, 4);
      assert.equal(made.history.steps, 3);
      made.dispose();
      assert.equal(core().memory().numTensors, tensors);
    });
  }

  it("draws what changed for a decoder that is given the first picture, keeps that, and its encoder sees events alone", async () => {
    const given = { ...network, adversarial: false, inputs: { size: 16, stack: 3 }, target: "change", firstPicture: true, distance: "l2", seed: 2, validation: split.validation! } as const;
    const made = await adversarialReconstruction(split.train, { ...given, epochs: 4, learningRate: 0.005, dropout: 0 });
    const { epochs } = made.history;
    assert.ok(epochs.at(-1)!.losses["l2"]! < 0.8 * epochs[0]!.losses["l2"]!, JSON.stringify(epochs));
    assert.deepEqual(Object.keys(epochs[0]!.validation!), ["l2", "psnr"]);
    assert.deepEqual(made.samples.columns, ["first picture", "events", "drawn", "true", "mean change"]);
    assert.deepEqual([...made.encoder.parameters.keys()].filter((name) => !/^(e[123]|bottleneck)\./.test(name)), []);
    assert.deepEqual(made.encoder.parameters.get("e1.conv.weight")!.shape, [4, 6, 4, 4]);
    const path = join(folder, "given.safetensors");
    await made.save(path);
    const loaded = await loadReconstruction(path);
    assert.deepEqual(loaded.encoder, made.encoder);
    assert.match(loaded.toString(), /the mean change: PSNR/);
    // The decoder uses the picture: another one, another drawing.
    const tf = core();
    const drawn = [0.5, -0.5].map((grey) => tf.tidy(() => loaded.generator.forward(tf.zeros([1, 16, 16, 6]), {}, tf.tensor4d(new Float32Array(256).map(() => grey), [1, 16, 16, 1])).dataSync()));
    assert.notDeepEqual(drawn[0], drawn[1]);
    assert.throws(() => loaded.generator.forward(tf.zeros([1, 16, 16, 6])), /a picture beside the input/);
    for (const one of [made, loaded]) one.dispose();
    await assert.rejects(adversarialReconstruction(split.train, { ...given, steps: 1, skips: true }), (error) => isEvtlabError(error, "OptionError") && /firstPicture/.test(error.message));
    await assert.rejects(adversarialReconstruction(split.train, { ...given, steps: 1, distance: "l3" as "l2" }), /l1 or l2/);
  });

  const fit = (options: TransferOptions, encoder = options.mode === "scratch" ? undefined : plain.encoder): Promise<Fitted> => {
    const { channels: _, inputs: __, ...with_ } = { ...network, ...options };
    return transfer(encoder, encoder ? with_ : { ...network, ...options }).fit({ split, classes: faces.classes, seed: 4 });
  };
  const short = { epochs: 2, recurrent: { frames: 2, units: 8 }, hidden: 8 } as const;

  for (const options of [{ mode: "scratch", ...short }, { mode: "linear", layer: 3, ...short }, { mode: "linear", parity: true, ...short }, { mode: "finetune", warmUp: 2, clip: 1, standardise: true, ...short }, { mode: "finetune", recurrent: false, epochs: 1 }] as const) {
    it(`classifies in mode ${JSON.stringify(options)}, the same again for the same seed, and leaves no tensors behind`, async () => {
      const tensors = core().memory().numTensors;
      const first = await fit(options);
      checkPredictions("test", first.test, faces.classes, split.test);
      assert.equal(core().memory().numTensors, tensors);
      assert.equal(first.epochs!.length, options.epochs);
      const again = await fit(options);
      assert.deepEqual(again.test, first.test);
      assert.deepEqual(again.epochs, first.epochs);
    });
  }

  it("stopped while it classifies goes on to the same judgements", async () => {
    const checkpoints = join(folder, "fits");
    const options = { mode: "finetune", ...short, epochs: 3, checkpoints } as const;
    const expected = await fit({ ...options, checkpoints: join(folder, "others") });
    const abort = new AbortController();
    const { channels: _, inputs: __, ...shared } = { ...network, ...options };
    const method = transfer(plain.encoder, shared);
    const task = { split, classes: faces.classes, seed: 4 };
    await assert.rejects(method.fit({ ...task, signal: abort.signal, onProgress: ({ what, done }) => what === "epoch" && done === 2 && abort.abort(new Error("stopped")) }), /stopped/);
    const resumed = await method.fit(task);
    assert.deepEqual(resumed.epochs, expected.epochs);
    assert.deepEqual(resumed.test, expected.test);
    await rm(checkpoints, { recursive: true });
  });

  it("brings its controls, and refuses what does not fit", async () => {
    const { controls } = transfer(plain.encoder, { mode: "finetune", layer: 3 });
    assert.deepEqual(controls!.map(({ name, settings }) => [name, settings["mode"], settings["encoder"], settings["layer"]]), [["scratch", "scratch", null, 3], ["random frozen", "linear", null, 3]]);
    assert.equal(transfer(undefined, { mode: "scratch" }).controls!.length, 0);
    assert.throws(() => transfer(undefined, { mode: "finetune" }), /scratch or linear/);
    assert.throws(() => transfer(plain.encoder, { mode: "scratch" }), /encoder/);
    assert.throws(() => transfer(plain.encoder, { mode: "linear", inputs: { representation: "voxel:bins=5" } }), /that of the encoder, count/);
    assert.throws(() => transfer(plain.encoder, { mode: "linear", layer: 9 }), /from 1 to 4/);
    assert.throws(() => transfer(plain.encoder, { mode: "linear", layers: 9 } as never), /"layers"/);
    await assert.rejects(transfer(plain.encoder, { mode: "linear" }).fit({ split, classes: ["joy"], seed: 1 }), (error) => isEvtlabError(error, "DataError"));
  });
});
