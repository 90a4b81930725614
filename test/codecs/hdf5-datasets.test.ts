import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { memorySource } from "../../src/bytes/index.js";
import { codec, readEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/index.js";
import { tables } from "../events/random-table.js";
import { memorySink } from "./memory-sink.js";

const columnsOf = ({ t, x, y, p }: EventTable) => ({ t, x, y, p });
const refusedWith = (pattern: RegExp) => (error: unknown) => isEvtlabError(error) && pattern.test(error.message);

/** A recording in the layout of DSEC as h5wasm writes it, packed by a filter of its plugins. */
async function packed(path: string, filter: number | undefined, options: number[] = []): Promise<EventTable> {
  const { ready, File } = await import("h5wasm/node");
  (await ready).insert_plugin_search_path(join(dirname(createRequire(import.meta.url).resolve("h5wasm-plugins/package.json")), "plugins"), 0);
  const n = 5000;
  const t = Uint32Array.from({ length: n }, (_, i) => i * 7);
  const x = Uint16Array.from({ length: n }, (_, i) => (i * 31) % 640);
  const y = Uint16Array.from({ length: n }, (_, i) => (i * 17) % 480);
  const p = Uint8Array.from({ length: n }, (_, i) => i & 1);
  const file = new File(path, "w");
  const events = file.create_group("events");
  for (const [name, data] of Object.entries({ t, x, y, p })) {
    events.create_dataset({ name, data, shape: [n], chunks: [1024], ...(filter !== undefined && { compression: filter, compression_opts: options }) });
  }
  file.create_dataset({ name: "t_offset", data: BigInt64Array.of(10_000_000_000n), shape: [1] });
  file.close();
  return EventTable.from({ t: BigInt64Array.from(t, (time) => BigInt(time) + 10_000_000_000n), x, y, p });
}

describe("HDF5 layouts of data sets", () => {
  for (const format of ["dsec-hdf5", "event-utils-hdf5", "v2e-hdf5"]) {
    it(`${format}: a table that is written is read back equal, plain and packed, on both devices`, async () => {
      await fc.assert(
        fc.asyncProperty(tables, fc.constantFrom("gzip", "none"), async (table, compression) => {
          const sink = memorySink();
          await writeEvents(table, sink, { format, compression, shift: format === "v2e-hdf5" });
          const first = format === "v2e-hdf5" ? (table.t[0] ?? 0n) : 0n;
          for (const device of ["wasm", "cpu"] as const) {
            const read = await readEvents(sink.bytes(), { device });
            assert.deepEqual(columnsOf(read), { ...columnsOf(table), t: table.t.map((t) => t - first) });
            assert.deepEqual([read.sensor, read.provenance.format], [table.sensor, format]);
          }
        }),
        { numRuns: 12, seed: 60 },
      );
    });
  }

  it("windows are found in the times, over many chunks", async () => {
    const n = 100_000;
    const table = EventTable.from({
      t: new BigInt64Array(n).map((_, i) => 5_000_000_000n + BigInt(i) * 5n), x: new Uint16Array(n).map((_, i) => i % 300), y: new Uint16Array(n), p: new Uint8Array(n),
    });
    for (const format of ["dsec-hdf5", "event-utils-hdf5", "v2e-hdf5"]) {
      const sink = memorySink();
      const base = format === "v2e-hdf5" ? 5_000_000_000n : 0n;
      await writeEvents(table, sink, { format, shift: base > 0n });
      const [from, to] = [5_000_200_000n - base, 5_000_200_333n - base];
      const times: bigint[] = [];
      let all = 0;
      for await (const { columns: { t } } of (await (await codec(format)).readWindow!(memorySource(sink.bytes()), { from, to }))!) {
        all += t.length;
        times.push(...t.filter((time) => time >= from && time < to));
      }
      assert.deepEqual(BigInt64Array.from(times), table.between(from + base, to + base).t.map((t) => t - base), format);
      assert.ok(all < n, format);
    }
  });

  it("reads Blosc and zstd through the library, from a file and from memory, and leaves no copy", async function () {
    this.timeout(240_000);
    const folder = mkdtempSync(`${tmpdir()}/evtlab-`);
    try {
      for (const [filter, options] of [[undefined, []], [32001, [2, 2, 1, 0, 5, 1, 0]], [32015, [3]]] as const) {
        const path = `${folder}/packed-${filter}.h5`;
        const expected = await packed(path, filter, [...options]);
        assert.deepEqual(columnsOf(await readEvents(path)), columnsOf(expected), `filter ${filter}`);
        const before = readdirSync(tmpdir()).filter((name) => name.endsWith(".h5")).length;
        assert.deepEqual(columnsOf(await readEvents(readFileSync(path))), columnsOf(expected), `filter ${filter}`);
        assert.equal(readdirSync(tmpdir()).filter((name) => name.endsWith(".h5")).length, before);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("a filter that nobody here knows is refused by name, where h5wasm gives garbage", async () => {
    const sink = memorySink();
    const n = 9;
    const table = EventTable.from({ t: new BigInt64Array(n), x: new Uint16Array(n), y: new Uint16Array(n), p: new Uint8Array(n) });
    await writeEvents(table, sink, { format: "dsec-hdf5" });
    const bytes = Buffer.from(sink.bytes());
    // In each pipeline: deflate (filter 1, optional) becomes filter 40000.
    const deflate = Buffer.from([1, 0, 0, 0, 1, 0, 1, 0, 4, 0, 0, 0]);
    for (let at = bytes.indexOf(deflate); at >= 0; at = bytes.indexOf(deflate, at)) bytes.writeUInt16LE(40000, at);
    await assert.rejects(readEvents(bytes), refusedWith(/filter 40000/));
  });

  it("the library prints nothing of the faults that it meets", () => {
    // A superblock that only the library reads, and nothing behind it.
    const script = `
      import { writeFileSync } from "node:fs";
      import { fileSource } from "./src/bytes/index.ts";
      import { LibraryFile } from "./src/codecs/hdf5/library.ts";
      const path = process.argv[1];
      writeFileSync(path, Buffer.concat([Buffer.from("894844460d0a1a0a02080800", "hex"), Buffer.alloc(3000, 7)]));
      LibraryFile.open(await fileSource(path)).catch((error) => { console.error("still heard"); console.log(error.message); });
    `;
    const folder = mkdtempSync(`${tmpdir()}/evtlab-`);
    try {
      const { stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", "--input-type=module", "--eval", script, `${folder}/broken.h5`], { encoding: "utf8" });
      assert.match(stdout, /what the HDF5 library cannot open/);
      assert.equal(stderr, "still heard\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("times that a layout cannot hold are refused", async () => {
    const one = (t: bigint[]) => EventTable.from({ t: BigInt64Array.from(t), x: new Uint16Array(t.length), y: new Uint16Array(t.length), p: new Uint8Array(t.length) });
    await assert.rejects(writeEvents(one([5n, 5n + (1n << 32n)]), memorySink(), { format: "dsec-hdf5" }), refusedWith(/71 minutes/));
    await assert.rejects(writeEvents(one([1n << 32n]), memorySink(), { format: "v2e-hdf5" }), refusedWith(/shift: true/));
    await assert.rejects(writeEvents(one([1n << 52n]), memorySink(), { format: "event-utils-hdf5" }), refusedWith(/2\^52/));
    const { overwrite: _, ...forwards } = memorySink();
    await assert.rejects(writeEvents(one([1n]), forwards, { format: "v2e-hdf5" }), refusedWith(/go back to its start/));
  });
});
