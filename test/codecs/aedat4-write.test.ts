/** AEDAT4 as it is written, its windows, its frames and samples, and LZ4 by the kernel. */
import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { compressFrameSync, decompressFrameSync } from "lz4-napi";
import fc from "fast-check";
import { openRecording, readEvents, writeEvents } from "../../src/codecs/index.js";
import { lz4Slack, Lz4Packer, unpackLz4, unpackLz4Kernel } from "../../src/codecs/lz4.js";
import { EventTable } from "../../src/events/index.js";
import { Arena } from "../../src/wasm/arena.js";
import { goldens, recordings } from "../golden/recordings.js";
import { aedat4Packets } from "./aedat4-file.js";
import { collect } from "./collect.js";
import { memorySink } from "./memory-sink.js";
import { columnsOf, tables } from "./random.js";

async function written(table: EventTable, compression: string): Promise<Buffer> {
  const sink = memorySink();
  await writeEvents(table, sink, { format: "aedat4", compression });
  return Buffer.from(sink.bytes());
}

/** 30,000 events, one a 10 µs, with triggers: three packets. */
const long = (() => {
  const index = Array.from({ length: 30_000 }, (_, i) => i);
  return new EventTable(
    {
      t: BigInt64Array.from(index, (i) => 1_600_000_000_000_000n + BigInt(i * 10)),
      x: Uint16Array.from(index, (i) => (i * 7) % 2000),
      y: Uint16Array.from(index, (i) => (i * 13) % 1100),
      p: Uint8Array.from(index, (i) => (i >> 3) & 1),
    },
    {
      sensor: { width: 2000, height: 1100 },
      origin: 1_600_000_000_000_000n,
      provenance: { format: "columns", assumptions: [] },
      triggers: { t: BigInt64Array.of(1_600_000_000_000_005n, 1_600_000_000_150_000n), id: new Uint8Array(2), p: Uint8Array.of(1, 0) },
    },
  );
})();

describe("aedat4, written", () => {
  it("zstd asks for a Node that has it", async function () {
    if ("zstdCompressSync" in zlib) return this.skip();
    await assert.rejects(written(long, "zstd"), { tag: "MissingError" });
  });

  for (const compression of ["none", "lz4", "zstd"]) {
    it(`reads back equal, triggers and disorder included (${compression})`, async function () {
      if (compression === "zstd" && !("zstdCompressSync" in zlib)) return this.skip();
      await fc.assert(
        fc.asyncProperty(tables, async (table) => {
          const bytes = await written(table, compression);
          for (const device of ["cpu", "wasm"] as const) {
            const read = await readEvents(bytes, { device });
            assert.deepEqual(columnsOf(read), columnsOf(table));
            assert.deepEqual([read.triggers.t, read.triggers.p], [table.triggers.t, table.triggers.p]);
            assert.deepEqual(read.sensor, table.sensor);
          }
        }),
        { numRuns: 25, seed: 61 },
      );
    });

    it(`a window reads its own packets only (${compression})`, async function () {
      if (compression === "zstd" && !("zstdCompressSync" in zlib)) return this.skip();
      const bytes = await written(long, compression);
      const window = { from: 1_600_000_000_150_000n, to: 1_600_000_000_151_000n };
      const part = await readEvents(bytes, window);
      assert.deepEqual(columnsOf(part), columnsOf(long.between(window.from, window.to)));
      assert.deepEqual([...part.triggers.t], [1_600_000_000_150_000n]);
      // A broken packet outside of the window does not matter, so it was not read.
      const hurt = Buffer.from(bytes);
      hurt.fill(0xff, bytes.length - 3000, bytes.length - 2900);
      if (compression === "none") assert.deepEqual(columnsOf(await readEvents(hurt, window)), columnsOf(part));
    });
  }

  it("an index that does not fit is not used", async () => {
    const bytes = await written(long, "none");
    const index = Number(bytes.readBigInt64LE(54));
    const window = { from: 1_600_000_000_150_000n, to: 1_600_000_000_151_000n };
    for (const change of [(b: Buffer) => b.fill(0xff, index), (b: Buffer) => b.writeBigInt64LE(-1n, 54), (b: Buffer) => b.writeBigInt64LE(BigInt(b.length), 54)]) {
      const hurt = Buffer.from(bytes);
      change(hurt);
      const part = await readEvents(hurt, { ...window, onError: "skip" });
      assert.deepEqual(columnsOf(part), columnsOf(long.between(window.from, window.to)));
    }
  });

  it("refuses compressions it does not know, and sensors that do not fit", async () => {
    await assert.rejects(written(long, "brotli"), /expected "lz4", "zstd" or "none", got "brotli"/);
    const huge = new EventTable(long, { sensor: { width: 40000, height: 9 }, origin: 0n, provenance: long.provenance, triggers: long.triggers });
    await assert.rejects(written(huge, "lz4"), /a sensor of at most 32768x32768/);
  });
});

