/** Frames and inertial samples as they are written, by the formats that hold them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { codec, codecNames, openRecording, readEvents, writeEvents, type WriteOptions } from "../../src/codecs/index.js";
import { EventTable, type Frame, type ImuColumns } from "../../src/events/index.js";
import { aedat3Recording } from "./aedat-file.js";
import { bagFile, eventMessage, imageMessage } from "./bag-file.js";
import { collect } from "./collect.js";
import { memorySink } from "./memory-sink.js";
import { columnsOf, joinSamples, pictures, samples, tables, withoutExposures } from "./random.js";

async function written(table: EventTable, options: WriteOptions): Promise<Buffer> {
  const sink = memorySink();
  await writeEvents(table, sink, options);
  return Buffer.from(sink.bytes());
}

/** 30,000 events in 300 ms, a frame a 10 ms and ten samples a frame. */
const start = 1_600_000_000_000_000n;
const index = Array.from({ length: 30_000 }, (_, i) => i);
const long = new EventTable(
  { t: BigInt64Array.from(index, (i) => start + BigInt(i * 10)), x: Uint16Array.from(index, (i) => i % 40), y: Uint16Array.from(index, (i) => i % 30), p: Uint8Array.from(index, (i) => i & 1) },
  { sensor: { width: 40, height: 30 }, origin: start, provenance: { format: "columns", assumptions: [] }, triggers: { t: BigInt64Array.of(start + 7n), id: new Uint8Array(1), p: Uint8Array.of(1) } },
);
const frames: Frame[] = Array.from({ length: 30 }, (_, k) => {
  const from = start + BigInt(k * 10_000);
  return { t: from + 2000n, exposure: { from, to: from + 4000n }, width: 40, height: 30, channels: 1, data: Uint8Array.from({ length: 1200 }, (_, i) => i + k) };
});
const imu: ImuColumns = {
  t: BigInt64Array.from({ length: 300 }, (_, i) => start + BigInt(i * 1000)),
  acceleration: Float32Array.from({ length: 900 }, (_, i) => Math.fround(i / 100) * 9.80665),
  rotation: Float32Array.from({ length: 900 }, (_, i) => Math.fround(i) * (Math.PI / 180)),
};

