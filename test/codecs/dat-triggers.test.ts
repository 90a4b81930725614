/** DAT files of triggers. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRecording, readEvents, streamEvents, writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { collect } from "./collect.js";
import { memorySink } from "./memory-sink.js";

const words = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const file = Buffer.concat([
  Buffer.from("% Data file containing ExtTrigger events.\n% Version 2\n% Height 480\n% Width 640\n"), Buffer.of(14, 8),
  words(0xfffffff0, (6 << 26) | 1), words(0x10, 6 << 26), words(0x20, ((63 << 26) | 15) >>> 0),
]);
const edges = { t: BigInt64Array.of(0xfffffff0n, 0x100000010n, 0x100000020n), id: Uint8Array.of(6, 6, 63), p: Uint8Array.of(1, 0, 1) };

describe("dat, triggers", () => {
  it("are read with channel, edge and a clock that goes on", async () => {
    const events = await readEvents(file);
    assert.deepEqual([events.length, events.triggers, events.sensor], [0, edges, { width: 640, height: 480 }]);
    assert.deepEqual((await readEvents(file, { shift: true })).triggers.t, BigInt64Array.of(0n, 0x20n, 0x30n));
    const [batch, ...others] = await collect(streamEvents(file));
    assert.deepEqual([batch!.triggers, others], [edges, []]);
  });

  it("windows count from the first of them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "evtlab-dat-"));
    try {
      const path = join(folder, "clock.dat");
      writeFileSync(path, file);
      for (const from of [file, path]) {
        await using recording = await openRecording(from);
        assert.deepEqual([...(await recording.triggers({ from: 0, to: 0x21 })).t], [...edges.t.subarray(0, 2)]);
        assert.deepEqual([...(await recording.triggers({ from: 0x100000020n })).t], [0x100000020n]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("that are cut off are a fault behind those before it", async () => {
    await assert.rejects(readEvents(file.subarray(0, -3)), (error: { byteOffset: number; partial: EventTable }) => {
      assert.deepEqual([error.byteOffset, error.partial.triggers.t.length], [file.length - 8, 2]);
      return true;
    });
  });

  it("are written where there are no events, and left out where there are", async () => {
    const table = (t: bigint[], triggers: EventTable["triggers"]) =>
      new EventTable({ t: BigInt64Array.from(t), x: new Uint16Array(t.length), y: new Uint16Array(t.length), p: new Uint8Array(t.length) },
        { sensor: { width: 640, height: 480 }, origin: 0n, triggers, provenance: { format: "columns", assumptions: [] } });
    const write = async (written: EventTable, shift = false) => {
      const sink = memorySink();
      await writeEvents(written, sink, { format: "dat", shift });
      return readEvents(sink.bytes());
    };
    const early = { ...edges, t: BigInt64Array.of(5n, 0x100000010n - 1n, 0x180000000n) };
    assert.deepEqual((await write(table([], { ...edges, t: edges.t.map((t) => t - 0xf0000000n) }))).triggers.t, edges.t.map((t) => t - 0xf0000000n));
    assert.deepEqual((await write(table([], edges), true)).triggers.t, BigInt64Array.of(0n, 0x20n, 0x30n));
    const both = await write(table([7n], edges));
    assert.deepEqual([both.length, both.triggers.t.length], [1, 0]);
    await assert.rejects(write(table([], early)), /a step from 5 to 4294967311/);
    await assert.rejects(write(table([], { ...edges, t: edges.t.map((t) => t - 0xf0000000n), id: Uint8Array.of(64, 0, 0) })), /channels below 64, got channel 64/);
  });
});
