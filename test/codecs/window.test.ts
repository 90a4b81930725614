/** A part of a recording is what reading it all and cutting gives, whatever way is taken to it. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { codec, codecNames, openRecording, readEvents, streamEvents, writeEvents } from "../../src/codecs/index.js";
import { indexPath, timeIndex } from "../../src/codecs/index-file.js";
import { openBytes } from "../../src/codecs/opened.js";
import { segmentOf } from "../../src/codecs/time-index.js";
import { EventTable } from "../../src/events/index.js";
import { recordings, goldens } from "../golden/recordings.js";
import { fitted, tables } from "./random.js";
import { aedat2File, aedat3File } from "./aedat-file.js";
import { aedat4File } from "./aedat4-file.js";
import { bagFile, eventMessage } from "./bag-file.js";

const codecs = await Promise.all(codecNames().map(codec));
const seekable = codecs.filter((candidate) => candidate.write && (candidate.bookmarks || candidate.readWindow));

/** Events and triggers with from ≤ t < to, by looking at each. */
function pick({ t, x, y, p, triggers }: EventTable, from: bigint, to: bigint) {
  const inside = (times: BigInt64Array) => Array.from(times.keys()).filter((i) => times[i] >= from && times[i] < to);
  return {
    events: inside(t).map((i) => [t[i], x[i], y[i], p[i]]),
    triggers: inside(triggers.t).map((i) => [triggers.t[i], triggers.id[i], triggers.p[i]]),
  };
}

const everything = (table: EventTable) => pick(table, -(1n << 63n), (1n << 63n) - 1n);

