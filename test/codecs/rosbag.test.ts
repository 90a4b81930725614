import assert from "node:assert/strict";
import fc from "fast-check";
import { openRecording, readEvents } from "../../src/codecs/index.js";
import type { EventTable } from "../../src/events/index.js";
import { bagFile, eventMessage, imageMessage, imuMessage, type BagMessage } from "./bag-file.js";
import { collect } from "./collect.js";
import { columnsOf, tables } from "./random.js";

const events = (table: EventTable, length: number, topic = "/dvs/events"): BagMessage[] =>
  Array.from({ length: Math.ceil(table.length / length) }, (_, i) => ({
    topic,
    type: "dvs_msgs/EventArray",
    data: eventMessage(table.slice(i * length, (i + 1) * length), table.sensor),
  }));

describe("rosbag", () => {
  for (const compression of ["none", "lz4"] as const) {
    it(`reads the events of bags packed as ${compression} on both devices`, async () => {
      await fc.assert(
        fc.asyncProperty(tables.filter(({ length }) => length > 0), async (table) => {
          const bytes = bagFile(events(table, 50), { compression });
          for (const device of ["cpu", "wasm"] as const) {
            const read = await readEvents(bytes, { device });
            assert.deepEqual(columnsOf(read), columnsOf(table));
            assert.deepEqual(read.sensor, table.sensor);
          }
        }),
        { numRuns: 30, seed: 41 },
      );
    });
  }

  const [table] = fc.sample(tables, { numRuns: 20, seed: 42 }).filter(({ length }) => length > 150);

  it("takes the first topic with events, or the one that is named, and says so", async () => {
    const bytes = bagFile([...events(table.slice(0, 50), 50, "/left"), ...events(table.slice(50, 90), 50, "/right")]);
    const left = await readEvents(bytes);
    assert.equal(left.length, 50);
    assert.match(left.provenance.assumptions.join(), /only \/left is read; name another one with `camera`: \/right/);
    assert.equal((await readEvents(bytes, { camera: "/right" })).length, 40);
    await assert.rejects(readEvents(bytes, { camera: "/up" }), /events on the topic \/up/);
  });

  it("gives images in RGB, whatever their order and padding, and samples in SI units", async () => {
    const pixels = Buffer.of(1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0);
    const imu = Array.from({ length: 37 }, (_, i) => i);
    const bytes = bagFile([
      ...events(table.slice(0, 5), 5),
      { topic: "/image", type: "sensor_msgs/Image", data: imageMessage(5_000_001n, 2, 2, "bgr8", 8, pixels) },
      { topic: "/imu", type: "sensor_msgs/Imu", data: imuMessage(6_000_002n, imu) },
    ]);
    await using recording = await openRecording(bytes);
    const frames = await collect(recording.frames());
    assert.deepEqual(frames, [{ t: 5_000_001n, width: 2, height: 2, channels: 3, data: Uint8Array.of(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10) }]);
    const [sample] = await collect(recording.imu());
    assert.deepEqual(sample, { t: BigInt64Array.of(6_000_002n), rotation: Float32Array.of(13, 14, 15), acceleration: Float32Array.of(25, 26, 27) });
  });

  it("refuses what it cannot read and what lies, with a sentence", async () => {
    await assert.rejects(readEvents(bagFile(events(table, 50), { compression: "bz2" })), /packed with bz2. Run `rosbag decompress FILE` first/);
    await assert.rejects(readEvents(bagFile([{ topic: "/t", type: "std_msgs/String", data: Buffer.alloc(4) }])), /a topic of type dvs_msgs\/EventArray.*got \/t \(std_msgs\/String\)/);
    const lying = eventMessage(table.slice(0, 5), table.sensor);
    lying.writeUInt32LE(0xffffffff, 27);
    await assert.rejects(readEvents(bagFile([{ ...events(table, 5)[0], data: lying }])), /a message of \d+ bytes that says it has/);
    const counts = bagFile(events(table, 50));
    const at = counts.indexOf("chunk_count=") + 12;
    counts.writeUInt32LE(0xffffffff, at);
    await assert.rejects(readEvents(counts), { tag: "DecodeError" });
    await assert.rejects(readEvents(bagFile(events(table, 50)).subarray(0, 4500)), { tag: "DecodeError" });
  });
});
