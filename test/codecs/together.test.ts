/** What several threads decode together is what one decodes, whatever the words are. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { fileSource } from "../../src/bytes/index.js";
import { writeEvents } from "../../src/codecs/index.js";
import type * as Codecs from "../../src/codecs/index.js";
import type { EventBatch, ReadFromOptions, Seen } from "../../src/codecs/codec.js";
import { GrowingColumns } from "../../src/codecs/columns.js";
import { EventTable } from "../../src/events/index.js";
import { tables, wordKinds } from "./random.js";

describe("several threads on one file", () => {
  let built: typeof Codecs;
  let folder: string;
  let path: string;
  before(async function () {
    // Threads start from what was built. Without it the tests are skipped, visibly.
    const main: string = "../../dist/src/codecs/index.js";
    const found = (await import(main).catch(() => undefined)) as typeof Codecs | undefined;
    if (!found) return this.skip();
    built = found;
    folder = mkdtempSync(join(tmpdir(), "evtlab-together-"));
    path = join(folder, "recording");
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  /** All that a reader learns: columns, triggers, what was seen, faults, and how many events the threads gave. */
  async function learn(format: string, options: ReadFromOptions, count: number, blockBytes: number, runUpBytes: number) {
    const columns = new GrowingColumns();
    const faults: string[] = [];
    let seen: Seen | undefined;
    let together = 0;
    const take = (batch: EventBatch) => {
      columns.append(batch.columns, batch.triggers);
      seen = batch.seen;
    };
    const adopt = (batch: EventBatch, room: EventBatch["columns"]) => {
      together = batch.columns.t.length;
      columns.adopt(room, together, batch.triggers);
      seen = batch.seen;
    };
    const source = await fileSource(path);
    try {
      const threads = count > 1 ? { threads: { count, adopt, blockBytes, runUpBytes } } : {};
      const onSkip: ReadFromOptions["onSkip"] = (fault) => faults.push(fault.message);
      for await (const batch of (await built.codec(format)).read(source, { ...options, take, onSkip, ...threads })) take(batch);
    } catch (error) {
      faults.push((error as Error).message);
    } finally {
      await source.close();
    }
    return { learned: { ...columns.finish(), seen, faults }, together };
  }

  for (const [name, { format, header, words, options }] of Object.entries(wordKinds)) {
    it(`${name}: equal one thread on random words, with faults skipped and stopped at`, async function () {
      this.timeout(240_000);
      let together = 0;
      const choices = fc.record({
        words: fc.array(words, { minLength: 1, maxLength: 6 }),
        shift: fc.boolean(),
        onError: fc.constantFrom("skip" as const, "stop" as const),
        sensor: fc.constantFrom(undefined, { width: 2048, height: 2000 }, { width: 1500, height: 1800 }),
        count: fc.constantFrom(2, 3),
        blockBytes: fc.constantFrom(64, 256),
        runUpBytes: fc.constantFrom(0, 128),
      });
      await fc.assert(
        fc.asyncProperty(choices, async ({ words, shift, onError, sensor, count, blockBytes, runUpBytes }) => {
          writeFileSync(path, Buffer.concat([header, ...words]));
          const read = { ...options, shift, onError, ...(sensor && { sensor }) };
          const shared = await learn(format, read, count, blockBytes, runUpBytes);
          assert.deepEqual(shared.learned, (await learn(format, read, 1, 0, 0)).learned);
          together += shared.together;
        }),
        { numRuns: 50, seed: 11 },
      );
      assert.ok(together > 1000, `only ${together} events were decoded together`);
    });

    if (!wordKinds[name]!.write) continue;

    it(`${name}: equal one thread on recordings, nearly all of them decoded together`, async function () {
      this.timeout(240_000);
      await fc.assert(
        fc.asyncProperty(fc.array(tables, { minLength: 8, maxLength: 8 }), async (parts) => {
          const events = parts.map((part) => part.sort());
          let shift = 0n;
          const t = events.map((part) => {
            const times = part.t.map((time) => time + shift);
            shift = times.at(-1) ?? shift;
            return times;
          });
          const join = <Row, Column>(pieces: readonly Iterable<Row>[], from: (rows: Row[]) => Column) => from(pieces.flatMap((piece) => [...piece]));
          const table = EventTable.from(
            {
              t: join(t, (rows) => BigInt64Array.from(rows)),
              x: join(events.map(({ x }) => x), (rows) => Uint16Array.from(rows)),
              y: join(events.map(({ y }) => y), (rows) => Uint16Array.from(rows)),
              p: join(events.map(({ p }) => p), (rows) => Uint8Array.from(rows)),
            },
            { sensor: { width: 1280, height: 720 } },
          );
          await writeEvents(table, path, { format, header: wordKinds[name]!.write! });
          const shared = await learn(format, { ...options }, 2, 512, 256);
          assert.deepEqual(shared.learned, (await learn(format, { ...options }, 1, 0, 0)).learned);
        }),
        { numRuns: 10, seed: 12 },
      );
    });
  }

  it("one decoder reads what a thread that died has left", async function () {
    this.timeout(60_000);
    const count = 3_000_000;
    const columns = { t: BigInt64Array.from({ length: count }, (_, i) => BigInt(i >> 3)), x: new Uint16Array(count).fill(7), y: new Uint16Array(count).fill(9), p: new Uint8Array(count) };
    await writeEvents(EventTable.from(columns, { sensor: { width: 1280, height: 720 } }), path, { format: "evt2" });
    const death = join(folder, "death.mjs");
    // With a block that it has taken, so that the others wait for it; in the second reading, for which it need not start first.
    const flag = join(folder, "flag");
    writeFileSync(death, `import { isMainThread } from "node:worker_threads";
      import fs from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      const { readSync } = fs;
      if (!isMainThread) fs.readSync = (...given) => (fs.existsSync(${JSON.stringify(flag)}) ? process.exit(1) : readSync(...given));
      syncBuiltinESMExports();`);
    const script = join(folder, "read.mjs");
    writeFileSync(script, `const { readEvents } = await import(${JSON.stringify(new URL("../../dist/src/codecs/index.js", import.meta.url).href)});
      await readEvents(${JSON.stringify(path)}, { workers: 2 });
      (await import("node:fs")).writeFileSync(${JSON.stringify(flag)}, "");
      const { t } = await readEvents(${JSON.stringify(path)}, { workers: 2 });
      console.log(t.length, t.at(-1));`);
    const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: 40_000, env: { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(death)}` } });
    assert.equal(stdout, `${count} ${(count - 1) >> 3}n\n`, stderr);
  });

  it("readEvents and the handle take `workers`, small files and streams are read by one thread, and nonsense is refused", async () => {
    const table = fc.sample(tables, { numRuns: 20, seed: 5 }).find(({ length }) => length > 30)!;
    const columns = { t: new BigInt64Array(3_000_000), x: new Uint16Array(3_000_000), y: new Uint16Array(3_000_000), p: new Uint8Array(3_000_000) };
    for (let i = 0; i < columns.t.length; i++) {
      columns.t[i] = BigInt(i >> 3);
      columns.x[i] = (i * 7919) % 1280;
      columns.y[i] = (i * 104729) % 720;
      columns.p[i] = i & 1;
    }
    await writeEvents(EventTable.from(columns, { sensor: { width: 1280, height: 720 } }), path, { format: "evt2" });
    const { readEvents, openRecording } = built;
    const progress: number[] = [];
    const read = await readEvents(path, { workers: 2, onProgress: ({ events }) => progress.push(events) });
    const one = await readEvents(path);
    assert.ok(!(read.t.buffer instanceof SharedArrayBuffer), "plain columns");
    for (const column of ["t", "x", "y", "p"] as const) assert.equal(Buffer.compare(bytesOf(read[column]), bytesOf(one[column])), 0, column);
    assert.deepEqual([read.sensor, read.origin, read.provenance], [one.sensor, one.origin, one.provenance]);
    assert.equal(progress.at(-1), 3_000_000);
    await using recording = await openRecording(path);
    assert.equal((await recording.events({ workers: 2 })).length, 3_000_000);
    assert.equal((await recording.events({ workers: 2, from: 1000, to: 2000 })).length, 8000);

    await assert.rejects(readEvents(path, { workers: 2, signal: AbortSignal.abort() }), /abort/i);
    await writeEvents(table, path, { format: "evt2" });
    assert.equal((await readEvents(path, { workers: 2 })).length, table.length);
    for (const workers of [0, 1.5, 1000]) await assert.rejects(readEvents(path, { workers }), /readEvents: workers/);
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
