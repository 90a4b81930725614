/** Bit flips, cuts and splices of small recordings end in events or a tagged error, quickly and in little memory. */
import assert from "node:assert/strict";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { codec, openRecording, readEvents, type OpenOptions } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { samples, type Sample } from "../codecs/samples.js";
import { counts } from "./counts.js";

/** Their directories lie at the ends of the file: most mutations are made there. */
const withDirectory = /hdf5|npz|arrow|parquet|text/;
const seed = 20261121;

describe("mutated recordings", () => {
  let files: Readonly<Record<string, Sample>>;
  before(async () => {
    files = await samples();
  });

  it("are 20,000, of every sample", () => {
    assert.ok(Object.values(counts).reduce((sum, count) => sum + count, 0) >= 20_000);
    assert.deepEqual(Object.keys(counts).toSorted(), Object.keys(files).toSorted());
  });

  for (const [name, count] of Object.entries(counts)) {
    it(`${name}: ${count} mutations end in events or a tagged error`, async function () {
      this.timeout(240_000);
      const { bytes: base, options, beside } = files[name]!;
      const others = Object.values(files).map(({ bytes }) => bytes);
      const random = xoroshiro128plus(seed);
      const below = (n: number) => uniformInt(random, 0, n - 1);
      // Other tests of the process have had their memory.
      const before = process.memoryUsage.rss();
      let read = 0;
      let refused = 0;
      for (let i = 0; i < count; i++) {
        const bytes = mutate(base, others, below, withDirectory.test(name));
        const start = performance.now();
        try {
          const events = await readEvents(bytes, { ...options, onError: i % 2 === 0 ? "skip" : "stop" });
          assert.ok(events.x.every((x) => x < events.sensor.width) && events.y.every((y) => y < events.sensor.height));
          assert.ok(events.p.every((p) => p <= 1));
          if (beside) await readBeside(bytes, { ...options, onError: i % 2 === 0 ? "skip" : "stop" });
          read++;
        } catch (error) {
          assert.ok(isEvtlabError(error), `mutation ${i}: ${error instanceof Error ? error.stack : String(error)}`);
          refused++;
        }
        assert.ok(performance.now() - start < 5000, `mutation ${i} took more than five seconds`);
      }
      // The checksum of gzip tells nearly every mutation.
      assert.ok((read > 0 || name === "text in gz") && refused > 0, `${read} read, ${refused} refused`);
      assert.ok(process.memoryUsage.rss() - before < 1e9, "more than 1 GB of memory");
    });
  }
});

/** Frames are as large as they say, and samples have three values each. */
async function readBeside(bytes: Uint8Array, options: OpenOptions): Promise<void> {
  await using recording = await openRecording(bytes, options);
  const { frames, imu } = await codec(recording.info.format);
  if (frames) for await (const { width, height, channels, data } of recording.frames()) assert.equal(data.length, width * height * channels);
  if (imu) for await (const { t, acceleration, rotation } of recording.imu()) assert.deepEqual([acceleration.length, rotation.length], [3 * t.length, 3 * t.length]);
}

function mutate(base: Buffer, others: readonly Buffer[], below: (n: number) => number, nearEnds: boolean): Buffer {
  const bytes = Buffer.from(base);
  const spot = () => {
    if (!nearEnds) return below(bytes.length);
    const last = bytes.length - 1 - below(Math.min(bytes.length, 6000));
    return [below(bytes.length), below(Math.min(bytes.length, 700)), last, last][below(4)]!;
  };
  switch (below(4)) {
    case 0: // a cut at the end
      return bytes.subarray(0, below(bytes.length));
    case 1: { // a piece taken out or doubled
      const [a, b] = [spot(), spot()];
      return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]);
    }
    case 2: { // a splice with another recording
      const other = others[below(others.length)]!;
      return Buffer.concat([bytes.subarray(0, spot()), other.subarray(below(other.length))]);
    }
    default:
      for (let flips = 1 + below(16); flips > 0; flips--) {
        const at = spot();
        if (below(3) === 0) bytes[at] = [0, 255, 127, 128][below(4)]!;
        else bytes[at]! ^= 1 << below(8);
      }
      return bytes;
  }
}
