import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as engine from "../../src/engine/index.js";
import { isEvtlabError } from "../../src/errors.js";
import * as models from "../../src/models/index.js";
import { writeWhole } from "../../src/bytes/index.js";
import * as train from "../../src/train/index.js";
import { epochOrder, stepsPerEpoch } from "../../src/train/order.js";
import { tiny } from "./tiny.js";

const library = { train, models, engine };
const base = { seed: 3, batch: 8, show: false } as const;

describe("the training loop", () => {
  let folder = "";
  before(() => engine.selectEngine("wasm"));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "evtlab-train-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const weights = async (parameters: models.ParameterSet): Promise<Record<string, number[]>> => Object.fromEntries([...(await parameters.state())].map(([name, { data }]) => [name, [...data]]));

  it("learns, and leaves no tensors behind", async () => {
    const tensors = engine.core().memory().numTensors;
    const { task, parameters, optimiser } = tiny(library);
    const run = await train.train(task, { ...base, epochs: 30 });
    assert.equal(run.steps, 30 * 6);
    assert.equal(run.epochs.length, 30);
    assert.ok(run.epochs.at(-1)!.losses["square"]! < 0.5 * run.epochs[0]!.losses["square"]!, JSON.stringify(run.epochs.map(({ losses }) => losses["square"])));
    parameters.dispose();
    optimiser.dispose();
    assert.equal(engine.core().memory().numTensors, tensors);
  });

  it("draws each sample of a source once an epoch, and mixes sources by their weights", () => {
    const plain = epochOrder([{ length: 7 }], 1, 0);
    assert.deepEqual(plain.map(({ index }) => index).toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6]);
    assert.notDeepEqual(plain, epochOrder([{ length: 7 }], 1, 1));
    assert.deepEqual(plain, epochOrder([{ length: 7 }], 1, 0));
    const mixed = epochOrder([{ length: 40, weight: 1 }, { length: 10, weight: 1 }], 1, 0);
    assert.equal(mixed.filter(({ source }) => source === 0).length, 25);
    const few = mixed.filter(({ source }) => source === 1).map(({ index }) => index);
    for (let i = 0; i < 10; i++) assert.ok([2, 3].includes(few.filter((index) => index === i).length));
    assert.equal(stepsPerEpoch([{ length: 5 }], 8), 1);
  });

  it("stopped in the middle of an epoch goes on to the weights of a run that was not, bit for bit", async () => {
    const whole = tiny(library);
    const expected = await train.train(whole.task, { ...base, epochs: 5, monitor: { measure: "score", better: "higher" } });
    const checkpoints = { folder, every: 4 };
    let stops = 0;
    for (const stopAt of [3, 9, 10, 21, Infinity]) {
      const part = tiny(library);
      const abort = new AbortController();
      const running = train.train(part.task, { ...base, epochs: 5, checkpoints, logEvery: 1, monitor: { measure: "score", better: "higher" }, signal: abort.signal, onProgress: ({ step }) => step === stopAt && abort.abort(new Error("stopped")) });
      if (stopAt < Infinity) {
        await assert.rejects(running, /stopped/);
        stops++;
      } else {
        const run = await running;
        assert.deepEqual(await weights(part.parameters), await weights(whole.parameters));
        assert.deepEqual([run.best!.epoch, run.best!.value], [2, 0.5]);
        assert.deepEqual(run.best!.weights, expected.best!.weights);
        assert.deepEqual(run.epochs.map(({ losses }) => losses), expected.epochs.map(({ losses }) => losses));
        assert.deepEqual(run.points.map(({ step }) => step), Array.from({ length: 30 }, (_, i) => i + 1));
      }
    }
    assert.equal(stops, 4);
    const files = await readdir(folder);
    assert.equal(files.filter((name) => name.startsWith("step-")).length, 2);
    assert.deepEqual(files.filter((name) => name.startsWith("best-")), ["best-epoch-00002.safetensors"]);
    const lines = (await readFile(join(folder, "metrics.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as { step: number; epoch?: number });
    assert.deepEqual(lines.filter(({ epoch }) => epoch === undefined).map(({ step }) => step), Array.from({ length: 30 }, (_, i) => i + 1));
    assert.deepEqual(lines.filter(({ epoch }) => epoch !== undefined).map(({ epoch }) => epoch), [1, 2, 3, 4, 5]);
    // A finished run is not trained again, and a longer one goes on.
    const again = tiny(library);
    assert.equal((await train.train(again.task, { ...base, epochs: 5, checkpoints, monitor: { measure: "score", better: "higher" } })).steps, 30);
    assert.deepEqual(await weights(again.parameters), await weights(whole.parameters));
  });

  it("passes over a damaged checkpoint, and refuses those of another training", async () => {
    const checkpoints = { folder, every: 2 };
    await train.train(tiny(library).task, { ...base, epochs: 1, checkpoints, settings: { rate: 0.01 } });
    const newest = (await readdir(folder)).filter((name) => name.startsWith("step-")).toSorted().at(-1)!;
    await assert.rejects(train.train(tiny(library).task, { ...base, epochs: 1, checkpoints, settings: { rate: 0.1 } }), (error) => isEvtlabError(error, "TrainingError") && /rate 0.1.*rate 0.01/.test(error.message));
    await writeFile(join(folder, newest), "damaged");
    const expected = tiny(library);
    const mended = tiny(library);
    await train.train(expected.task, { ...base, epochs: 2 });
    await train.train(mended.task, { ...base, epochs: 2, checkpoints, settings: { rate: 0.01 } });
    assert.deepEqual(await weights(mended.parameters), await weights(expected.parameters));
  });

  it("stops at a loss that is not a number, with the step, the term and the last good checkpoint, and weights that are still good", async () => {
    const { task, parameters } = tiny(library, { spoil: 13, clip: 1 });
    await assert.rejects(train.train(task, { ...base, epochs: 5, checkpoints: { folder, every: 6 } }), (error) => {
      assert.ok(isEvtlabError(error, "TrainingError"));
      assert.deepEqual([error.step, error.term], [13, "square"]);
      assert.match(error.checkpoint!, /step-000000012/);
      assert.match(error.message, /step 14, epoch 3: expected losses that are numbers, got square NaN. Try a lower learning rate/);
      return true;
    });
    assert.ok((await parameters.state()).get("a.weight")!.data.every(Number.isFinite));
  });

  it("on a full disk makes room with old checkpoints, else names the last good one and where to go on", async () => {
    let room = 3;
    const write: typeof writeWhole = async (path, parts) => {
      const held = (await readdir(folder)).filter((name) => name.startsWith("step-")).length;
      if (held >= room) throw new Error("ENOSPC: no space left on device, write");
      await writeWhole(path, parts);
    };
    await train.train(tiny(library).task, { ...base, epochs: 2, checkpoints: { folder, every: 2, keep: 5, write } });
    assert.equal((await readdir(folder)).filter((name) => name.startsWith("step-")).length, 3);
    room = 0;
    await assert.rejects(train.train(tiny(library).task, { ...base, epochs: 3, checkpoints: { folder, every: 2, keep: 5, write } }), (error) => {
      assert.ok(isEvtlabError(error, "SourceError"));
      assert.match(error.message, /ENOSPC.*Free some space and run the same again: it goes on from .*step-0000000\d\d\.safetensors/);
      return true;
    });
    room = 9;
    const [expected, mended] = [tiny(library), tiny(library)];
    await train.train(expected.task, { ...base, epochs: 3 });
    await train.train(mended.task, { ...base, epochs: 3, checkpoints: { folder, write } });
    assert.deepEqual(await weights(mended.parameters), await weights(expected.parameters));
  });

  it("keeps a checkpoint when a batch cannot be read", async () => {
    const { task } = tiny(library);
    const broken: typeof task = { ...task, batch: (samples, context) => (context.step === 7 ? Promise.reject(new Error("frame_0007.png is damaged")) : task.batch(samples, context)) };
    await assert.rejects(train.train(broken, { ...base, epochs: 2, checkpoints: folder }), /frame_0007/);
    assert.ok((await readdir(folder)).includes("step-000000007.safetensors"));
  });

  it("ends when validation was not better for as many epochs as patience has", async () => {
    const run = await train.train(tiny(library).task, { ...base, epochs: 8, monitor: { measure: "score", better: "higher" }, patience: 2 });
    assert.deepEqual([run.stopped, run.epochs.length, run.best!.epoch], ["patience", 4, 2]);
  });

  it("refuses options that it does not have or that do not fit", async () => {
    const { task } = tiny(library);
    await assert.rejects(train.train(task, { ...base, epoch: 3 } as never), /"epoch"/);
    await assert.rejects(train.train(task, { ...base }), /expected epochs or steps, got neither/);
    await assert.rejects(train.train(task, { ...base, epochs: 1, patience: 1 }), /monitor/);
    await assert.rejects(train.train({ ...task, sources: [{ length: 0 }] }, { ...base, epochs: 1 }), /samples/);
    await assert.rejects(train.train(task, { ...base, epochs: 1, monitor: { measure: "other", better: "lower" } }), /score/);
  });
});
