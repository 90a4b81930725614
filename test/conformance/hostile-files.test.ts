/**
 * Files made to harm: each is refused by a sentence that a person can act on, quickly and in little memory.
 *
 * Elsewhere: zip slips, pickles inside npz and lies of npz (codecs/npz.test.ts), gzip bombs and archives of several files
 * (codecs/container.test.ts), lies of Arrow and Parquet (codecs/arrow-parquet.test.ts), of AEDAT 3.1 packets
 * (codecs/aedat.test.ts) and of LZ4 frames (codecs/aedat4-write.test.ts); mutations of all (fuzz/mutations.test.ts).
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { memorySource } from "../../src/bytes/index.js";
import { readEvents, writeEvents } from "../../src/codecs/index.js";
import { ClassicFile } from "../../src/codecs/hdf5/classic.js";
import { parseType, Reader } from "../../src/codecs/hdf5/header.js";
import { unpackZstd } from "../../src/codecs/zstd.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable, noTriggers } from "../../src/events/index.js";
import { build, eventCount, voxelGrid } from "../../src/represent/index.js";
import { parseParameters } from "../../src/run/parameters.js";
import { readPicture } from "../../src/simulate/picture-file.js";
import { aedat4File } from "../codecs/aedat4-file.js";
import { bagFile, eventMessage } from "../codecs/bag-file.js";
import { memorySink } from "../codecs/memory-sink.js";

const refusedWith = (pattern: RegExp) => (error: unknown) => {
  assert.ok(isEvtlabError(error), error instanceof Error ? error.stack : String(error));
  assert.match(error.message, pattern);
  return true;
};
const columns = { t: BigInt64Array.of(5n, 9n), x: Uint16Array.of(1, 2), y: Uint16Array.of(3, 4), p: Uint8Array.of(1, 0) };

/** A table as only a broken program makes it: nobody asked whether such a sensor exists. */
const onSensor = (width: number, height: number) =>
  new EventTable(columns, { sensor: { width, height }, triggers: noTriggers, origin: 0n, provenance: { format: "columns", assumptions: [] } });

async function written(table: EventTable, format: string, compression?: string): Promise<Buffer> {
  const sink = memorySink();
  await writeEvents(table, sink, { format, ...(compression !== undefined && { compression }) });
  return Buffer.from(sink.bytes());
}

describe("hostile files: headers that promise more pixels than memory has", () => {
  const cases: Record<string, () => Buffer | Promise<Buffer>> = {
    dat: () => Buffer.concat([Buffer.from("% Version 2\n% Height 32769\n% Width 65535\n"), Buffer.of(12, 8)]),
    rosbag: () => bagFile([{ topic: "/events", type: "dvs_msgs/EventArray", data: eventMessage(columns, { width: 65535, height: 65535 }) }]),
    "aedat4 of another writer": () => aedat4File([columns], { width: 32768, height: 32768 }),
    "text, in a comment": () => Buffer.from("# 65535x65535\n0.1 1 2 1\n"),
  };
  for (const format of ["EVT2", "EVT21", "EVT3", "EVT4"]) cases[format] = () => Buffer.from(`% format ${format};height=65535;width=65535\n% end\n`);
  for (const format of ["es", "npz", "arrow", "parquet", "text", "prophesee-hdf5", "dsec-hdf5"]) {
    cases[format] = () => written(onSensor(65535, 32769), format);
  }
  for (const format of ["aedat4", "event-utils-hdf5"]) cases[format] = () => written(onSensor(32768, 32768), format);
  for (const [name, make] of Object.entries(cases)) {
    it(name, async () => {
      const bytes = await make();
      await assert.rejects(readEvents(bytes), refusedWith(/at most 268435456 pixels, got a header that would take (65535x|32768x).*give it as `sensor`/));
      await readEvents(bytes, { sensor: { width: 640, height: 480 } });
    });
  }

  it("events of a file that names no sensor, far apart", async () => {
    await assert.rejects(readEvents(Buffer.from("0.1 65534 2 1\n0.2 3 65534 1\n")), refusedWith(/whose events would take 65535x65535/));
  });

  it("tables and grids", async () => {
    assert.throws(() => EventTable.from(columns, { sensor: { width: 65535, height: 65535 } }), refusedWith(/at most 268435456 pixels/));
    await assert.rejects(readEvents(Buffer.alloc(0), { sensor: { width: 65535, height: 65535 } }), refusedWith(/at most 268435456 pixels/));
    for (const device of ["cpu", "wasm"] as const) {
      await assert.rejects(build(onSensor(65535, 65535), eventCount(), { device }), refusedWith(/at most 268435456 values, got 65535 x 65535 x 2. Crop or resize/));
      await assert.rejects(build(onSensor(1280, 720), voxelGrid({ bins: 1024 }), { device }), refusedWith(/got 720 x 1280 x 1024/));
    }
  });
});

