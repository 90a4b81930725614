/** Recordings written into gz, zip and zst, by the ending of the path. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { codec, codecNames, readEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { memorySource, openZipEntry, readZip } from "../../src/bytes/index.js";
import { EventTable } from "../../src/events/index.js";
import { memorySink } from "./memory-sink.js";
import { columnsOf, fitted, tables } from "./random.js";

const refusedWith = (pattern: RegExp) => (error: unknown) => isEvtlabError(error) && pattern.test(error.message);
const table = fc.sample(tables, { numRuns: 100, seed: 90 }).find(({ length }) => length > 200)!.sort();

/** More text than fits any buffer on the way. */
const long = (() => {
  const n = 120_000;
  return EventTable.from({ t: new BigInt64Array(n).map((_, i) => BigInt(i * 13)), x: new Uint16Array(n).map((_, i) => (i * 7) % 640), y: new Uint16Array(n).map((_, i) => (i * 11) % 480), p: new Uint8Array(n).map((_, i) => i & 1) });
})();

describe("recordings written into containers", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "evtlab-"))));
  after(() => rmSync(folder, { recursive: true }));

  it(".txt.gz and .csv.gz hold what .txt has, and any gunzip gives it", async () => {
    for (const ending of ["txt", "csv"]) {
      const sink = memorySink("x.txt");
      await writeEvents(long, sink);
      const path = join(folder, `a.${ending}.gz`);
      await writeEvents(long, path);
      assert.deepEqual(zlib.gunzipSync(readFileSync(path)), Buffer.from(sink.bytes()));
      assert.deepEqual(columnsOf(await readEvents(path)), columnsOf(long));
    }
  });

  it(".txt.zip and .zip hold one file of the right name, as rpg_e2vid has them", async () => {
    for (const [name, format, entry] of [["b.txt.zip", undefined, "b.txt"], ["b.zip", "text", "b.txt"], ["b.CSV.ZIP", undefined, "b.CSV"]] as const) {
      const path = join(folder, name);
      await writeEvents(long, path, { ...(format && { format }), header: { columns: "t x y p" } });
      const source = memorySource(readFileSync(path));
      const entries = await readZip(source);
      assert.deepEqual(entries.map((one) => one.name), [entry]);
      const text = new Uint8Array(entries[0]!.size);
      await (await openZipEntry(source, entries[0]!)).read(text, 0);
      assert.match(Buffer.from(text.subarray(0, 40)).toString(), /^640 480\n0\.000000 0 0 0\n0\.000013 7 11 1\n/);
      assert.equal(zlib.crc32(text), readFileSync(path).readUInt32LE(14));
      assert.deepEqual(columnsOf(await readEvents(path)), columnsOf(long));
      rmSync(path);
    }
  });

  it("every format that needs no way back is packed alike; those of HDF5 say that they need it", async () => {
    const packings = "createZstdCompress" in zlib ? ["gz", "zip", "zst"] : ["gz", "zip"];
    for (const name of codecNames()) {
      const { write, endings } = await codec(name);
      if (!write) continue;
      const fit = fitted(table, name);
      for (const packing of packings) {
        const path = join(folder, `c-${name}.${endings[0] ?? "x"}.${packing}`);
        const writing = writeEvents(fit, path, { format: name, shift: name === "v2e-hdf5" });
        if (name.endsWith("hdf5")) await assert.rejects(writing, refusedWith(/a sink that can go back to its start.*pack the file afterwards/));
        else {
          await writing;
          assert.deepEqual(columnsOf(await readEvents(path, name === "nmnist" ? { format: name } : {})), columnsOf(fit), `${name} ${packing}`);
        }
      }
    }
    assert.ok(!readdirSync(folder).some((name) => name.includes("hdf5") || name.endsWith(".partial")), "nothing is left of those that were refused");
    assert.equal(readdirSync(tmpdir()).filter((name) => name.startsWith(`evtlab-${process.pid}-`) && name.endsWith(".spool")).length, 0);
  });

  it("zst asks for a Node that has it", async function () {
    if ("createZstdCompress" in zlib) return this.skip();
    await assert.rejects(writeEvents(table, join(folder, "d.txt.zst")), { tag: "MissingError" });
  });

  it("a path that names no format inside is refused by a sentence", async () => {
    for (const name of ["e.gz", "e.zip", "e.mp4.gz"]) await assert.rejects(writeEvents(table, join(folder, name)), refusedWith(/expected a path that ends in .*, with \.(gz|zip) behind it, got "e\./));
    await assert.rejects(writeEvents(table, join(folder, "e.mp4")), refusedWith(/packed, with \.gz, \.zip or \.zst behind it/));
  });

  it("a fault on the way leaves no file, whoever meets it", async () => {
    const before = readdirSync(folder);
    async function* failing() {
      yield long;
      throw new Error("no more events");
    }
    for (const name of ["f.txt.gz", "f.txt.zip"]) await assert.rejects(writeEvents(failing(), join(folder, name)), /no more events/);
    assert.deepEqual(readdirSync(folder), before);
    for (const name of ["full.txt.gz", "full.txt.zip"]) {
      let room = 1000;
      const sink = { ...memorySink(name), write: async (bytes: Uint8Array) => {
        if ((room -= bytes.length) < 0) throw new Error("no space left");
      } };
      let aborted = false;
      await assert.rejects(writeEvents(long, { ...sink, abort: async () => void (aborted = true) }), /no space left/);
      assert.ok(aborted, name);
    }
  });
});