describe("parts of a recording", () => {
  let folder: string;
  let files = 0;
  const newFile = (ending = "bin") => join(folder, `${files++}.${ending}`);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "evtlab-window-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const { name, bookmarks: indexed, readWindow } of seekable) {
    const bookmarks = indexed && !readWindow;
    it(`${name}: equal what is cut from the whole, with many small segments and steps back in time`, async function () {
      this.timeout(240_000);
      let segments = 0;
      let written = 0;
      const cases = fc.record({ table: tables.filter(({ length }) => length > 1), a: fc.double({ min: -0.1, max: 1.1, noNaN: true }), b: fc.double({ min: 0, max: 0.5, noNaN: true }), spacing: fc.integer({ min: 8, max: 200 }) });
      await fc.assert(
        fc.asyncProperty(cases, async ({ table, a, b, spacing }) => {
          const path = newFile();
          // Not every format holds every time.
          if (!(await writeEvents(fitted(table, name), path, { format: name }).then(() => true, () => false))) return;
          written++;
          const whole = await readEvents(path, { format: name });
          if (bookmarks) {
            // A finer index than for large files, which the readers then find in memory.
            const opened = await openBytes("test", path, { format: name });
            const index = await timeIndex(opened, { bookmarkBytes: spacing });
            await opened.close();
            segments += index?.entries.length ?? 0;
          }
          const span = Math.max(1, Number(whole.t.reduce((x, y) => (x > y ? x : y)) - whole.origin));
          const from = Math.round(a * span);
          const to = from + Math.max(1, Math.round(b * span));
          const [start, end] = [whole.origin + BigInt(from), whole.origin + BigInt(to)];
          const part = await readEvents(path, { format: name, from, to });
          assert.deepEqual(everything(part), pick(whole, start, end));
          assert.equal(part.origin, whole.origin);
          // Where the file itself finds the window, nothing is known of disorder outside it.
          const said = ({ provenance }: EventTable) => provenance.assumptions.filter((text) => bookmarks || !text.includes("not sorted"));
          assert.deepEqual([part.sensor, said(part)], [whole.sensor, said(whole)]);
          const sorted = await readEvents(path, { format: name, sort: true });
          const sortedPart = await readEvents(path, { format: name, from: start, to: end, sort: true });
          assert.deepEqual(everything(sortedPart).events, everything(sorted.between(start, end)).events);
          const slow = await readEvents(path, { format: name, from, device: "cpu" });
          assert.deepEqual(everything(slow), pick(whole, start, 1n << 62n));
        }),
        { numRuns: 25, seed: 11 },
      );
      assert.ok(written > 10, `${written} tables`);
      assert.ok(!bookmarks || segments > 200, `${segments} segments`);
    });
  }

  const small = (parts: readonly EventTable[]) => parts.map((part) => ({ topic: "/events", type: "dvs_msgs/EventArray", data: eventMessage(part, part.sensor) }));
  const byHand: Readonly<Record<string, (parts: readonly EventTable[]) => Buffer>> = {
    "aedat4 without an index": (parts) => aedat4File(parts, { packing: "lz4", triggers: parts[0]!.triggers }),
    "aedat3 in packets": (parts) => Buffer.concat(parts.map(aedat3File).map((file, i) => (i === 0 ? file : file.subarray(file.indexOf("END-HEADER") + 12 + 36)))),
    rosbag: (parts) => bagFile(small(parts), { compression: "lz4", perChunk: 3 }),
    aedat2: (parts) => Buffer.concat(parts.map(aedat2File).map((file, i) => (i === 0 ? file : file.subarray(-8 * parts[i]!.length)))),
  };
  for (const [name, file] of Object.entries(byHand)) {
    it(`${name}: equal what is cut from the whole`, async () => {
      const events = 600;
      const t = BigInt64Array.from({ length: events }, (_, i) => BigInt(1000 + i * 50 - (i % 7 === 0 ? 400 : 0)));
      const x = Uint16Array.from(t, (_, i) => (i * 7919) % 240);
      const triggers = { t: BigInt64Array.of(3000n, 9000n), id: Uint8Array.of(0, 0), p: Uint8Array.of(1, 0) };
      const empty = EventTable.from({ t: t.slice(0, 0), x: x.slice(0, 0), y: x.slice(0, 0), p: new Uint8Array(0) }, { sensor: { width: 240, height: 180 } });
      const table = new EventTable({ t, x, y: x.map((value) => value >> 1), p: new Uint8Array(x.map((value) => value & 1)) }, { ...empty, triggers });
      const path = newFile();
      const bytes = file(Array.from({ length: 30 }, (_, i) => table.slice(i * 20, i * 20 + 20)));
      writeFileSync(path, bytes);
      const options = name === "aedat2" ? { camera: "davis346" } : {};
      const whole = await readEvents(path, options);
      assert.equal(whole.length, events);
      const opened = await openBytes("test", path, options);
      const index = await timeIndex(opened, { ...options, bookmarkBytes: 700 });
      await opened.close();
      assert.ok(index!.entries.length > 4, `${index!.entries.length} places to resume at`);
      for (const [from, to] of [[0n, 5000n], [7000n, 7050n], [9000n, 40_000n], [30_000n, 31_000n]] as const) {
        assert.deepEqual(everything(await readEvents(path, { ...options, from, to })), pick(whole, from, to), `${from} to ${to}`);
        const { resume, stop } = segmentOf(index!, { from, to });
        if (to - from < 6000n) assert.ok((stop?.byteOffset ?? bytes.length) - (resume?.byteOffset ?? 0) < bytes.length / 2, `${from} to ${to}: from ${resume?.byteOffset} to ${stop?.byteOffset} of ${bytes.length}`);
      }
    });
  }

  for (const file of goldens ? readdirSync(recordings).filter((name) => !name.endsWith(".npy")) : ["(no recordings beside the checkout)"]) {
    it(`${file}: parts of a real recording`, async function () {
      if (!goldens) return this.skip();
      const path = join(recordings, file);
      const format = await readEvents(path).then((table) => table.provenance.format, () => undefined);
      if (format === undefined) return this.skip(); // a format that is not read
      const copy = newFile(file);
      writeFileSync(copy, readFileSync(path));
      const whole = await readEvents(copy);
      const opened = await openBytes("test", copy, {});
      if (opened.codec.bookmarks) await timeIndex(opened, { bookmarkBytes: 1000 });
      await opened.close();
      const { duration } = whole;
      for (const [from, to] of [[0, 0.1], [0.33, 0.34], [0.5, 0.9], [0.99, 1.5], [2, 3], [-1, 0]]) {
        const [start, end] = [BigInt(Math.round(from * duration)), BigInt(Math.max(1, Math.round(to * duration)))].map((t) => t + whole.origin);
        const part = await readEvents(copy, { from: start, to: end });
        assert.deepEqual(everything(part), pick(whole, start, end), `${from} to ${to}`);
      }
    });
  }
});