describe("hostile files: bombs", () => {
  it("a zstd file of repeated bytes", async () => {
    // Blocks of 128 KiB that repeat one byte take four bytes each.
    const block = Buffer.from([0x02, 0x00, 0x10, 0x30]);
    const silent = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]), ...Array<Buffer>(50).fill(block), Buffer.from([0x01, 0, 0])]);
    assert.equal((await unpackZstd(silent, 1 << 24)).length, 50 << 17);
    assert.equal(await unpackZstd(silent, 1 << 20), "a broken zstd frame");
    const stated = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0]), Buffer.from(BigUint64Array.of(1n << 40n).buffer), block]);
    await assert.rejects(readEvents(stated), refusedWith(/a zstd frame of 1099511627776 bytes, more than 536870912\. Unpack it first/));
  });

  describe("pictures", () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "evtlab-hostile-"))));
    after(() => rmSync(folder, { recursive: true }));
    const picture = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(folder, name), bytes);
      return readPicture(join(folder, name));
    };
    const chunk = (kind: string, data: Buffer) => {
      const body = Buffer.concat([Buffer.from(kind), data]);
      const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const;
      ends[0].writeUInt32BE(data.length);
      ends[1].writeUInt32BE(crc32(body));
      return Buffer.concat([ends[0], body, ends[1]]);
    };
    const png = (width: number, height: number, packed: Buffer) => {
      const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
      head.writeUInt32BE(width, 0);
      head.writeUInt32BE(height, 4);
      return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", head), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))]);
    };

    it("a PNG of 2^31 pixels", () => assert.rejects(picture("wide.png", png(65536, 32768, deflateSync(Buffer.alloc(10)))), refusedWith(/65536 × 32768 pixels, more than 64 million/)));
    it("a PNG of one pixel whose bytes unpack to megabytes", async () => {
      const noise = createHash("shake256", { outputLength: 300_000 }).digest();
      await assert.rejects(picture("small.png", png(1, 1, deflateSync(Buffer.concat([noise, Buffer.alloc(20_000_000)])))), refusedWith(/packed bytes that grow far beyond its pixels/));
    });
    it("a JPEG of 2^32 pixels", async () => {
      const start = Buffer.from("ffd8ffc0000b08ffffffff01011100ffda0008010100003f00", "hex");
      await assert.rejects(picture("wide.jpg", Buffer.concat([start, Buffer.alloc(100, 1), Buffer.of(0xff, 0xd9)])), refusedWith(/a whole JPEG picture.*more than 64 million/));
    });
  });

  it("parameters of YAML aliases of aliases", () => {
    const lines = ["a: &a [x, x, x, x, x, x, x, x, x]", ...Array.from({ length: 12 }, (_, i) => `${String.fromCharCode(98 + i)}: &${String.fromCharCode(98 + i)} [${Array(9).fill(`*${String.fromCharCode(97 + i)}`).join(", ")}]`)];
    assert.throws(() => parseParameters(lines.join("\n"), "parameters.yaml"), refusedWith(/few aliases.*[Ee]xcessive alias count.*Write the values out/));
  });
});

