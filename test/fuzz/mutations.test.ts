/** Bit flips, cuts and splices of small recordings end in events or a tagged error, quickly and in little memory. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { readEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/index.js";
import { aedat4File, type Packing } from "../codecs/aedat4-file.js";
import { aedat2File, aedat3File } from "../codecs/aedat-file.js";
import { bagFile, eventMessage } from "../codecs/bag-file.js";
import { memorySink } from "../codecs/memory-sink.js";
import { fitted, tables } from "../codecs/random.js";

const mutations = 2000;
/** Formats whose readers run slower, or that only differ in the packing, get fewer. */
const fewer: Readonly<Record<string, number>> = { rosbag: 800, "rosbag lz4": 500, "aedat4 written": 800, es: 1500, nmnist: 1500, aedat2: 1500, aedat3: 1500 };
/** What the content does not say. */
const options: Readonly<Record<string, { format?: string; camera?: string }>> = { nmnist: { format: "nmnist" }, aedat2: { camera: "davis346" } };
const seed = 20261121;

async function bases(): Promise<Record<string, Buffer>> {
  const table = fc.sample(tables, { numRuns: 200, seed: 21 }).find((candidate) => candidate.length > 200)!;
  const files: Record<string, Buffer> = {};
  for (const format of ["evt3", "evt2", "dat"]) {
    const sink = memorySink();
    await writeEvents(table, sink, { format });
    files[format] = Buffer.from(sink.bytes());
  }
  const packets = [table.slice(0, 70), table.slice(70, 140), table.slice(140)];
  for (const packing of ["none", "lz4", "zstd"] as Packing[]) {
    files[`aedat4 ${packing}`] = aedat4File(packets, { packing, triggers: table.triggers });
  }
  const write = async (format: string, part: EventTable) => {
    const sink = memorySink();
    await writeEvents(part, sink, { format });
    return Buffer.from(sink.bytes());
  };
  files["aedat4 written"] = await write("aedat4", table);
  files["es"] = await write("es", fitted(table, "es"));
  files["nmnist"] = await write("nmnist", fitted(table, "nmnist"));
  files["aedat2"] = aedat2File(table);
  files["aedat3"] = aedat3File(table);
  const events = packets.map((part) => ({ topic: "/events", type: "dvs_msgs/EventArray", data: eventMessage(part, part.sensor) }));
  files["rosbag"] = bagFile(events);
  files["rosbag lz4"] = bagFile(events, { compression: "lz4" });
  return files;
}

describe("mutated recordings", () => {
  for (const name of ["evt3", "evt2", "dat", "aedat4 none", "aedat4 lz4", "aedat4 zstd", "aedat4 written", "es", "nmnist", "aedat2", "aedat3", "rosbag", "rosbag lz4"]) {
    const count = fewer[name] ?? mutations;
    it(`${name}: ${count} mutations end in events or a tagged error`, async function () {
      this.timeout(60_000);
      const files = await bases();
      const base = files[name];
      const others = Object.values(files);
      const random = xoroshiro128plus(seed);
      const below = (n: number) => uniformInt(random, 0, n - 1);
      let read = 0;
      let refused = 0;
      for (let i = 0; i < count; i++) {
        const bytes = mutate(base, others, below);
        const start = performance.now();
        try {
          const events = await readEvents(bytes, { ...options[name], onError: i % 2 === 0 ? "skip" : "stop" });
          assert.ok(events instanceof EventTable);
          assert.ok(events.x.every((x) => x < events.sensor.width) && events.y.every((y) => y < events.sensor.height));
          assert.ok(events.p.every((p) => p <= 1));
          read++;
        } catch (error) {
          assert.ok(isEvtlabError(error), `mutation ${i}: ${String(error)}`);
          refused++;
        }
        assert.ok(performance.now() - start < 2000, `mutation ${i} took more than two seconds`);
      }
      // Random bytes are a valid file of a format without a header, but for its end.
      assert.ok(read > 0 && refused > 0, `${read} read, ${refused} refused`);
      assert.ok(process.memoryUsage.rss() < 1e9, "more than 1 GB of memory");
    });
  }
});

function mutate(base: Buffer, others: readonly Buffer[], below: (n: number) => number): Buffer {
  const bytes = Buffer.from(base);
  switch (below(4)) {
    case 0: // a cut at the end
      return bytes.subarray(0, below(bytes.length));
    case 1: { // a piece taken out or doubled
      const [a, b] = [below(bytes.length), below(bytes.length)];
      return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]);
    }
    case 2: { // a splice with another recording
      const other = others[below(others.length)];
      return Buffer.concat([bytes.subarray(0, below(bytes.length)), other.subarray(below(other.length))]);
    }
    default:
      for (let flips = 1 + below(16); flips > 0; flips--) bytes[below(bytes.length)] ^= 1 << below(8);
      return bytes;
  }
}