describe("the index beside a recording", () => {
  let folder: string;
  let path: string;
  let whole: EventTable;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "evtlab-index-"));
    path = join(folder, "large.raw");
    const events = 300_000;
    const t = BigInt64Array.from({ length: events }, (_, i) => BigInt(1000 + i * 3));
    const x = Uint16Array.from(t, (_, i) => (i * 7919) % 640);
    const table = EventTable.from({ t, x, y: x.map((value) => value >> 1), p: new Uint8Array(x.map((value) => value & 1)) }, { sensor: { width: 640, height: 480 } });
    await writeEvents(table, path, { format: "evt2" });
    whole = await readEvents(path);
  });
  afterEach(() => {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  });

  const window = { from: 400_000, to: 410_000 } as const;
  const wanted = () => everything(whole.between(window.from, window.to));
  /** Bytes that a read of the window takes from the file. */
  async function bytesRead(): Promise<number> {
    let last = 0;
    assert.deepEqual(everything(await readEvents(path, { ...window, onProgress: (progress) => (last = progress.bytesRead) })), wanted());
    return last;
  }
  /** The file as another process finds it: changed, so that what is in memory is not for it, with the index that lies there. */
  function touched(change: (index: string) => string): void {
    const index = readFileSync(indexPath(path), "utf8");
    const then = new Date(Date.now() - 1e7 - Math.random() * 1e7);
    utimesSync(path, then, then);
    writeFileSync(indexPath(path), change(index));
  }

  it("is made by the first part that is read, and not by a whole read", async () => {
    assert.ok(!existsSync(indexPath(path)));
    await bytesRead();
    assert.match(readFileSync(indexPath(path), "utf8"), /^evtlab-index 2 [0-9a-f]{64}\n.*"state":\{"bytes":"[A-Za-z0-9+/=]+"\}/);
    assert.deepEqual(readdirSync(folder).sort(), ["large.raw", "large.raw.evtlab-index"]);
  });

  it("is not used for a file that changed, nor when it is damaged, and is then made anew", async () => {
    await bytesRead();
    for (const change of [(index: string) => index, (index: string) => index.replace('"events":', '"Events":'), () => "", () => "evtlab-index 2 what"]) {
      touched(change);
      const before = readFileSync(indexPath(path), "utf8");
      await bytesRead();
      assert.notEqual(readFileSync(indexPath(path), "utf8"), before);
    }
  });

  it("lives in memory where the folder cannot be written", async function () {
    chmodSync(folder, 0o555);
    const canWrite = process.getuid?.() === 0; // root writes everywhere
    await bytesRead();
    assert.equal(existsSync(indexPath(path)), canWrite);
    await bytesRead();
  });

  it("serves one handle for tables, streams and triggers alike", async () => {
    await using recording = await openRecording(path);
    assert.equal(recording.info.format, "evt2");
    assert.deepEqual(everything(await recording.events(window)), wanted());
    const batches: EventTable[] = [];
    for await (const batch of recording.stream({ ...window, batch: { time: "2ms" } })) batches.push(batch);
    assert.equal(batches.length, 5);
    assert.ok(batches.every((batch, i) => batch.t[0] >= whole.origin + 400_000n + BigInt(i) * 2000n && batch.origin === whole.origin));
    assert.deepEqual(batches.flatMap((batch) => everything(batch).events), wanted().events);
    const streamed: EventTable[] = [];
    for await (const batch of streamEvents(path, { ...window })) streamed.push(batch);
    assert.deepEqual(streamed.flatMap((batch) => everything(batch).events), wanted().events);
    assert.equal((await recording.triggers()).t.length, 0);
    assert.throws(() => recording.frames(), { tag: "FormatError" });
    await assert.rejects(recording.events({ from: "2ms", to: "1ms" }), { tag: "WindowError" });
    assert.equal((await recording.events()).length, whole.length);
  });
});
