import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { isEvtlabError } from "../../src/errors.js";
import { build, eventCount, Grid, mixedDensityStack, voxelGrid, type Representation } from "../../src/represent/index.js";
import { movingEdges } from "../../src/simulate/index.js";
import { readSafetensors } from "../golden/safetensors.js";

describe("represent: grids in files", () => {
  const events = movingEdges({ events: 5000, width: 32, height: 24, seed: 5 });
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "evtlab-grids-"))));
  after(() => rm(folder, { recursive: true }));

  const several: readonly Representation[] = [voxelGrid({ bins: 5 }), eventCount(), mixedDensityStack()];
  for (const representation of several) {
    for (const ending of ["npz", "safetensors"]) {
      it(`${representation.id} comes back from .${ending} as it was`, async () => {
        const grid = await build(events, representation);
        const path = join(folder, `grid.${ending}`);
        await grid.save(path);
        const loaded = await Grid.load(path);
        assert.deepEqual(loaded.data, grid.data);
        assert.deepEqual([loaded.shape, loaded.channels, loaded.window, loaded.representation], [grid.shape, grid.channels, grid.window, grid.representation]);
      });
    }
  }
  it("writes safetensors that another reader reads", async () => {
    const grid = await build(events, voxelGrid({ bins: 2 }));
    await grid.save(join(folder, "other.safetensors"));
    const { data, shape } = readSafetensors(join(folder, "other.safetensors")).get("grid")!;
    assert.deepEqual(data, grid.data);
    assert.deepEqual(shape, grid.shape);
  });
  it("writes npz that NumPy opens, without pickles", async function () {
    const python = process.env["EVTLAB_NUMPY_PYTHON"] ?? "python3";
    try {
      execFileSync(python, ["-c", "import numpy"], { stdio: "ignore" });
    } catch {
      console.log(`      skipped: ${python} has no numpy; name one that has in EVTLAB_NUMPY_PYTHON`);
      this.skip();
    }
    const grid = await build(events, voxelGrid({ bins: 3 }));
    const path = join(folder, "numpy.npz");
    await grid.save(path);
    const script =
      "import numpy, sys, json; f = numpy.load(sys.argv[1]); g = f['grid']; " +
      "print(json.dumps([list(g.shape), str(g.dtype), float(g.sum(dtype='f8')), f['channels'].tolist(), f['window'].tolist(), str(f['representation'])]))";
    const [shape, type, sum, channels, window, id] = JSON.parse(execFileSync(python, ["-c", script, path], { encoding: "utf8" }));
    assert.deepEqual([shape, type, channels, id], [[24, 32, 3], "float32", ["bin 0", "bin 1", "bin 2"], grid.representation]);
    assert.deepEqual(window.map(BigInt), [grid.window.from, grid.window.to]);
    assert.ok(Math.abs(sum - grid.data.reduce((total, value) => total + value, 0)) < 1e-6);
  });
  it("writes the picture that a notebook shows", async () => {
    await (await build(events, eventCount())).save(join(folder, "picture.png"));
    const { width, height } = decode(await readFile(join(folder, "picture.png")));
    assert.deepEqual([width, height], [32 * 2 + 2, 24]);
  });
  it("refuses other endings, and files that are no grids, with a sentence", async () => {
    const grid = await build(events, eventCount());
    await assert.rejects(grid.save(join(folder, "grid.tiff")), (error) => isEvtlabError(error, "FormatError"));
    await assert.rejects(Grid.load(join(folder, "missing.npz")), (error) => isEvtlabError(error, "SourceError"));
    for (const name of ["bad.npz", "bad.safetensors"]) {
      await writeFile(join(folder, name), Buffer.from("no grid at all, but some bytes"));
      await assert.rejects(Grid.load(join(folder, name)), (error) => isEvtlabError(error, "FormatError"));
    }
  });

  describe("cache", () => {
    let builds = 0;
    const counted: Representation<Uint8Array> = {
      id: "counted",
      source: "this test",
      shape: ({ width, height }) => [height, width, 1],
      kernels: {
        cpu({ sensor: { width, height }, length }) {
          builds++;
          return { data: new Uint8Array(width * height).fill(length % 256), shape: [height, width, 1], channels: ["n"] };
        },
      },
    };
    const built = async (work: () => Promise<unknown>) => {
      const before = builds;
      await work();
      return builds - before;
    };
    const filesOf = async (cache: string) => (await readdir(cache)).map((name) => join(cache, name));

    it("keeps a grid by id, content and window, and by nothing else", async () => {
      const cache = join(folder, "keys");
      assert.equal(await built(() => build(events, counted, { cache })), 1);
      assert.equal(await built(() => build(events, counted, { cache })), 0);
      assert.equal(await built(() => build(events.slice(), counted, { cache })), 0);
      assert.equal(await built(() => build(events.slice(1), counted, { cache })), 1);
      assert.equal(await built(() => build(events, { ...counted, id: "other" }, { cache })), 1);
      assert.equal(await built(() => build(events, counted, { cache, window: { from: 0, to: 10 } })), 1);
      const grid = await build(events, counted, { cache });
      assert.deepEqual([grid.representation, grid.device, grid.shape], ["counted", "cpu", [24, 32, 1]]);
    });
    it("builds anew what is cut off, damaged or empty, and mends it", async () => {
      const cache = join(folder, "damaged");
      await build(events, counted, { cache });
      const [file] = await filesOf(cache);
      const whole = await readFile(file!);
      const flipped = Uint8Array.from(whole);
      flipped[whole.length - 3]! ^= 1;
      for (const damaged of [whole.subarray(0, 40), whole.subarray(0, -1), flipped, new Uint8Array()]) {
        await writeFile(file!, damaged);
        assert.equal(await built(() => build(events, counted, { cache })), 1);
        assert.deepEqual(await readFile(file!), whole);
      }
      assert.deepEqual(await filesOf(cache), [file]);
    });
    it("stays below its limit: what was not used for longest goes", async () => {
      const cache = { folder: join(folder, "limited"), limit: 4 * 1200 };
      const long = new Date(Date.now() - 1e6);
      for (let i = 0; i < 8; i++) {
        await build(events.slice(i), counted, { cache });
        if (i === 0) for (const file of await filesOf(cache.folder)) await utimes(file, long, long);
      }
      const sizes = await Promise.all((await filesOf(cache.folder)).map(async (file) => (await stat(file)).size));
      const total = sizes.reduce((sum, size) => sum + size, 0);
      assert.ok(total > 0 && total <= cache.limit, `${total} bytes`);
      assert.equal(await built(() => build(events.slice(7), counted, { cache })), 0);
      assert.equal(await built(() => build(events, counted, { cache })), 1);
    });
    it("ends before it begins when it is aborted", async () => {
      const signal = AbortSignal.abort(new Error("enough"));
      assert.equal(await built(() => assert.rejects(build(events, counted, { signal }), /enough/)), 0);
    });
  });
});
