// What convert carries besides events, and what it says of the rest.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRecording, writeEvents } from "../../src/codecs/index.js";
import { EventTable, type Frame } from "../../src/events/index.js";
import { crop, flip, pipeFrames } from "../../src/filters/index.js";
import { collect } from "../codecs/collect.js";
import { aedat3Recording } from "../codecs/aedat-file.js";
import { joinSamples, withoutExposures } from "../codecs/random.js";
import { evtlab, main } from "./evtlab.js";

const [width, height] = [346, 260];
const start = 1_600_000_000_000_000n;
const index = Array.from({ length: 3000 }, (_, i) => i);
const table = new EventTable(
  { t: BigInt64Array.from(index, (i) => start + BigInt(i * 100)), x: Uint16Array.from(index, (i) => i % width), y: Uint16Array.from(index, (i) => i % height), p: Uint8Array.from(index, (i) => i & 1) },
  { sensor: { width, height }, origin: start, provenance: { format: "columns", assumptions: [] }, triggers: { t: BigInt64Array.of(start + 7n), id: new Uint8Array(1), p: Uint8Array.of(1) } },
);
const frames: Frame[] = Array.from({ length: 6 }, (_, k) => {
  const from = start + BigInt(k * 50_000);
  return { t: from + 2000n, exposure: { from, to: from + 4000n }, width, height, channels: 3, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => i * 7 + k) };
});
const imu = { t: BigInt64Array.from({ length: 30 }, (_, i) => start + BigInt(i * 10_000)), acceleration: new Float32Array(90).fill(9.80665), rotation: new Float32Array(90) };
const framesOf = async (path: string): Promise<Frame[]> => {
  await using recording = await openRecording(path);
  return await collect(recording.frames());
};

describe("evtlab convert, frames and samples", function () {
  this.timeout(120_000);
  let folder: string;
  const at = (name: string): string => join(folder, name);
  before(async () => {
    assert.ok(existsSync(main), "build first: npm run build");
    folder = await mkdtemp(join(tmpdir(), "evtlab-beside-"));
    await writeEvents(table, at("talk.aedat4"), { frames, imu });
  });
  after(() => rm(folder, { recursive: true }));

  it("carries them to the formats that hold them, and says what has no place", async () => {
    const same = await evtlab("convert", at("talk.aedat4"), at("zipped.aedat4"), "--compression", "none");
    assert.deepEqual([same.code, same.stderr], [0, ""]);
    assert.match(same.stdout, /: 3,000 of 3,000 events, 1 triggers, 6 frames, 30 inertial samples\n$/);
    assert.deepEqual(await framesOf(at("zipped.aedat4")), frames);
    await using recording = await openRecording(at("zipped.aedat4"));
    assert.deepEqual(joinSamples(await collect(recording.imu())), imu);

    const hdf5 = await evtlab("convert", at("talk.aedat4"), at("talk.h5"), "--format", "event-utils-hdf5");
    assert.match(hdf5.stdout, /events, 1 triggers, 6 frames\n$/);
    assert.deepEqual(hdf5.stderr.trim().split("\n"), [
      "not kept: 1 triggers, for which event_utils HDF5 has no place",
      "not kept: start and end of the exposures: event_utils HDF5 has the time of a frame only",
      "not kept: the inertial samples, for which event_utils HDF5 has no place",
    ]);
    assert.deepEqual(await framesOf(at("talk.h5")), withoutExposures(frames));
    // And back.
    assert.deepEqual(await evtlab("convert", at("talk.h5"), at("back.aedat4")).then(({ code, stderr }) => [code, stderr]), [0, ""]);
    assert.deepEqual(await framesOf(at("back.aedat4")), withoutExposures(frames));

    const text = await evtlab("convert", at("talk.aedat4"), at("talk.csv.gz"));
    assert.equal(text.code, 0);
    assert.match(text.stderr, /not kept: the frames, for which Text and CSV has no place\nnot kept: the inertial samples, for which/);
    assert.equal((await evtlab("convert", at("talk.csv.gz"), at("again.raw"), "--shift")).code, 0, "what is packed is read again");
  });

  it("carries the frames of AEDAT 3.1, in 16 bits", async () => {
    const { bytes, frames: recorded } = aedat3Recording();
    await writeFile(at("davis.aedat"), bytes);
    const { code, stderr } = await evtlab("convert", at("davis.aedat"), at("davis.aedat4"));
    assert.deepEqual([code, stderr], [0, ""]);
    const read = await framesOf(at("davis.aedat4"));
    assert.deepEqual(read, recorded);
    assert.ok(read[0]!.data instanceof Uint16Array);
  });

  it("cuts, crops and mirrors them as the events", async () => {
    const flags = ["--from", "40ms", "--to", "160ms", "--crop", "100,50,64,48", "--filter", "flip:axis=y", "--filter", "flip:axis=x", "--filter", "flip:axis=x"];
    const { code, stdout, stderr } = await evtlab("convert", at("talk.aedat4"), at("smile.aedat4"), ...flags);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /, 3 frames\n/);
    assert.equal(stderr, 'not kept: the inertial samples, which cannot follow the filter "flip/axis=y"\n');
    const wanted = await collect(pipeFrames(frames.slice(1, 4), { width, height }, crop({ x: 100, y: 50, width: 64, height: 48 }), flip({ axis: "y" })));
    assert.deepEqual(await framesOf(at("smile.aedat4")), wanted);
  });

  it("leaves them where they cannot follow, and says why", async () => {
    const small = await evtlab("convert", at("talk.aedat4"), at("small.aedat4"), "--filter", "resize:width=86,height=65");
    assert.equal(small.code, 0);
    assert.match(small.stderr, /^not kept: the frames: .*crop and flip.*"resize\/width=86\/height=65\/rule=every"/);
    assert.match(small.stdout, /, 30 inertial samples\n/);
    await writeEvents(table, at("other.aedat4"), { frames: [{ ...frames[0]!, width: 2, height: 1, data: new Uint8Array(6) }] });
    const cropped = await evtlab("convert", at("other.aedat4"), at("cropped.aedat4"), "--crop", "0,0,9,9");
    assert.equal(cropped.code, 0);
    assert.match(cropped.stderr, /^not kept: the frames: .*expected frames of 346x260, the size of the sensor, got one of 2x1/);
  });
});
