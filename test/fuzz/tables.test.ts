/** Bit flips, cuts and splices of tables in files, most of them where the structure is: events or a tagged error, quickly. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { readEvents, writeEvents, type WriteOptions } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/index.js";
import { sortByTime } from "../../src/events/sort.js";
import { memorySink } from "../codecs/memory-sink.js";
import { tables } from "../codecs/random.js";

const seed = 20261122;
/** How to write each, and how many mutations: files that take longer to read get fewer. */
const formats: Readonly<Record<string, WriteOptions & { count: number; gzip?: boolean }>> = {
  "prophesee-hdf5": { format: "prophesee-hdf5", count: 500 },
  "prophesee-hdf5 gzip": { format: "prophesee-hdf5", compression: "gzip", count: 200 },
  "dsec-hdf5": { format: "dsec-hdf5", count: 500 },
  "event-utils-hdf5": { format: "event-utils-hdf5", count: 300 },
  "v2e-hdf5": { format: "v2e-hdf5", shift: true, count: 300 },
  npz: { format: "npz", count: 600 },
  "npz packed": { format: "npz", compression: "gzip", count: 200 },
  text: { format: "text", count: 600 },
  "text in gz": { format: "text", count: 200, gzip: true },
  arrow: { format: "arrow", count: 600 },
  parquet: { format: "parquet", count: 120 },
};

describe("mutated tables", () => {
  const found = fc.sample(tables, { numRuns: 200, seed: 21 }).find(({ t, length }) => length > 200 && t[length - 1] - t[0] < 1n << 31n)!;
  const table = new EventTable(sortByTime(found), { ...found });
  const files: Record<string, Buffer> = {};

  before(async () => {
    for (const [name, { count: _, gzip, ...options }] of Object.entries(formats)) {
      const sink = memorySink();
      await writeEvents(options.format === "prophesee-hdf5" || options.format?.endsWith("hdf5") ? table.slice(0, 300) : table, sink, options);
      files[name] = gzip ? gzipSync(sink.bytes()) : Buffer.from(sink.bytes());
    }
  });

  for (const [name, { count }] of Object.entries(formats)) {
    it(`${name}: ${count} mutations end in events or a tagged error`, async function () {
      this.timeout(60_000);
      const random = xoroshiro128plus(seed);
      const below = (n: number) => uniformInt(random, 0, n - 1);
      let read = 0;
      let refused = 0;
      for (let i = 0; i < count; i++) {
        const bytes = mutate(files[name], Object.values(files), below);
        const start = performance.now();
        try {
          const events = await readEvents(bytes, { onError: i % 2 === 0 ? "skip" : "stop" });
          assert.ok(events.x.every((x) => x < events.sensor.width) && events.y.every((y) => y < events.sensor.height));
          assert.ok(events.p.every((p) => p <= 1));
          read++;
        } catch (error) {
          assert.ok(isEvtlabError(error), `mutation ${i}: ${error instanceof Error ? error.stack : String(error)}`);
          refused++;
        }
        assert.ok(performance.now() - start < 5000, `mutation ${i} took more than five seconds`);
      }
      // The checksum of gzip tells nearly every mutation.
      assert.ok((read > 0 || formats[name].gzip) && refused > 0, `${read} read, ${refused} refused`);
      assert.ok(process.memoryUsage.rss() < 1e9, "more than 1 GB of memory");
    });
  }
});

function mutate(base: Buffer, others: readonly Buffer[], below: (n: number) => number): Buffer {
  const bytes = Buffer.from(base);
  // The directories of these formats lie at the ends.
  const spot = () => {
    const near = Math.min(bytes.length, 6000);
    return [below(bytes.length), below(Math.min(near, 700)), bytes.length - 1 - below(near), bytes.length - 1 - below(near)][below(4)];
  };
  switch (below(5)) {
    case 0:
      return bytes.subarray(0, below(bytes.length));
    case 1: {
      const [a, b] = [spot(), spot()].sort((one, other) => one - other);
      return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]);
    }
    case 2: {
      const other = others[below(others.length)];
      return Buffer.concat([bytes.subarray(0, spot()), other.subarray(below(other.length))]);
    }
    default:
      for (let flips = 1 + below(8); flips > 0; flips--) {
        const at = spot();
        if (below(3) === 0) bytes[at] = [0, 255, 127, 128][below(4)];
        else bytes[at] ^= 1 << below(8);
      }
      return bytes;
  }
}
