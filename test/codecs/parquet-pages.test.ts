import assert from "node:assert/strict";
import fc from "fast-check";
import { Compression, Encoding, Table, WriterPropertiesBuilder, WriterVersion, writeParquet } from "parquet-wasm";
import { memorySource } from "../../src/bytes/index.js";
import { readEvents } from "../../src/codecs/index.js";
import { readDirectory } from "../../src/codecs/parquet.directory.js";
import { ParquetPages } from "../../src/codecs/parquet.pages.js";
import { eventSchema } from "../../src/codecs/arrow-columns.js";
import { readThrift } from "../../src/codecs/thrift.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/index.js";
import { Arena } from "../../src/wasm/arena.js";

const columnsOf = ({ t, x, y, p, triggers, sensor }: EventTable) => ({ t, x, y, p, triggers, sensor });

/** How many row groups are read without the library, and of how many. */
async function ownGroups(bytes: Uint8Array): Promise<[own: number, all: number]> {
  const source = memorySource(bytes);
  const directory = await readDirectory(source, bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true));
  if (!directory) return [0, 0];
  const pages = new ParquetPages(source, eventSchema(directory.schema, "test"));
  let own = 0;
  for (const group of directory.groups) if (await pages.group(group)) own++;
  pages.release();
  return [own, directory.groups.length];
}

function table(n: number): EventTable {
  const t = new BigInt64Array(n).map((_, i) => -5_000_000_000n + BigInt(Math.floor(i * 1.7)));
  const x = new Uint16Array(n).map((_, i) => (i * 7919) % 1280);
  const y = new Uint16Array(n).map((_, i) => (i >> 5) % 720);
  const p = new Uint8Array(n).map((_, i) => (i >> 9) & 1);
  return EventTable.from({ t, x, y, p }, { sensor: { width: 1280, height: 720 } });
}

