import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { readEvents, streamEvents, writeEvents } from "../../src/codecs/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { sortByTime } from "../../src/events/sort.js";
import { EventTable } from "../../src/events/index.js";
import { memorySink } from "./memory-sink.js";
import { zip } from "./numpy-file.js";
import { tables } from "./random.js";

const columnsOf = ({ t, x, y, p }: EventTable) => ({ t, x, y, p });
const refusedWith = (pattern: RegExp) => (error: unknown) => isEvtlabError(error) && pattern.test(error.message);
const spools = () => readdirSync(tmpdir()).filter((name) => name.endsWith(".spool")).length;

describe("recordings in containers", () => {
  const found = fc.sample(tables, { numRuns: 100, seed: 80 }).find(({ length }) => length > 200)!;
  const table = new EventTable(sortByTime(found), { ...found, origin: 0n });

  for (const format of ["evt3", "dat", "text", "prophesee-hdf5", "npz", "parquet", "arrow"]) {
    it(`${format} in .gz and in .zip`, async () => {
      const sink = memorySink();
      await writeEvents(table, sink, { format });
      const bytes = sink.bytes();
      const before = spools();
      const packed = { gz: gzipSync(bytes), "zip, packed": zip({ "folder/events.x": bytes }, true), "zip, stored": zip({ "events.x": bytes }), "gz in a stream": (async function* () { yield gzipSync(bytes); })() };
      for (const [name, from] of Object.entries(packed)) assert.deepEqual(columnsOf(await readEvents(from)), columnsOf(table), name);
      assert.equal(spools(), before, "no temporary file stays");
    });
  }

  it("a file by path, batch by batch; zstd", async () => {
    const folder = mkdtempSync(`${tmpdir()}/evtlab-`);
    try {
      const sink = memorySink();
      await writeEvents(table, sink, { format: "text" });
      writeFileSync(`${folder}/events.txt.gz`, gzipSync(sink.bytes()));
      let count = 0;
      for await (const batch of streamEvents(`${folder}/events.txt.gz`)) count += batch.length;
      assert.equal(count, table.length);
      // "1.5 3 4 1\n" as `zstd` packs it: one raw block, its size stated.
      const frame = Buffer.concat([Buffer.from("28b52ffd200a510000", "hex"), Buffer.from("1.5 3 4 1\n")]);
      assert.equal((await readEvents(frame)).t[0], 1_500_000n);
      await assert.rejects(readEvents(frame.subarray(0, 15)), refusedWith(/zstd/));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("bombs, cuts and archives of several files are refused by a sentence", async function () {
    this.timeout(240_000);
    const comments = gzipSync(Buffer.alloc(1 << 26, `${"#".repeat(1023)}\n`));
    // Members one behind the other are one gzip file.
    const bomb = Buffer.concat([gzipSync(Buffer.from("1.5 3 4 1\n")), ...Array<Buffer>(5).fill(comments)]);
    await assert.rejects(readEvents(bomb), refusedWith(/grow at most 200 times/));
    await assert.rejects(readEvents(gzipSync(Buffer.from("1.5 3 4 1\n".repeat(9))).subarray(0, 30)), refusedWith(/cut off or damaged/));
    await assert.rejects(readEvents(zip({ "a.txt": Buffer.of(1), "b.txt": Buffer.of(1) })), refusedWith(/2 files: a.txt, b.txt/));
    await assert.rejects(readEvents(zip({ "../a.txt": Buffer.from("1.5 3 4 1\n") })), refusedWith(/outside the archive/));
  });
});
