import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import fc from "fast-check";
import { memorySource, type ByteSource } from "../../src/bytes/index.js";
import { codec, inspect, readEvents, writeEvents } from "../../src/codecs/index.js";
import { decodeEcfDefinition, encodeEcfDefinition } from "../../src/codecs/hdf5/ecf.definition.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/index.js";
import { sortByTime } from "../../src/events/sort.js";
import { Arena } from "../../src/wasm/arena.js";
import { DecodeBlock, field } from "../../src/wasm/decode-block.js";
import { goldens, recordings } from "../golden/recordings.js";
import { memorySink } from "./memory-sink.js";
import { tables } from "./random.js";

const format = "prophesee-hdf5";
const sorted = tables.map((table) => new EventTable(sortByTime(table), { ...table }));
const columnsOf = ({ t, x, y, p, triggers }: EventTable) => ({ t, x, y, p, triggers });
const sha256 = (column: NodeJS.ArrayBufferView) => createHash("sha256").update(column).digest("hex");

async function written(table: EventTable | EventTable[], compression: string): Promise<Uint8Array> {
  const sink = memorySink();
  await writeEvents(table, sink, { format, compression });
  return sink.bytes();
}

/** Events of one of the shapes that ECF tells apart: scattered, in rows, in runs. */
const shapes = fc
  .tuple(
    fc.constantFrom("scattered", "rows", "runs"),
    fc.array(fc.tuple(fc.oneof(fc.constant(0), fc.nat(20), fc.nat(2 ** 31)), fc.nat(2047), fc.nat(2047), fc.nat(1)), { minLength: 1, maxLength: 300, size: "max" }),
    fc.bigInt({ min: -(2n ** 40n), max: 2n ** 50n }),
  )
  .map(([shape, rows, start]) => {
    let time = start;
    let [lastX, lastY] = [0, 0];
    const events = rows.map(([step, x, y, p], i) => {
      time += BigInt(step);
      lastY = shape === "scattered" || i % 40 === 0 ? y : lastY;
      lastX = shape === "runs" && i % 12 !== 0 ? Math.min(2047, lastX + 1 + (x % 3)) : x;
      return { t: time, x: lastX, y: lastY, p };
    });
    return {
      t: BigInt64Array.from(events, ({ t }) => t),
      x: Uint16Array.from(events, ({ x }) => x),
      y: Uint16Array.from(events, ({ y }) => y),
      p: Uint8Array.from(events, ({ p }) => p),
    };
  });