describe("pages of Parquet", () => {
  const kinds: Record<string, [builder: () => WriterPropertiesBuilder, own: boolean]> = {
    "dictionaries, packed by zstd": [() => new WriterPropertiesBuilder().setCompression(Compression.ZSTD), true],
    "dictionaries, packed by gzip, small groups": [() => new WriterPropertiesBuilder().setCompression(Compression.GZIP).setMaxRowGroupSize(30_000), true],
    "small dictionaries, then plain": [() => new WriterPropertiesBuilder().setCompression(Compression.UNCOMPRESSED).setDictionaryPageSizeLimit(2000), true],
    "plain": [() => new WriterPropertiesBuilder().setDictionaryEnabled(false), true],
    "pages of version 2, packed by zstd": [() => new WriterPropertiesBuilder().setWriterVersion(WriterVersion.V2).setEncoding(Encoding.PLAIN).setCompression(Compression.ZSTD), true],
    "packed by snappy, the default of pyarrow": [() => new WriterPropertiesBuilder().setCompression(Compression.SNAPPY), true],
    "packed by brotli": [() => new WriterPropertiesBuilder().setCompression(Compression.BROTLI), false],
    "times as differences": [() => new WriterPropertiesBuilder().setColumnDictionaryEnabled("t", false).setColumnEncoding("t", Encoding.DELTA_BINARY_PACKED), false],
  };
  for (const [name, [builder, own]] of Object.entries(kinds)) {
    it(`${name}: equal to what the library reads`, async () => {
      const events = table(100_001);
      const bytes = writeParquet(Table.fromIPCStream(events.toIPC("stream")), builder().build());
      assert.deepEqual(columnsOf(await readEvents(bytes)), columnsOf(events));
      assert.deepEqual(columnsOf(await readEvents(bytes, { device: "cpu" })), columnsOf(events));
      const [ours, all] = await ownGroups(bytes);
      assert.equal(ours, own ? all : 0);
      assert.ok(all > 0);
    });
  }

  it("damaged snappy is refused, and nothing is written behind the page", () => {
    const arena = new Arena();
    const [packed, out] = [arena.alloc(1 << 12), arena.alloc(1 << 12)];
    const whole = Uint8Array.of(40, 4 * 3, 1, 2, 3, 4, (4 << 2) | 1, 2, 0xf0, 14, ...Array.from({ length: 15 }, (_, i) => i), (12 << 2) | 2, 16, 0);
    const unpack = (bytes: Uint8Array, size: number) => {
      arena.u8(packed, bytes.length).set(bytes);
      arena.u8(out, 1 << 12).fill(0xee);
      return Boolean(arena.kernels.unpackSnappy(packed, bytes.length, out, size));
    };
    assert.ok(unpack(whole, 40));
    assert.deepEqual([...arena.u8(out, 12)], [1, 2, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4]);
    let refused = 0;
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) }), { minLength: 1, maxLength: 3 }), fc.nat(60), (changes, size) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, to } of changes) bytes[at] = to;
        if (!unpack(bytes, size)) refused++;
        assert.ok(arena.u8(out + size + 16, 1000).every((byte) => byte === 0xee));
      }),
      { numRuns: 2000, seed: 92 },
    );
    assert.ok(refused > 1500);
  });

  it("damaged files are read as the library reads them, or refused as it does", async () => {
    const events = table(20_000);
    const whole = writeParquet(Table.fromIPCStream(events.toIPC("stream")), new WriterPropertiesBuilder().setCompression(Compression.UNCOMPRESSED).setDictionaryPageSizeLimit(4000).build());
    let [equal, ours] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ at: fc.nat(1_000_000), to: fc.nat(255) }), { minLength: 1, maxLength: 2 }), async (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        const read = (device: "cpu" | "wasm") => readEvents(bytes, { device }).catch((error: unknown) => (assert.ok(isEvtlabError(error), String(error)), undefined));
        const [wasm, cpu] = [await read("wasm"), await read("cpu")];
        // What the library does not look at may be wrong, and what it refuses besides the columns is not asked for.
        if (cpu) {
          assert.deepEqual(wasm && columnsOf(wasm), columnsOf(cpu));
          equal++;
          ours += (await ownGroups(bytes))[0];
        }
      }),
      { numRuns: 25, seed: 90 },
    );
    assert.ok(equal > 10 && ours > 10, `${equal} of 25 were read, ${ours} groups by own means`);
  });

  it("numbers in runs are looked up as they were written, or refused", () => {
    const arena = new Arena();
    const [input, dictionary, out] = [arena.alloc(1 << 16), arena.alloc(8 << 20), arena.alloc(1 << 16)];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3 }), fc.array(fc.record({ numbers: fc.array(fc.nat(2 ** 20 - 1), { minLength: 1, maxLength: 30 }), repeated: fc.boolean() }), { minLength: 1, maxLength: 8 }), fc.boolean(), fc.nat(7),
        (width, sizeShift, runs, cut, short) => {
          const mask = 2 ** width - 1;
          const numbers: number[] = [];
          const bytes: number[] = [];
          const varint = (value: number) => {
            for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
            bytes.push(value);
          };
          for (const { numbers: all, repeated } of runs) {
            if (repeated) {
              const number = all[0]! & mask;
              varint(all.length * 2);
              for (let i = 0; i < Math.ceil(width / 8); i++) bytes.push((number >> (8 * i)) & 255);
              numbers.push(...all.map(() => number));
            } else {
              const groups = Math.ceil(all.length / 8);
              varint(groups * 2 + 1);
              const padded = Array.from({ length: groups * 8 }, (_, i) => (all[i] ?? 0) & mask);
              const bits = padded.flatMap((number) => Array.from({ length: width }, (_, bit) => (number >> bit) & 1));
              for (let i = 0; i < bits.length; i += 8) bytes.push(bits.slice(i, i + 8).reduce((byte, bit, k) => byte | (bit << k), 0));
              numbers.push(...padded);
            }
          }
          const wanted = numbers.slice(0, numbers.length - short);
          if (wanted.length === 0) return;
          const entries = Math.max(...numbers.slice(0, wanted.length)) + 1;
          const size = 1 << sizeShift;
          const valueOf = (number: number) => (number * 2654435761) >>> 0;
          const store = (offset: number, at: number, value: number) => {
            const view = new DataView(arena.buffer, offset + at * size, size);
            if (size === 1) view.setUint8(0, value);
            else if (size === 2) view.setUint16(0, value, true);
            else if (size === 4) view.setUint32(0, value, true);
            else view.setBigUint64(0, BigInt(value), true);
          };
          for (const number of new Set(numbers)) store(dictionary, number, valueOf(number));
          arena.u8(input, bytes.length).set(bytes);
          arena.u8(out, 4096).fill(0);
          const end = input + bytes.length - (cut ? 1 + Math.ceil(width / 8) * 8 : 0);
          const found = arena.kernels.lookUpRuns(input, end, width, dictionary, entries, sizeShift, wanted.length, out);
          if (cut && width > 0 && short === 0) return assert.equal(Boolean(found), false);
          if (cut) return;
          assert.ok(found);
          const got = arena.u8(out, wanted.length * size).slice();
          wanted.forEach((number, i) => store(out, i, valueOf(number)));
          assert.deepEqual(got, arena.u8(out, wanted.length * size));
          assert.equal(Boolean(arena.kernels.lookUpRuns(input, end, width, dictionary, entries - 1, sizeShift, wanted.length, out)), false);
        },
      ),
      { numRuns: 300, seed: 91 },
    );
  });

  it("structures that lie about lengths are refused", () => {
    for (const bytes of [[0x19, 0xfc, 0xff, 0xff, 0x7f], [0x18, 0xff, 0xff, 0xff, 0x7f], [0x15], [0x1d, 0], Array<number>(40).fill(0x1c), [0x15, ...Array<number>(12).fill(0xff)]]) {
      assert.throws(() => readThrift(Uint8Array.from(bytes), 0), /Broken|cut off|passes|within|64 bits|type/);
    }
  });
});
