/** A recording that is still being written is read to its end again and again. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codec, codecNames, streamEvents, writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { aedat2File, aedat3File } from "./aedat-file.js";
import { aedat4File } from "./aedat4-file.js";
import { memorySink } from "./memory-sink.js";
import { samples } from "./samples.js";

const events = 1000;
const t = BigInt64Array.from({ length: events }, (_, i) => BigInt(i * 20));
const x = Uint16Array.from(t, (_, i) => (i * 37) % 240);
const table = EventTable.from({ t, x, y: x.map((value) => value >> 1), p: new Uint8Array(x.map((value) => value & 1)) }, { sensor: { width: 240, height: 180 } });
const all = await Promise.all(codecNames().map(codec));
/** Those whose files can be cut anywhere. */
const formats = all.filter(({ name, write, tail }) => write && tail && name !== "aedat4").map(({ name }) => name);

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

  for (const [format, bytes, camera] of [["aedat2", aedat2File(table), "davis346"], ["aedat3", aedat3File(table), undefined]] as const) {
    it(`${format}: gives all that is added`, async () => {
      const path = join(folder, `growing.${format}`);
      const cuts = [bytes.length >> 1, (bytes.length >> 1) + 333, bytes.length];
      writeFileSync(path, bytes.subarray(0, cuts[0]));
      const stop = new AbortController();
      const got: bigint[] = [];
      let at = 0;
      const grow = setInterval(() => {
        if (at < 2) appendFileSync(path, bytes.subarray(cuts[at], cuts[++at]));
      }, 60);
      try {
        for await (const batch of streamEvents(path, { follow: true, signal: stop.signal, ...(camera && { camera }) })) {
          got.push(...batch.t);
          if (got.length === events) stop.abort();
        }
      } finally {
        clearInterval(grow);
      }
      assert.deepEqual(got, Array.from(t));
    });
  }

  it("is refused with a sentence for formats that are read by what stands at their end", async () => {
    const files = await samples();
    const refused: string[] = [];
    for (const { name, tail } of all) {
      if (tail) continue;
      const { bytes, options } = Object.values(files).find(({ format }) => format === name)!;
      const path = join(folder, `closed.${name}`);
      writeFileSync(path, bytes);
      await assert.rejects(streamEvents(path, { ...options, follow: true }).next(), { tag: "FormatError", message: /a format that grows at its end.*without `follow`/s });
      refused.push(name);
    }
    assert.deepEqual(refused, ["prophesee-hdf5", "dsec-hdf5", "event-utils-hdf5", "v2e-hdf5", "rosbag", "npz", "arrow", "parquet"]);
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

  for (const [format, bytes] of [["aedat3", aedat3File(table)], ["aedat4", aedat4File([table])]] as const) {
    it(`${format}: ends without a fault when it is aborted within a packet`, async () => {
      const path = join(folder, `stops.${format}`);
      for (const cut of [3, 40]) {
        writeFileSync(path, bytes.subarray(0, bytes.length - cut));
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 100);
        for await (const _ of streamEvents(path, { follow: true, signal: stop.signal }));
      }
    });
  }

  it("refuses bytes that cannot grow", async () => {
    const sink = memorySink();
    await writeEvents(table, sink, { format: "evt2" });
    await assert.rejects(streamEvents(sink.bytes(), { follow: true }).next(), { tag: "SourceError" });
  });
});