describe("Prophesee HDF5", () => {
  it("ECF: the kernels equal the definitions in all modes, and give back what was put in", () => {
    const arena = new Arena();
    const modes = new Set<number>();
    fc.assert(
      fc.property(shapes, (columns) => {
        const expected = encodeEcfDefinition(columns)!;
        modes.add(expected[0] & 3);
        arena.reset();
        const n = columns.t.length;
        const [t, x, y, p, out] = [n * 8, n * 2, n * 2, n, n * 29 + 64].map((bytes) => arena.alloc(bytes));
        arena.i64(t, n).set(columns.t);
        arena.u16(x, n).set(columns.x);
        arena.u16(y, n).set(columns.y);
        arena.u8(p, n).set(columns.p);
        const length = arena.kernels.encodeEcf(t, x, y, p, n, out);
        assert.deepEqual(arena.u8(out, length), expected);

        const size = { chunkBytes: 1 << 14, events: 512, triggers: 1 };
        arena.reset();
        for (const [block, decode] of [
          [DecodeBlock.inMemory(size), decodeEcfDefinition] as const,
          [DecodeBlock.inArena(arena, size), (one: DecodeBlock) => arena.kernels.decodeEcf(one.offset)] as const,
        ]) {
          block.bytes.set(expected, block.input(0));
          block.state[field.position] = block.input(0);
          block.state[field.end] = block.input(0) + expected.length;
          assert.equal(decode(block), n);
          assert.deepEqual([block.t.slice(0, n), block.x.slice(0, n), block.y.slice(0, n), block.p.slice(0, n)], Object.values(columns));
          // A block that is cut off anywhere is told as broken.
          block.state[field.end] = block.input(0) + Math.floor(expected.length / 2);
          assert.equal(decode(block), -1);
        }
      }),
      { numRuns: 200, seed: 30 },
    );
    assert.deepEqual([...modes].sort(), [0, 1, 2]);
  });

  it("ECF: refuses what it cannot hold", async () => {
    const one = { t: BigInt64Array.of(5n, 4n), x: Uint16Array.of(1, 1), y: Uint16Array.of(1, 1), p: Uint8Array.of(1, 1) };
    assert.equal(encodeEcfDefinition(one), undefined);
    assert.equal(encodeEcfDefinition({ ...one, t: BigInt64Array.of(4n, 5n), x: Uint16Array.of(1, 2048) }), undefined);
    const wide = EventTable.from({ ...one, t: BigInt64Array.of(4n, 5n), x: Uint16Array.of(1, 2048) });
    await assert.rejects(written(wide, "ecf"), (error) => isEvtlabError(error, "FormatError") && /gzip/.test(error.message));
    assert.deepEqual(columnsOf(await readEvents(await written(wide, "gzip"))), columnsOf(wide));
  });

  for (const compression of ["ecf", "gzip", "none"]) {
    it(`${compression}: a table that is written is read back equal, with its triggers, on both devices`, async () => {
      await fc.assert(
        fc.asyncProperty(compression === "ecf" ? sorted : tables, async (table) => {
          const bytes = await written(table, compression);
          for (const device of ["wasm", "cpu"] as const) {
            const read = await readEvents(bytes, { device });
            assert.deepEqual(columnsOf(read), columnsOf(table));
            assert.deepEqual(read.sensor, table.sensor);
          }
        }),
        { numRuns: 12, seed: 31 },
      );
    });
  }

  it("a real recording keeps its digests, and windows cost and hold what they should", async function () {
    if (!goldens) return this.skip();
    const golden = goldens["evt3_expelliarmus.raw"];
    const events = await readEvents(`${recordings}/evt3_expelliarmus.raw`);
    const hdf5 = await codec(format);
    for (const compression of ["ecf", "gzip", "none"]) {
      const bytes = await written([events.slice(0, 70_001), events.slice(70_001)], compression);
      const { digest, ...summary } = await inspect(bytes, { digest: true });
      assert.deepEqual({ t_i64: digest!.t, x_u16: digest!.x, y_u16: digest!.y, p_u8: digest!.p }, golden.sha256);
      assert.deepEqual([summary.events, summary.width, summary.height], [golden.events, 1280, 720]);
      for (const [from, to] of [[events.t[0], events.t[0] + 1n], [11_722_000n, 11_723_500n], [11_727_457n, 11_727_458n], [0n, 5n], [2n ** 40n, 2n ** 41n]]) {
        let bytesRead = 0;
        const counted: ByteSource = memorySource(bytes);
        const source: ByteSource = { ...counted, read: (target, position) => ((bytesRead += target.length), counted.read(target, position)) };
        const hash = createHash("sha256");
        let count = 0;
        for await (const { columns } of (await hdf5.readWindow!(source, { from, to }))!) {
          for (let i = 0; i < columns.t.length; i++) {
            if (columns.t[i] < from || columns.t[i] >= to) continue;
            hash.update(`${columns.t[i]} ${columns.x[i]} ${columns.y[i]} ${columns.p[i]};`);
            count++;
          }
        }
        const expected = events.between(from, to);
        assert.equal(count, expected.length);
        const rows = createHash("sha256");
        for (let i = 0; i < expected.length; i++) rows.update(`${expected.t[i]} ${expected.x[i]} ${expected.y[i]} ${expected.p[i]};`);
        assert.equal(hash.digest("hex"), rows.digest("hex"));
        if (compression === "none") assert.ok(bytesRead < bytes.length * 0.75, `${bytesRead} of ${bytes.length} bytes`);
      }
    }
    assert.equal(sha256(events.t), golden.sha256.t_i64);
  });

  it("many chunks make a tree of several levels; the file appears when it is complete", async () => {
    const folder = mkdtempSync(`${tmpdir()}/evtlab-`);
    try {
      const events = 16384 * 70 + 5;
      const t = new BigInt64Array(events).map((_, i) => BigInt(i) * 3n);
      const table = EventTable.from({ t, x: new Uint16Array(events), y: new Uint16Array(events), p: new Uint8Array(events) }, { sensor: { width: 4, height: 4 } });
      await writeEvents(table, `${folder}/deep.hdf5`);
      const summary = await inspect(`${folder}/deep.hdf5`);
      assert.deepEqual([summary.format, summary.events, summary.tLast], [format, events, t[events - 1]]);
      const cut = readFileSync(`${folder}/deep.hdf5`);
      writeFileSync(`${folder}/cut.hdf5`, cut.subarray(0, 30_000));
      await assert.rejects(readEvents(`${folder}/cut.hdf5`), (error) => isEvtlabError(error));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