describe("frames and inertial samples, written", () => {
  for (const compression of ["none", "lz4", "zstd"]) {
    it(`aedat4 gives back events, triggers, frames and samples (${compression})`, async function () {
      if (compression === "zstd" && !("zstdCompressSync" in zlib)) return this.skip();
      await fc.assert(
        fc.asyncProperty(tables, pictures, samples, async (table, frames, imu) => {
          const bytes = await written(table, { format: "aedat4", compression, frames, imu });
          await using recording = await openRecording(bytes);
          const read = await recording.events();
          assert.deepEqual([columnsOf(read), read.triggers.t, read.triggers.p], [columnsOf(table), table.triggers.t, table.triggers.p]);
          assert.deepEqual(await collect(recording.frames()), frames);
          assert.deepEqual(joinSamples(await collect(recording.imu())), joinSamples(imu));
        }),
        { numRuns: 25, seed: 71 },
      );
    });
  }

  it("event_utils gives back events and frames, but for the exposures, with the last event before each (gzip, none)", async () => {
    await fc.assert(
      fc.asyncProperty(tables, pictures, fc.constantFrom("gzip", "none"), async (found, frames, compression) => {
        const table = found.sort();
        const bytes = await written(table, { format: "event-utils-hdf5", compression, frames });
        await using recording = await openRecording(bytes);
        assert.deepEqual(columnsOf(await recording.events()), columnsOf(table));
        assert.deepEqual(await collect(recording.frames()), withoutExposures(frames));
        const { ClassicFile } = await import("../../src/codecs/hdf5/classic.js");
        const { memorySource } = await import("../../src/bytes/index.js");
        const file = await ClassicFile.open(memorySource(bytes));
        for (const [i, { t }] of frames.entries()) {
          const { event_idx } = await file.attributes(`/images/image${String(i).padStart(9, "0")}`);
          // numpy.searchsorted from the left, one back.
          assert.equal(Number(event_idx), Math.max(0, table.t.filter((time) => time < t).length - 1));
        }
      }),
      { numRuns: 15, seed: 72 },
    );
  });

  it("frames of every format that has them go to every format that holds them", async () => {
    const events = long.slice(0, 100);
    const bag = bagFile([
      { topic: "/events", type: "dvs_msgs/EventArray", data: eventMessage(events, events.sensor) },
      ...[1, 2].map((k) => ({ topic: "/image", type: "sensor_msgs/Image", data: imageMessage(start + BigInt(k * 300), 2, 1, "bgr8", 6, Buffer.of(1, 2, 3, 4, 5, 6 + k)) })),
    ]);
    const sources = {
      rosbag: bag,
      aedat3: aedat3Recording().bytes,
      aedat4: await written(events, { format: "aedat4", frames: frames.slice(0, 3) }),
      "event-utils-hdf5": await written(events, { format: "event-utils-hdf5", frames: frames.slice(0, 3) }),
    };
    for (const name of codecNames()) assert.equal((await codec(name)).frames !== undefined, name in sources, name);
    for (const [from, bytes] of Object.entries(sources)) {
      await using recording = await openRecording(bytes);
      const [table, pictures] = [await recording.events(), await collect(recording.frames())];
      assert.ok(pictures.length >= 2, from);
      for (const format of ["aedat4", "event-utils-hdf5"]) {
        const sink = memorySink();
        await writeEvents(recording.stream(), sink, { format, frames: recording.frames() });
        await using copy = await openRecording(Buffer.from(sink.bytes()));
        assert.deepEqual(columnsOf(await copy.events()), columnsOf(table), `${from} to ${format}`);
        assert.deepEqual(await collect(copy.frames()), format === "aedat4" ? pictures : withoutExposures(pictures), `${from} to ${format}`);
      }
    }
  });

  it("a group holds as many names as there are frames: trees of one, two and three levels", async function () {
    this.timeout(60_000);
    const { ready, File } = await import("h5wasm/node");
    await ready;
    const folder = mkdtempSync(join(tmpdir(), "evtlab-"));
    try {
      for (const count of [8, 9, 256, 257, 8200]) {
        const path = join(folder, `${count}.h5`);
        const many = Array.from({ length: count }, (_, k): Frame => ({ t: BigInt(k), width: 2, height: 1, channels: 1, data: Uint8Array.of(k, k >> 8) }));
        await writeEvents(EventTable.from({ t: BigInt64Array.of(5n), x: Uint16Array.of(1), y: Uint16Array.of(0), p: Uint8Array.of(1) }), path, { format: "event-utils-hdf5", compression: "none", frames: many });
        // The HDF5 library finds each name, by the tree and in order.
        const file = new File(path, "r");
        const images = file.get("/images") as { keys(): string[] };
        const names = Array.from({ length: count }, (_, k) => `image${String(k).padStart(9, "0")}`);
        assert.deepEqual(images.keys(), names);
        for (const k of [0, 7, 8, 255, 256, 2047, 2048, count - 1].filter((k) => k < count)) {
          assert.deepEqual([...(file.get(`/images/${names[k]}`) as unknown as { value: Uint8Array }).value], [k & 255, k >> 8]);
        }
        file.close();
        if (count > 257) continue;
        await using recording = await openRecording(path);
        assert.deepEqual(await collect(recording.frames()), many);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("frames stand behind the events of their time, so that a stream of them needs no more than one at once", async () => {
    let asked = 0;
    async function* some(): AsyncGenerator<Frame> {
      for (const frame of frames) {
        asked++;
        yield frame;
      }
    }
    const seen: [events: number, asked: number][] = [];
    async function* parts(): AsyncGenerator<EventTable> {
      for (let i = 0; i < 3; i++) {
        seen.push([i * 10_000, asked]);
        yield long.slice(i * 10_000, (i + 1) * 10_000);
      }
    }
    const sink = memorySink();
    await writeEvents(parts(), sink, { format: "aedat4", frames: some() });
    // The first is asked for to tell the size of them; then those up to the last event that is written, and one more.
    assert.deepEqual(seen, [[0, 0], [10_000, 11], [20_000, 21]]);
    await using recording = await openRecording(Buffer.from(sink.bytes()));
    assert.equal((await collect(recording.frames())).length, 30);
  });

  it("a part is cut by time, by durations and by sensor time", async () => {
    for (const format of ["aedat4", "event-utils-hdf5"]) {
      const bytes = await written(long, { format, frames, ...(format === "aedat4" && { imu }) });
      await using recording = await openRecording(bytes);
      for (const part of [{ from: "100ms", to: "150ms" }, { from: start + 100_000n, to: start + 150_000n }] as const) {
        assert.deepEqual((await collect(recording.frames(part))).map(({ t }) => t), frames.slice(10, 15).map(({ t }) => t), format);
        if (format !== "aedat4") continue;
        const samples = joinSamples(await collect(recording.imu(part)));
        assert.deepEqual([samples.t, samples.rotation], [imu.t.slice(100, 150), imu.rotation.slice(300, 450)]);
      }
      assert.equal((await collect(recording.frames({ from: "295ms" }))).length, 0);
    }
  });

  it("shift moves frames, exposures and samples with the events", async () => {
    const bytes = await written(long, { format: "aedat4", frames, imu, shift: true });
    await using recording = await openRecording(bytes);
    const [first] = await collect(recording.frames());
    assert.deepEqual([first!.t, first!.exposure], [2000n, { from: 0n, to: 4000n }]);
    assert.equal((await collect(recording.imu()))[0]!.t[0], 0n);
    assert.equal((await recording.events()).t[0], 0n);
  });

  it("takes the start and the end of an exposure where a file states them, whatever the time of the frame means there", async () => {
    const bytes = await written(long.slice(0, 9), { format: "aedat4", compression: "none", frames: frames.slice(0, 1) });
    // The middle of the exposure as the time of the frame, as older programs write it: 0 ms of 0 … 4 ms becomes 2 ms.
    const at = bytes.indexOf("FRME", bytes.indexOf("</dv>")) - 8 + 48 + 8;
    assert.equal(bytes.readBigInt64LE(at), start);
    bytes.writeBigInt64LE(start + 2000n, at);
    await using recording = await openRecording(bytes);
    assert.deepEqual(await collect(recording.frames()), frames.slice(0, 1));
  });

  it("other formats refuse them by a sentence that names those that do not, and no file is begun", async () => {
    for (const name of codecNames()) {
      const { write, holds, endings } = await codec(name);
      if (!write) continue;
      for (const kind of ["frames", "imu"] as const) {
        if (holds?.includes(kind)) continue;
        await assert.rejects(writeEvents(long, memorySink(`x.${endings[0]}`), { format: name, [kind]: [] }), (error: Error) =>
          /^writeEvents: (frames|imu): expected a format that holds (frames: event-utils-hdf5, aedat4|inertial samples: aedat4), got /.test(error.message));
      }
    }
    const wide: Frame = { t: 0n, width: 40_000, height: 1, channels: 1, data: new Uint8Array(40_000) };
    await assert.rejects(written(long, { format: "aedat4", frames: [wide] }), /frames of at most 32767x32767, got one of 40000x1/);
  });

  it("a source that fails leaves no file, and is closed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "evtlab-"));
    try {
      let closed = false;
      async function* failing(): AsyncGenerator<Frame> {
        try {
          yield frames[0]!;
          throw new Error("no more frames");
        } finally {
          closed = true;
        }
      }
      await assert.rejects(writeEvents(long, join(folder, "x.aedat4"), { frames: failing() }), /no more frames/);
      assert.ok(closed);
      await assert.rejects(readEvents(join(folder, "x.aedat4")), { tag: "SourceError" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // EVTLAB_PEERS_PYTHON: a Python with dv-processing, aedat and h5py, the programs that our files are for.
  it("dv-processing, aedat and h5py read what we write", async function () {
    const python = process.env["EVTLAB_PEERS_PYTHON"];
    if (!python) {
      console.log("      skipped, there is no Python with dv-processing, aedat and h5py: set EVTLAB_PEERS_PYTHON");
      return this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), "evtlab-"));
    try {
      await writeEvents(long, join(folder, "x.aedat4"), { frames, imu });
      await writeEvents(long, join(folder, "x.h5"), { format: "event-utils-hdf5", frames });
      const { stdout, stderr } = spawnSync(python, ["-c", reading, folder], { encoding: "utf8" });
      assert.equal(stdout, "30000 30 300 1\n30000 30 300 1\n30 ok\n", stderr);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const reading = `
import sys, numpy as np, dv_processing as dv, aedat, h5py
folder, start = sys.argv[1], ${start}
picture = lambda k: ((np.arange(1200) + k) % 256).astype(np.uint8).reshape(30, 40)
def drain(get):
    while (item := get()) is not None: yield item
r = dv.io.MonoCameraRecording(folder + "/x.aedat4")
events = sum(b.size() for b in drain(r.getNextEventBatch))
k = 0
for f in drain(r.getNextFrame):
    assert f.timestamp == start + k * 10000 and f.exposure.total_seconds() == 0.004 and (f.image == picture(k)).all()
    k += 1
n = 0
for b in drain(r.getNextImuBatch):
    for s in b:
        assert s.timestamp == start + n * 1000 and abs(s.accelerometerY - (3 * n + 1) / 100) < 1e-5 and abs(s.gyroscopeZ - (3 * n + 2)) < 1e-3
        n += 1
print(events, k, n, sum(len(b) for b in drain(r.getNextTriggerBatch)))
count = dict(events=0, frame=0, imus=0, triggers=0)
for p in aedat.Decoder(folder + "/x.aedat4"):
    for kind in count:
        if kind in p: count[kind] += 1 if kind == "frame" else len(p[kind])
    if "frame" in p: assert (p["frame"]["pixels"] == picture(count["frame"] - 1)).all() and p["frame"]["exposure_end_t"] - p["frame"]["exposure_begin_t"] == 4000
print(*count.values())
h = h5py.File(folder + "/x.h5")
times = h["events/ts"][:]
for k, name in enumerate(h["images"]):
    image = h["images"][name]
    assert (image[:] == picture(k)).all() and image.attrs["event_idx"] == max(0, np.searchsorted(times, image.attrs["timestamp"]) - 1) and image.attrs["type"] == "greyscale"
print(len(h["images"]), "ok")
`;
