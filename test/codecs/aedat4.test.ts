import assert from "node:assert/strict";
import fc from "fast-check";
import { readEvents } from "../../src/codecs/index.js";
import { unpackLz4 } from "../../src/codecs/lz4.js";
import { unpackZstd } from "../../src/codecs/zstd.js";
import { compressFrameSync } from "lz4-napi";
import type { EventColumns, EventTable } from "../../src/events/index.js";
import { aedat4File, zstdFrame, type Packing } from "./aedat4-file.js";
import { tables } from "./random.js";

const cut = (table: EventTable, length: number): EventColumns[] =>
  Array.from({ length: Math.ceil(table.length / length) }, (_, i) => table.slice(i * length, (i + 1) * length));

describe("aedat4", () => {
  for (const packing of ["none", "lz4", "zstd"] as Packing[]) {
    it(`reads packets packed as ${packing}, with triggers, on both devices`, async () => {
      await fc.assert(
        fc.asyncProperty(tables, async (table) => {
          const { t, x, y, p, triggers } = table;
          const bytes = aedat4File(cut(table, 50), { packing, triggers });
          for (const device of ["cpu", "wasm"] as const) {
            const read = await readEvents(bytes, { device });
            assert.deepEqual({ t: read.t, x: read.x, y: read.y, p: read.p }, { t, x, y, p });
            assert.deepEqual([read.triggers.t, read.triggers.p], [triggers.t, triggers.p]);
            assert.deepEqual(read.sensor, { width: 1280, height: 720 });
            assert.deepEqual(read.provenance.assumptions.filter((text) => !text.includes("not sorted")), []);
          }
        }),
        { numRuns: 30, seed: 11 },
      );
    });
  }

  it("skips a broken packet and goes on with the next, and names its offset otherwise", async () => {
    const table = fc.sample(tables, { numRuns: 20, seed: 12 }).find((candidate) => candidate.length > 150)!;
    const packets = cut(table, 50);
    const first = aedat4File(packets.slice(0, 1), { packing: "lz4" }).length;
    const bytes = aedat4File(packets, { packing: "lz4" });
    bytes[first + 8] ^= 0xff; // the magic number of the second frame
    await assert.rejects(readEvents(bytes), (error: { tag: string; byteOffset: number; partial: EventTable }) => {
      assert.equal(error.tag, "DecodeError");
      assert.equal(error.byteOffset, first);
      assert.equal(error.partial.length, 50);
      return true;
    });
    assert.equal((await readEvents(bytes, { onError: "skip" })).length, table.length - 50);
  });

  it("refuses sizes that cannot be, before memory is taken for them", async () => {
    const bytes = aedat4File(cut(fc.sample(tables, { numRuns: 1, seed: 13 })[0], 50));
    const hugeHeader = Buffer.from(bytes);
    hugeHeader.writeUInt32LE(0x7fffffff, 14);
    await assert.rejects(readEvents(hugeHeader), /a header of 8 to 16777216 bytes within the file, got one of 2147483647/);
    const start = 18 + bytes.readUInt32LE(14);
    const hugePacket = Buffer.from(bytes);
    hugePacket.writeUInt32LE(0xffffffff, start + 4);
    await assert.rejects(readEvents(hugePacket), /a packet of at most 67108864 bytes, of which \d+ are left, got one of 4294967295/);
    const hugeCount = Buffer.from(bytes);
    hugeCount.writeUInt32LE(0x0fffffff, start + 8 + 32);
    await assert.rejects(readEvents(hugeCount), /an offset that leads to byte/);
  });
});

describe("unpacking", () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(3000)).map(([unit, times]) => Buffer.concat(Array(times).fill(unit))),
  );

  it("lz4 equals what the reference implementation packed", () => {
    fc.assert(
      fc.property(content, (bytes) => {
        const unpacked = unpackLz4(compressFrameSync(Buffer.from(bytes)), 1 << 20);
        assert.ok(typeof unpacked !== "string", unpacked as string);
        assert.deepEqual(Buffer.from(unpacked), Buffer.from(bytes));
      }),
      { numRuns: 200, seed: 14 },
    );
  });

  it("lz4 stops at its limit", () => {
    assert.equal(unpackLz4(compressFrameSync(Buffer.alloc(100_000)), 50_000), "an LZ4 frame of more than 50000 bytes");
  });

  it("zstd reads frames with and without their size, and stops at its limit", async () => {
    const text = `evtlab evtlab evtlab ${"7".padStart(500, "0")}`;
    // zstd -c file, and the same from a pipe
    for (const frame of [
      "KLUv/WQJAZUAAEhldnRsYWIgMDcCAO84VUguRlsYsx4=",
      "KLUv/QRYlQAASGV2dGxhYiAwNwIA7zhVSC5GWxizHg==",
    ]) {
      const unpacked = await unpackZstd(Buffer.from(frame, "base64"), 1 << 20);
      assert.equal(Buffer.from(unpacked as Uint8Array).toString(), text);
    }
    assert.equal(await unpackZstd(zstdFrame(Buffer.alloc(5000)), 4000), "a zstd frame of 5000 bytes, more than 4000");
    const broken = zstdFrame(Buffer.alloc(5000));
    broken[9] ^= 0x06;
    assert.equal(await unpackZstd(broken, 1 << 20), "a broken zstd frame");
  });
});
