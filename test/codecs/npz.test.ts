import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { memorySource, openZipEntry, readZip } from "../../src/bytes/index.js";
import { codec, inspect, readEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import type { EventTable } from "../../src/events/index.js";
import { goldens, recordings } from "../golden/recordings.js";
import { rows, tables as ordered } from "../events/random-table.js";
import { memorySink } from "./memory-sink.js";
import { tables } from "./random.js";
import { npy, zip } from "./numpy-file.js";

const columnsOf = ({ t, x, y, p, triggers }: EventTable) => ({ t, x, y, p, triggers });
const refusedWith = (pattern: RegExp) => (error: unknown) => isEvtlabError(error) && pattern.test(error.message);
const i64 = (...values: number[]) => Buffer.from(BigInt64Array.from(values, BigInt).buffer);
const u16 = (...values: number[]) => Buffer.from(Uint16Array.from(values).buffer);
const four = { "x.npy": npy("'<u2'", "(2,)", u16(3, 5)), "y.npy": npy("'<u2'", "(2,)", u16(4, 6)), "p.npy": npy("'|b1'", "(2,)", Buffer.of(1, 0)) };
const times = npy("'<i8'", "(2,)", i64(1500, 1501));

describe("NumPy arrays", () => {
  it("a table that is written is read back equal, with its triggers, plain and packed, on both devices", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(tables, ordered), fc.constantFrom("none", "gzip"), async (table, compression) => {
        const sink = memorySink();
        await writeEvents(table, sink, { format: "npz", compression });
        for (const device of ["wasm", "cpu"] as const) {
          const read = await readEvents(sink.bytes(), { device });
          assert.deepEqual(columnsOf(read), columnsOf(table));
          assert.deepEqual([read.sensor, read.provenance.assumptions.filter((line) => !/not sorted/.test(line))], [table.sensor, []]);
        }
      }),
      { numRuns: 40, seed: 50 },
    );
  });

  it("a structured array of another program keeps its digests", async function () {
    if (!goldens) return this.skip();
    const file = `${recordings}/evt3_expelliarmus.npy`;
    const { digest } = await inspect(file, { digest: true, timeUnit: "us" });
    assert.deepEqual({ t_i64: digest!.t, x_u16: digest!.x, y_u16: digest!.y, p_u8: digest!.p }, goldens["evt3_expelliarmus.npy"].sha256);
    const whole = await readEvents(file, { timeUnit: "us" });
    const window = { from: 11_730_000n, to: 11_740_000n };
    const hash = createHash("sha256");
    const { readWindow } = await codec("npz");
    const { fileSource } = await import("../../src/bytes/index.js");
    const source = await fileSource(file);
    for await (const { columns: { t, x } } of (await readWindow!(source, window, { timeUnit: "us" }))!) {
      for (let i = 0; i < t.length; i++) if (t[i] >= window.from && t[i] < window.to) hash.update(`${t[i]} ${x[i]};`);
    }
    await source.close();
    const expected = createHash("sha256");
    const part = whole.between(window.from, window.to);
    part.t.forEach((t, i) => expected.update(`${t} ${part.x[i]};`));
    assert.equal(hash.digest("hex"), expected.digest("hex"));
  });

  it("knows the usual spellings, types and units, and says what it assumed", async () => {
    const f64 = (...values: number[]) => Buffer.from(Float64Array.from(values).buffer);
    const big = Buffer.alloc(8);
    big.writeInt32BE(3);
    big.writeInt32BE(5, 4);
    const records = Buffer.alloc(2 * 13);
    [[3, 4, 1500, 1], [5, 6, 1501, 0]].forEach(([x, y, t, p], i) => {
      records.writeUInt16LE(x, i * 13);
      records.writeUInt16LE(y, i * 13 + 2);
      records.writeBigInt64LE(BigInt(t), i * 13 + 4);
      records[i * 13 + 12] = p;
    });
    const cases: Record<string, [Uint8Array, object, string[]]> = {
      "name with a unit": [zip({ ...four, "t_us.npy": times }), {}, ["1500 3 4 1", "1501 5 6 0"]],
      "entry time_unit": [zip({ ...four, "t.npy": times, "time_unit.npy": npy("'<U2'", "()", Buffer.from("ns", "utf16le").reduce((all, byte, i) => (all.set([byte], i * 2), all), Buffer.alloc(8))) }), {}, ["2 3 4 1", "2 5 6 0"]],
      "option": [zip({ ...four, "ts.npy": times }), { timeUnit: "ms" }, ["1500000 3 4 1", "1501000 5 6 0"]],
      "seconds": [zip({ ...four, "timestamps.npy": npy("'<f8'", "(2,)", f64(0.0015, 0.001501)) }), {}, ["1500 3 4 1", "1501 5 6 0"]],
      "other types": [zip({ "xs.npy": npy("'>i4'", "(2,)", big), "ys.npy": npy("'<f8'", "(2,)", f64(4, 6)), "ps.npy": npy("'|i1'", "(2,)", Buffer.of(1, 255)), "t.npy": times }), { timeUnit: "us" }, ["1500 3 4 1", "1501 5 6 0"]],
      "records (N-ImageNet)": [zip({ "event_data.npy": npy("[('x', '<u2'), ('y', '<u2'), ('t', '<i8'), ('p', '?')]", "(2,)", records) }, true), { timeUnit: "us" }, ["1500 3 4 1", "1501 5 6 0"]],
      "rows of one array": [npy("'<f8'", "(2, 4)", f64(3, 4, 0.0015, 1, 5, 6, 0.001501, -1)), { columns: "x y t p" }, ["1500 3 4 1", "1501 5 6 0"]],
    };
    for (const [name, [bytes, options, expected]] of Object.entries(cases)) assert.deepEqual(rows(await readEvents(bytes, options)), expected, name);
    assert.match((await inspect(cases["seconds"][0])).assumptions.join(" "), /taken as seconds/);
  });

  it("says what is missing or does not fit", async () => {
    const cases: [Uint8Array, RegExp][] = [
      [zip({ ...four, "t.npy": times }), /timeUnit: "us"/],
      [zip({ ...four, "t.npy": npy("'|O'", "(2,)", Buffer.from("\x80\x04cos\nsystem\n")) }), /pickles/],
      [npy("[('t', '|O')]", "(1,)", Buffer.alloc(8)), /Python objects/],
      [zip(four), /named t, x, y and p/],
      [zip({ ...four, "t_us.npy": npy("'<i8'", "(3,)", i64(1, 2, 3)) }), /of equal length/],
      [npy("'<f8'", "(2, 4)", Buffer.alloc(64)), /columns: "t x y p"/],
      [zip({ ...four, "t_us.npy": npy("'<i8'", "(99999999999,)", i64(1, 2)) }), /a shape of 99999999999/],
      [zip({ ...four, "t_us.npy": npy("'<i8'", "(2147483648, 2147483648)", i64(1, 2)) }), /a shape of 2147483648 x 2147483648/],
      [zip({ ...four, "x.npy": npy("'<i2'", "(2,)", u16(65533, 5)), "t_us.npy": times }), /x -3 in row 0/],
      [zip({ ...four, "t.npy": npy("'<f8'", "(2,)", Buffer.from(Float64Array.of(NaN, 1).buffer)) }), /t NaN in row 0/],
      [npy("'<i8'", "(2,)", Buffer.alloc(16)).subarray(0, 40), /./],
    ];
    for (const [bytes, pattern] of cases) await assert.rejects(readEvents(bytes), refusedWith(pattern), String(pattern));
    const bad = zip({ ...four, "x.npy": npy("'<i2'", "(2,)", u16(65533, 5)), "t_us.npy": times });
    assert.deepEqual(rows(await readEvents(bad, { onError: "skip" })), ["1501 5 6 0"]);
  });

  it("zip archives: slips, bombs, encrypted and foreign files are refused, and nothing is written anywhere", async () => {
    const entry = async (bytes: Uint8Array) => {
      const source = memorySource(bytes, "events.npz");
      const [first] = await readZip(source);
      return openZipEntry(source, first);
    };
    for (const name of ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", "C:\\b"]) await assert.rejects(entry(zip({ [name]: Buffer.of(1) })), refusedWith(/outside the archive/), name);
    const locked = Buffer.from(zip({ "t.npy": times }));
    locked[locked.lastIndexOf("PK\x01\x02") + 8] |= 1;
    await assert.rejects(entry(locked), refusedWith(/encrypted/));
    const other = Buffer.from(zip({ "t.npy": times }));
    other[other.lastIndexOf("PK\x01\x02") + 10] = 12;
    await assert.rejects(entry(other), refusedWith(/method 12/));
    const source = memorySource(zip({ "t.npy": times }).subarray(0, 40));
    await assert.rejects(readZip(source), refusedWith(/no list of files/));

    const zeros = deflateRawSync(Buffer.alloc(1 << 24));
    const bomb = (stated: number) => zip({ ...four, "t_us.npy": npy("'<i8'", "(2000000000,)", Buffer.alloc(0)) }, false, { "t_us.npy": { packed: zeros, size: stated } });
    await assert.rejects(readEvents(bomb(16_000_000_128)), refusedWith(/grow at most 200 times/));
    await assert.rejects(readEvents(bomb(1000)), refusedWith(/other bytes|a shape of/));
  });
});
