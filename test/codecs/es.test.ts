import assert from "node:assert/strict";
import fc from "fast-check";
import { inspect, readEvents, writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { memorySink } from "./memory-sink.js";
import { columnsOf, sortedTables } from "./random.js";

const head = (type: number, ...size: number[]) =>
  Buffer.concat([Buffer.from("Event Stream"), Buffer.of(2, 0, 0, type), Buffer.from(Uint16Array.from(size).buffer)]);

describe("es", () => {
  it("a table that is written is read back equal on both devices, in one piece and shifted", async () => {
    await fc.assert(
      fc.asyncProperty(sortedTables({ width: 1280, height: 720, longestPause: 100_000 }), fc.boolean(), async (table, shift) => {
        const sink = memorySink();
        await writeEvents(table, sink, { format: "es" });
        for (const device of ["cpu", "wasm"] as const) {
          const read = await readEvents(sink.bytes(), { device, shift });
          const first = shift ? (table.t[0] ?? 0n) : 0n;
          assert.deepEqual(columnsOf(read), { ...columnsOf(table), t: table.t.map((t) => t - first) });
          assert.deepEqual(read.sensor, table.sensor);
        }
      }),
      { numRuns: 100, seed: 31 },
    );
  });

  it("random bytes give the same events and faults on both devices, as DVS and as ATIS", async () => {
    const bytes = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0xfc, 0xfd, 0xfe, 0xff)), { maxLength: 500, size: "max" });
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(1, 2), async (body, type) => {
        const file = Buffer.concat([head(type, 16000, 15000), Buffer.from(body)]);
        const run = async (device: "cpu" | "wasm") => {
          const faults: string[] = [];
          const events = await readEvents(file, { device, onError: "skip", onSkip: ({ message }) => faults.push(message) });
          return { ...columnsOf(events), faults };
        };
        assert.deepEqual(await run("wasm"), await run("cpu"));
      }),
      { numRuns: 200, seed: 32 },
    );
  });

  it("ATIS: change detections are events, threshold crossings only pass time", async () => {
    const place = [3, 0, 2, 0];
    const file = Buffer.concat([
      head(2, 304, 240),
      Buffer.of((5 << 2) | 2, ...place, 0xfd, (7 << 2) | 1, ...place, (1 << 2) | 3, ...place, 0xff, (2 << 2) | 0, ...place),
    ]);
    const events = await readEvents(file);
    assert.deepEqual(Array.from(events.t), [5n, 5n + 63n + 7n + 1n + 189n + 2n]);
    assert.deepEqual(Array.from(events.p), [1, 0]);
    assert.match(events.provenance.assumptions.join(), /threshold crossings, which measure exposure, are left out/);
    assert.equal((await inspect(file)).header["type"], "ATIS");
  });

  it("refuses what it cannot read with a sentence", async () => {
    const colour = Buffer.concat([head(4, 304, 240), Buffer.of(0xff, 3, 1, 0, 1, 0, 10, 20, 30, 4, 2, 0, 2, 0, 10, 20, 30)]);
    await assert.rejects(readEvents(colour), /a colour Event Stream: 2 colours of pixels without polarity, the last at 261 µs/);
    await assert.rejects(readEvents(Buffer.concat([head(3), Buffer.of(1)])), /type AMD, commands for a display/);
    await assert.rejects(readEvents(head(7)), { tag: "DecodeError", byteOffset: 15 });
    await assert.rejects(readEvents(head(1, 0, 240)), /a sensor with pixels, got 0x240/);
    const old = head(1, 304, 240);
    old[12] = 1;
    await assert.rejects(readEvents(old), /expected version 2, got version 1.0.0/);
    const liar = Buffer.concat([head(0), Buffer.of(0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)]);
    await assert.rejects(readEvents(liar), { tag: "DecodeError", byteOffset: 16 });
    await assert.rejects(readEvents(Buffer.concat([head(1, 9, 9), Buffer.of(2, 9, 0, 0, 0)])), /x below 9, got an event with x 9/);
  });

  it("an event that is cut off at the end is a fault behind the events before it", async () => {
    const file = Buffer.concat([head(1, 9, 9), Buffer.of(2, 1, 0, 2, 0, 0xff, 3, 1, 0)]);
    await assert.rejects(readEvents(file), (error: { byteOffset: number; partial: EventTable }) => {
      assert.equal(error.byteOffset, 26);
      assert.equal(error.partial.length, 1);
      return true;
    });
  });

  it("refuses to write disorder, negative times and endless pauses", async () => {
    const table = (...t: bigint[]) =>
      EventTable.from({ t: BigInt64Array.from(t), x: new Uint16Array(t.length), y: new Uint16Array(t.length), p: new Uint8Array(t.length) }, { sensor: { width: 9, height: 9 } });
    const write = (...t: bigint[]) => writeEvents(table(...t), memorySink(), { format: "es" });
    await assert.rejects(write(-1n), /a first event between 0 and 2\^34 µs/);
    await assert.rejects(write(1n, 1n << 40n), /a step from 1 to/);
  });
});