describe("aedat4, frames and samples", () => {
  it("gives the samples of a real recording", async function () {
    if (!goldens) return this.skip();
    await using recording = await openRecording(`${recordings}/tonic_sample.aedat4`);
    const samples = await collect(recording.imu());
    assert.equal(samples.length, 59);
    const strength = samples.flatMap(({ acceleration }) => Array.from({ length: acceleration.length / 3 }, (_, i) => Math.hypot(...acceleration.subarray(i * 3, i * 3 + 3))));
    // The camera lies still: what it feels is gravity.
    assert.ok(strength.every((value) => value > 8 && value < 12), String(Math.max(...strength)));
    assert.deepEqual(await collect(recording.frames()), []);
  });

  it("gives frames as RGB, with the middle of their exposure", async () => {
    const frame = (format: number, width: number, height: number, pixels: Buffer) => ({ format, width, height, pixels, t: 100n, exposure: 50n });
    const bytes = aedat4Packets([frame(0, 2, 1, Buffer.of(7, 8)), frame(16, 1, 2, Buffer.of(1, 2, 3, 4, 5, 6)), frame(24, 1, 1, Buffer.of(1, 2, 3, 4))]);
    await using recording = await openRecording(bytes);
    const exposure = { from: 100n, to: 150n };
    assert.deepEqual(await collect(recording.frames()), [
      { t: 125n, exposure, width: 2, height: 1, channels: 1, data: Uint8Array.of(7, 8) },
      { t: 125n, exposure, width: 1, height: 2, channels: 3, data: Uint8Array.of(3, 2, 1, 6, 5, 4) },
      { t: 125n, exposure, width: 1, height: 1, channels: 4, data: Uint8Array.of(3, 2, 1, 4) },
    ]);
    for (const wrong of [frame(5, 1, 1, Buffer.of(1)), frame(0, 32767, 32767, Buffer.of(1)), frame(0, -1, 1, Buffer.of(1))]) {
      await using refused = await openRecording(aedat4Packets([wrong]));
      await assert.rejects(collect(refused.frames()), { tag: "DecodeError" });
    }
  });
});

describe("LZ4 by the kernel", () => {
  const arena = new Arena();
  const room = 1 << 18;
  const input = arena.alloc(room + lz4Slack);
  const output = arena.alloc(room + lz4Slack);
  const unpack = (frame: Uint8Array, limit = room) => {
    arena.u8(input, frame.length).set(frame);
    return unpackLz4Kernel(arena.kernels, arena.u8(input, frame.length), arena.u8(output, limit));
  };
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(3000)).map(([unit, times]) => Buffer.concat(Array<Uint8Array>(times).fill(unit))),
    fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 30 })), { maxLength: 40 }).map((runs) =>
      Buffer.concat(runs.flatMap(([unit, times]) => Array<Uint8Array>(times).fill(unit))),
    ),
  );

  it("unpacks what the reference packed, and packs what it unpacks", () => {
    const packer = new Lz4Packer();
    fc.assert(
      fc.property(content, (bytes) => {
        const expected = Buffer.from(bytes);
        assert.deepEqual(Buffer.from(unpack(compressFrameSync(expected)) as Uint8Array), expected);
        const packed = Buffer.from(packer.pack(bytes));
        assert.deepEqual(decompressFrameSync(packed), expected);
        assert.deepEqual(Buffer.from(unpack(packed) as Uint8Array), expected);
      }),
      { numRuns: 300, seed: 62 },
    );
  });

  it("says of mutated frames what the definition says", () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    let broken = 0;
    fc.assert(
      fc.property(content, flips, fc.boolean(), fc.integer({ min: 0, max: 2000 }), (bytes, changes, cut, limit) => {
        let frame = Buffer.from(compressFrameSync(Buffer.from(bytes)));
        for (const [at, value] of changes) frame[7 + (at % Math.max(1, frame.length - 7))] = value;
        if (cut) frame = frame.subarray(0, frame.length - (changes[0][0] % frame.length));
        for (const most of [limit, room]) {
          const expected = unpackLz4(frame, most);
          const kernel = unpack(frame, most);
          if (typeof expected === "string") broken++;
          // At the limit a block that is broken behind it may be called either.
          if (typeof expected === "string" || typeof kernel === "string") assert.equal(typeof kernel, typeof expected);
          else assert.deepEqual(Buffer.from(kernel), Buffer.from(expected));
        }
      }),
      { numRuns: 600, seed: 63 },
    );
    assert.ok(broken > 200);
  });

  it("stops at a bomb's limit", () => {
    const bomb = compressFrameSync(Buffer.alloc(50_000_000));
    assert.ok(bomb.length < 250_000);
    assert.match(unpack(bomb) as string, /an LZ4 frame of more than 262144 bytes/);
  });
});
