import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { readEvents, writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { simulateVideo } from "../../src/simulate/index.js";
import { rows } from "../events/random-table.js";
import { bar } from "../simulate/bar.js";
import { evtlab, main } from "./evtlab.js";

describe("evtlab simulate", function () {
  this.timeout(60_000);
  let folder: string;
  let pictures: string;
  before(async () => {
    assert.ok(existsSync(main), "build first: npm run build");
    folder = await mkdtemp(join(tmpdir(), "evtlab-simulate-"));
    pictures = await mkdtemp(join(folder, "pictures-"));
    for (const [n, { data, width, height }] of bar(6).entries()) {
      await writeFile(join(pictures, `${n}.png`), encode({ width, height, data: Uint8Array.from(data), channels: 1, depth: 8 }));
    }
  });
  after(() => rm(folder, { recursive: true }));

  it("writes what the library makes, in the format of the ending, and replaces nothing unasked", async () => {
    const expected = await simulateVideo(pictures, { rate: 100, threshold: { on: 0.15, off: 0.2 }, preset: "noisy", from: "10ms", size: { width: 40, height: 19 }, seed: 5 }).table();
    for (const out of ["bar.raw", "bar.es"]) {
      const path = join(folder, out);
      const flags = ["--rate", "100", "--threshold", "0.15,0.2", "--preset", "noisy", "--from", "10ms", "--size", "40x19", "--seed", "5"];
      const { code, stdout, stderr } = await evtlab("simulate", pictures, path, ...flags);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`${expected.length.toLocaleString("en")} events of 5 pictures, 0\\.040 s, 40x19`));
      assert.deepEqual(rows(await readEvents(path)), rows(expected));
      const again = await evtlab("simulate", pictures, path, ...flags);
      assert.equal(again.code, 2);
      assert.match(again.stderr, /--force/);
    }
  });

  it("a file that is no video gets a sentence: what was expected, what came, what to do", async () => {
    await writeFile(join(folder, "notes.txt"), "hello, this is text");
    await writeFile(join(folder, "noise.mp4"), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)));
    await writeFile(join(folder, "empty.mp4"), "");
    for (const name of ["notes.txt", "noise.mp4", "empty.mp4"]) {
      const { code, stdout, stderr } = await evtlab("simulate", join(folder, name), join(folder, "x.raw"));
      assert.deepEqual([code, stdout], [1, ""], name);
      assert.match(stderr, /^(SourceError|FormatError): .*: expected a (video|file).*, got .*\. Give a video that a player plays, or a folder of PNG or JPEG pictures\.\n$/);
    }
    // A recording is told apart, also those that FFmpeg takes for raw pictures.
    for (const name of ["events.raw", "events.dat", "events.csv.gz", "events.aedat4"]) {
      await writeEvents(EventTable.from({ t: BigInt64Array.of(1n, 2n), x: Uint16Array.of(1, 2), y: Uint16Array.of(1, 2), p: Uint8Array.of(1, 0) }), join(folder, name));
      const { code, stderr } = await evtlab("simulate", join(folder, name), join(folder, "x.raw"));
      assert.equal(code, 1, name);
      assert.match(stderr, /^FormatError: .*: expected a video file, or a folder of PNG or JPEG pictures, got a recording of events \(.*\)\. `evtlab play .*` shows it, and `evtlab convert .*\n$/, name);
    }
    assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith("x.raw")), []);
  });

  it("bad flags exit 2, and a folder that ends badly leaves no file", async () => {
    assert.equal((await evtlab("simulate", pictures, join(folder, "x.raw"), "--model", "dvs")).code, 2);
    assert.equal((await evtlab("simulate", pictures, join(folder, "x.raw"), "--threshold", "1,2,3")).code, 2);
    const wrong = await evtlab("simulate", pictures, join(folder, "x.raw"), "--rate", "100", "--model", "esim", "--cutoff", "30");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /esim.*cutoff/);
    await writeFile(join(pictures, "99.png"), "no picture");
    const broken = await evtlab("simulate", pictures, join(folder, "x.raw"), "--rate", "100");
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /^FormatError: .*99\.png/);
    assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith("x.raw")), []);
  });
});
