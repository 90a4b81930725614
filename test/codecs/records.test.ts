import assert from "node:assert/strict";
import fc from "fast-check";
import { readEvents } from "../../src/codecs/index.js";
import { shuffle, unpackChunk, unshuffle } from "../../src/codecs/hdf5/filters.js";
import { BrokenHdf5 } from "../../src/codecs/hdf5/header.js";
import { filterIds } from "../../src/codecs/hdf5/types.js";
import { isEvtlabError } from "../../src/errors.js";
import type { EventTable } from "../../src/events/index.js";
import { Arena } from "../../src/wasm/arena.js";
import { npy } from "./numpy-file.js";
import { columnsOf } from "./random.js";

/** Fields in any order, with padding between them or none, and times mostly in order. */
const recordFiles = fc
  .record({
    order: fc.shuffledSubarray(["t", "x", "y", "p"], { minLength: 4 }),
    padding: fc.array(fc.constantFrom(0, 0, 1, 3), { minLength: 4, maxLength: 4 }),
    polarity: fc.constantFrom("|u1", "|i1", "<i2", "<u2"),
    coordinate: fc.constantFrom("<u2", "<i2"),
    rows: fc.array(fc.tuple(fc.integer({ min: -1, max: 50 }), fc.nat(300), fc.nat(200), fc.constantFrom(0, 1, 2, 255, 128, 256, 65535)), { minLength: 1, maxLength: 120, size: "max" }),
    oddities: fc.array(fc.tuple(fc.nat(119), fc.nat(65535)), { maxLength: 2 }),
  })
  .map(({ order, padding, polarity, coordinate, rows, oddities }) => {
    const kinds: Record<string, string> = { t: "<i8", x: coordinate, y: coordinate, p: polarity };
    const fields: string[] = [];
    const offsets: Record<string, number> = {};
    let bytes = 0;
    order.forEach((name, i) => {
      if (padding[i] > 0) fields.push(`('pad${i}', '|V${padding[i]}')`);
      bytes += padding[i];
      offsets[name] = bytes;
      fields.push(`('${name === "t" ? "t_us" : name}', '${kinds[name]}')`);
      bytes += Number(kinds[name][2]);
    });
    const data = Buffer.alloc(bytes * rows.length);
    let time = 1000n;
    rows.forEach(([step, x, y, p], i) => {
      const at = i * bytes;
      const odd = oddities.find(([row]) => row === i);
      data.writeBigInt64LE((time += BigInt(step)), at + offsets["t"]);
      data.writeUInt16LE(odd ? odd[1] : x, at + offsets["x"]);
      data.writeUInt16LE(y, at + offsets["y"]);
      if (polarity.endsWith("1")) data.writeUInt8(p & 255, at + offsets["p"]);
      else data.writeUInt16LE(p, at + offsets["p"]);
    });
    return npy(`[${fields.join(", ")}]`, `(${rows.length},)`, data);
  });

describe("records", () => {
  it("the WebAssembly kernel equals the definition on records of any layout, with faults stopped at and skipped", async () => {
    const outcome = async (bytes: Buffer, device: "cpu" | "wasm", shift: boolean, onError: "stop" | "skip") => {
      const described = (table: EventTable) => ({ ...columnsOf(table), sensor: table.sensor, provenance: table.provenance });
      try {
        return described(await readEvents(bytes, { device, shift, onError }));
      } catch (error) {
        if (!isEvtlabError(error, "DecodeError")) throw error;
        return { message: error.message, partial: described(error.partial as EventTable) };
      }
    };
    await fc.assert(
      fc.asyncProperty(recordFiles, fc.boolean(), fc.constantFrom("stop", "skip"), async (bytes, shift, onError) => {
        assert.deepEqual(await outcome(bytes, "wasm", shift, onError), await outcome(bytes, "cpu", shift, onError));
      }),
      { numRuns: 150, seed: 84 },
    );
  });

  it("shuffled bytes are brought back by the kernel as by the definition", () => {
    const arena = new Arena();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 26 }), fc.uint8Array({ maxLength: 1500, size: "max" }), (size, random) => {
        const bytes = random.subarray(0, random.length - (random.length % size));
        arena.reset();
        const [from, to] = [arena.alloc(bytes.length), arena.alloc(bytes.length)];
        arena.u8(from, bytes.length).set(shuffle(bytes, size));
        arena.kernels.unshuffle(from, to, bytes.length / size, size);
        assert.deepEqual(arena.u8(to, bytes.length).slice(), bytes);
        assert.deepEqual(unshuffle(shuffle(bytes, size), size), bytes);
      }),
      { numRuns: 200, seed: 85 },
    );
  });

  it("a chunk shuffled as values longer than itself lies as it is, without a loop over their bytes", async () => {
    const sizes: number[] = [];
    const unpacked = (bytes: Uint8Array, size: number) => {
      const type = { kind: "integer", size: 2, signed: false, bigEndian: false, members: [] } as const;
      const dataset = { path: "x", type, shape: [4], chunk: [4], filters: [{ id: filterIds.shuffle, values: [size] }] };
      return unpackChunk(bytes, dataset, 0, bytes.length, (values, width) => {
        sizes.push(width);
        return unshuffle(values, width);
      });
    };
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    for (const size of [1, 5, 8, 9, 0xffff_ffff]) assert.deepEqual(await unpacked(bytes, size), bytes);
    assert.deepEqual(await unpacked(new Uint8Array(0), 0xffff_ffff), new Uint8Array(0));
    assert.deepEqual(sizes, []);
    assert.deepEqual(await unpacked(bytes, 4), Uint8Array.of(1, 3, 5, 7, 2, 4, 6, 8));
    assert.deepEqual(sizes, [4]);
    await assert.rejects(unpacked(bytes, 0), BrokenHdf5);
  });
});