describe("hostile files: HDF5", () => {
  const many = EventTable.from({
    t: new BigInt64Array(40_000).map((_, i) => BigInt(i)), x: new Uint16Array(40_000), y: new Uint16Array(40_000), p: new Uint8Array(40_000),
  }, { sensor: { width: 4, height: 4 } });
  const u64 = (value: bigint) => Buffer.from(BigUint64Array.of(value).buffer);
  const places = (bytes: Buffer, pattern: Buffer) => {
    const found: number[] = [];
    for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) found.push(at);
    assert.ok(found.length > 0, "nothing to change");
    return found;
  };
  const trees = (bytes: Buffer, kind: "names" | "chunks") => places(bytes, Buffer.concat([Buffer.from("TREE"), Buffer.of(kind === "names" ? 0 : 1)]));
  /** Where the messages lie that say how data sets of one dimension are stored. */
  const layouts = (bytes: Buffer) => trees(bytes, "chunks").flatMap((tree) => places(bytes, Buffer.concat([Buffer.of(3, 2, 2), u64(BigInt(tree))])));

  const cases: Record<string, readonly [change: (bytes: Buffer) => Buffer | void, sentence: RegExp]> = {
    "a tree of names that is its own child": [(bytes) => trees(bytes, "names").forEach((at) => void bytes.writeBigUInt64LE(BigInt(at), at + 32)), /a tree of names that comes back to \d+/],
    "a tree of chunks that is its own child": [
      (bytes) => trees(bytes, "chunks").forEach((at) => {
        bytes.writeUInt8(1, at + 5);
        bytes.writeBigUInt64LE(BigInt(at), at + 48);
      }),
      /a tree of chunks that comes back to \d+/,
    ],
    "an object whose header goes on in itself": [
      (bytes) => layouts(bytes).forEach((at) => {
        bytes.writeUInt16LE(16, at - 8);
        bytes.writeBigUInt64LE(BigInt(at - 8), at);
        bytes.writeBigUInt64LE(8n + BigInt(bytes.readUInt16LE(at - 6)), at + 8);
      }),
      /an object header that comes back to \d+/,
    ],
    "chunks of 4 billion rows": [(bytes) => layouts(bytes).forEach((at) => void bytes.writeUInt32LE(0xffffffff, at + 11)), /in chunks of 4294967295 values/],
    "chunks that unpack to 16 MB": [
      (bytes) => {
        const bomb = deflateSync(Buffer.alloc(1 << 24));
        for (const at of trees(bytes, "chunks")) {
          bytes.writeUInt32LE(bomb.length, at + 24);
          bytes.writeBigUInt64LE(BigInt(bytes.length), at + 48);
        }
        return Buffer.concat([bytes, bomb]);
      },
      /a packed chunk that holds more than \d+ bytes/,
    ],
  };
  for (const format of ["prophesee-hdf5", "dsec-hdf5"]) {
    for (const [name, [change, sentence]] of Object.entries(cases)) {
      it(`${format}: ${name}`, async () => {
        const bytes = await written(many, format, "gzip");
        await assert.rejects(readEvents(change(bytes) ?? bytes, { format }), refusedWith(sentence));
      });
    }
  }

  const rows = async (format: string, count: bigint) => {
    const bytes = await written(many, format, "gzip");
    for (const at of places(bytes, u64(40_000n))) bytes.writeBigUInt64LE(count, at);
    return readEvents(bytes, { format });
  };
  it("dsec-hdf5: a trillion rows that were never written", () => assert.rejects(rows("dsec-hdf5", 1n << 40n), refusedWith(/1099511627776 rows in a file of \d+ bytes/)));
  it("dsec-hdf5: more rows than were written are no events at (0, 0)", () => assert.rejects(rows("dsec-hdf5", 80_000n), refusedWith(/no chunk with row \d+ of \/events\/t, which was never written/)));
  it("prophesee-hdf5: a trillion rows give those that are there, up to the end of the last chunk", async () => {
    assert.equal((await rows("prophesee-hdf5", 1n << 40n)).length, 3 * 16384);
  });

  it("data types nested a thousand times", () => {
    const enumeration = Buffer.from([0x18, 0, 0, 0, 4, 0, 0, 0]);
    assert.throws(() => parseType(new Reader(Buffer.concat(Array<Buffer>(1000).fill(enumeration)))), /nested too deep/);
  });

  it("groups that hold themselves end where the path ends", async () => {
    const { ready, File } = await import("h5wasm/node");
    await ready;
    const folder = mkdtempSync(join(tmpdir(), "evtlab-hostile-"));
    try {
      const file = new File(join(folder, "ring.h5"), "w");
      file.create_group("events");
      file.create_hard_link("/", "events/again");
      file.close();
      const bytes = readFileSync(join(folder, "ring.h5"));
      const classic = await ClassicFile.open(memorySource(bytes));
      assert.deepEqual(await classic.list(`/${"events/again/".repeat(500)}events`), ["again"]);
      await assert.rejects(readEvents(bytes), refusedWith(/one of the formats/));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
