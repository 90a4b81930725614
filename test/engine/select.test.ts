import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { currentEngine, engines, engineNames, selectEngine, tensorFrom, type EngineName } from "../../src/engine/index.js";
import { isEvtlabError } from "../../src/errors.js";
import type { Tensor4D } from "@tensorflow/tfjs-core";

describe("engines", () => {
  it("lists all of them in the order of auto, and says how to add what is missing", () => {
    const found = engines();
    assert.deepEqual(found.map(({ name }) => name), [...engineNames]);
    for (const { name, available, version, missing } of found) {
      assert.equal(available, version !== undefined);
      assert.equal(available, missing === undefined);
      if (missing !== undefined) assert.match(missing, new RegExp(`evtlab engine install ${name}$`));
    }
    assert.ok(found.find(({ name }) => name === "wasm")!.available);
  });

  it("refuses an unknown one, and names the command for one that is not installed", async () => {
    assert.throws(() => void selectEngine("abacus" as EngineName), (error) => isEvtlabError(error, "OptionError"));
    const absent = engines().find(({ available }) => !available);
    if (absent === undefined) return;
    await selectEngine("cpu");
    await assert.rejects(selectEngine(absent.name), (error) => isEvtlabError(error, "MissingError") && error.message.includes("evtlab engine install"));
    assert.equal((await currentEngine()).name, "cpu", "the engine before it stays in use");
  });

  for (const name of engineNames) {
    it(`gives on ${name} the tensors, convolution and gradient of the cpu engine`, async function () {
      const status = engines().find((engine) => engine.name === name)!;
      if (!status.available) {
        console.log(`      skipped: ${status.missing}`);
        this.skip();
      }
      this.timeout(60000);
      const expected = await convolution("cpu");
      const actual = await convolution(name);
      assert.equal((await currentEngine()).name, name);
      assert.equal(actual.length, expected.length);
      actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) <= 1e-5, `${i}: ${value} instead of ${expected[i]}`));
    });
  }

  it("wasm leaves what nobody caught to the program: one with a listener of its own lives on", function () {
    this.timeout(60_000);
    const program = `import { selectEngine } from "./src/engine/index.ts";
      process.on("uncaughtException", ({ message }) => console.log("caught", message));
      await selectEngine("wasm");
      setTimeout(() => { throw new Error("late"); }, 0);
      setTimeout(() => console.log("alive"), 100);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", "--input-type=module", "-e", program], { encoding: "utf8" });
    assert.equal(stdout, "caught late\nalive\n", stderr);
  });

  after(() => selectEngine("wasm"));
});

/** y, dx and dw of a strided convolution, one after another. */
async function convolution(name: EngineName): Promise<number[]> {
  const { tf } = await selectEngine(name);
  const wave = (length: number, step: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i * step));
  const x = (await tensorFrom(wave(2 * 8 * 10 * 3, 0.7), [2, 8, 10, 3])) as Tensor4D;
  const w = (await tensorFrom(wave(4 * 4 * 3 * 5, 1.3), [4, 4, 3, 5])) as Tensor4D;
  assert.equal(x.dtype, "float32");
  const results = tf.tidy(() => {
    const forward = (a: Tensor4D, b: Tensor4D): Tensor4D => tf.conv2d(a, b, 2, "same");
    const y = forward(x, w);
    return [y, ...tf.grads((a, b) => forward(a as Tensor4D, b as Tensor4D))([x, w], tf.onesLike(y))];
  });
  const values = results.flatMap((tensor) => [...tensor.dataSync()]);
  tf.dispose([x, w, ...results]);
  return values;
}
