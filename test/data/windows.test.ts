import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clipWindows, dataset, openWindows, type Dataset } from "../../src/data/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { build, parseRepresentation } from "../../src/represent/index.js";

describe("windows of clips", function () {
  this.timeout(60_000);
  let folder = "";
  let faces: Dataset;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "evtlab-windows-"));
    const difficulty = { length: [0.2, 0.25] } as const;
    faces = await dataset("eckplus", { root: join(folder, "faces"), made: { subjects: 1, width: 64, height: 48, difficulty, seed: 3, workers: 0 } });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("hold the mean of the pixels that each value covers, and the nearest pictures", async () => {
    const clip = faces.at(0);
    const { grids, shape, pictures, channels } = await clipWindows(clip, { representation: "count", size: 16, pictures: "raw", crop: "square" });
    assert.deepEqual(shape.slice(1), [16, 16, 2]);
    assert.deepEqual(channels, ["off", "on"]);
    assert.equal(pictures!.length, (shape[0] + 1) * 16 * 16);
    assert.ok(pictures!.every((value) => value >= -1 && value <= 1) && pictures!.some((value) => value > -0.5));
    // 48 × 48 pixels become 16 × 16: sums stay, but for a ninth and what the linear weights move over the border.
    const events = (await clip.events()).crop({ x: 8, y: 0, width: 48, height: 48 });
    const whole = await build(events, parseRepresentation("count"), { window: { from: 0n, to: BigInt(shape[0] * 33_333) } });
    const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum(grids) * 9 - sum(whole.data)) < 0.03 * sum(whole.data), `${sum(grids) * 9} and ${sum(whole.data)}`);
  });

  it("are cut to the face where there is a box, and normalised pictures have mean 0", async () => {
    const clip = faces.at(1);
    const face = await clipWindows(clip, { representation: "count", size: 16, pictures: "normalised" });
    const square = await clipWindows(clip, { representation: "count", size: 16 });
    assert.equal(square.pictures, undefined);
    assert.deepEqual(face.grids, square.grids);
    const mean = face.pictures!.reduce((a, b) => a + b, 0) / face.pictures!.length;
    assert.ok(Math.abs(mean) < 0.05, String(mean));
  });

  it("come from the cache the second time, and a damaged file counts as missing", async () => {
    const cache = join(folder, "cache");
    const options = { representation: "voxel:bins=3", size: 16, window: "50ms", pictures: "raw", cache } as const;
    const first = await clipWindows(faces.at(0), options);
    const [name] = await readdir(cache);
    assert.deepEqual(await clipWindows(faces.at(0), options), first);
    await writeFile(join(cache, name!), "damaged");
    assert.deepEqual(await clipWindows(faces.at(0), options), first);
    assert.equal((await readdir(cache)).length, 1);
  });

  it("of many clips stay within the memory given, and are read again", async () => {
    const options = { representation: "count", size: 16 } as const;
    const all = await openWindows(faces, options);
    const few = await openWindows(faces, { ...options, memory: 3 * 16 * 16 * 2 * 4 * Math.max(...all.counts) });
    assert.equal(few.clips.length, 7);
    assert.ok(few.scale > 0 && few.scale === all.scale);
    for (let place = 6; place >= 0; place--) {
      assert.deepEqual((await few.windows(place)).grids, (await all.windows(place)).grids);
      assert.ok(few.bytes <= 3 * 16 * 16 * 2 * 4 * Math.max(...all.counts));
    }
  });

  it("name the file that cannot be read, or pass over it when asked to", async () => {
    const root = join(folder, "broken");
    await cp(join(folder, "faces"), root, { recursive: true });
    const broken = await dataset("eckplus", { root });
    await writeFile(broken.at(2).files.events, "no events");
    const options = { representation: "count", size: 16 } as const;
    await assert.rejects(openWindows(broken, options), (error) => isEvtlabError(error, "DataError") && error.file === broken.at(2).files.events);
    const skipped: string[] = [];
    const store = await openWindows(broken, { ...options, onError: "skip", onSkip: ({ clip }) => skipped.push(clip.id) });
    assert.deepEqual([store.clips.length, ...skipped], [6, broken.at(2).id]);
  });
});
