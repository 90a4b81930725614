/** A recording that is still being written is read to its end again and again. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codec, codecNames, streamEvents, writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { aedat4File } from "./aedat4-file.js";
import { memorySink } from "./memory-sink.js";

const events = 1000;
const t = BigInt64Array.from({ length: events }, (_, i) => BigInt(i * 20));
const x = Uint16Array.from(t, (_, i) => (i * 37) % 240);
const table = EventTable.from({ t, x, y: x.map((value) => value >> 1), p: new Uint8Array(x.map((value) => value & 1)) }, { sensor: { width: 240, height: 180 } });
const formats = (await Promise.all(codecNames().map(codec))).filter(({ name, write, bookmarks }) => write && bookmarks && name !== "aedat4").map(({ name }) => name);

describe("following a growing file", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "evtlab-follow-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const format of formats) {
    it(`${format}: gives what is there before it waits, also when a word is cut in two`, async () => {
      const sink = memorySink();
      await writeEvents(table, sink, { format });
      const bytes = sink.bytes();
      const path = join(folder, `growing.${format}`);
      // The header and 3 pieces; all but the last end within a word.
      const cuts = [bytes.length >> 2, bytes.length >> 1, bytes.length].map((at, i) => (i < 2 ? at | 1 : at));
      writeFileSync(path, bytes.subarray(0, cuts[0]));
      const stop = new AbortController();
      const growing: number[] = [];
      const got: bigint[] = [];
      for await (const batch of streamEvents(path, { follow: true, signal: stop.signal, format })) {
        got.push(...batch.t);
        growing.push(got.length);
        const next = cuts[growing.length];
        if (next !== undefined) appendFileSync(path, bytes.subarray(cuts[growing.length - 1], next));
        else stop.abort();
      }
      assert.deepEqual(got, Array.from(t));
      assert.equal(growing.length, 3);
      assert.ok(growing[0] > 100 && growing[0] < 400 && growing[1] > 400 && growing[1] < 600, String(growing));
    });
  }

  it("aedat4: gives each packet as soon as it is whole", async () => {
    const packets = Array.from({ length: 4 }, (_, i) => table.slice(i * 250, i * 250 + 250));
    const ends = [1, 2, 3, 4].map((count) => aedat4File(packets.slice(0, count), { packing: "lz4" }).length);
    const bytes = aedat4File(packets, { packing: "lz4" });
    const path = join(folder, "growing.aedat4");
    writeFileSync(path, bytes.subarray(0, ends[0]! + 5));
    const stop = new AbortController();
    const lengths: number[] = [];
    for await (const batch of streamEvents(path, { follow: true, signal: stop.signal })) {
      lengths.push(batch.length);
      const count = lengths.length;
      if (count < 4) appendFileSync(path, bytes.subarray(ends[count - 1]! + 5, ends[count]! + (count < 3 ? 5 : 0)));
      else stop.abort();
    }
    assert.deepEqual(lengths, [250, 250, 250, 250]);
  });

  it("ends when the signal is aborted while it waits, half a word or not", async () => {
    const sink = memorySink();
    await writeEvents(table, sink, { format: "evt2" });
    const path = join(folder, "stops.raw");
    writeFileSync(path, sink.bytes().subarray(0, -1));
    const stop = new AbortController();
    let got = 0;
    for await (const batch of streamEvents(path, { follow: true, signal: stop.signal })) {
      got += batch.length;
      setTimeout(() => stop.abort(), 20);
    }
    assert.equal(got, events - 1);
  });

  it("refuses bytes that cannot grow", async () => {
    const sink = memorySink();
    await writeEvents(table, sink, { format: "evt2" });
    await assert.rejects(streamEvents(sink.bytes(), { follow: true }).next(), { tag: "SourceError" });
  });
});
