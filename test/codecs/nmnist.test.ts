import assert from "node:assert/strict";
import fc from "fast-check";
import { memorySource } from "../../src/bytes/index.js";
import { detectFormat, readEvents, writeEvents } from "../../src/codecs/index.js";
import { memorySink } from "./memory-sink.js";
import { columnsOf, sortedTables } from "./random.js";

describe("nmnist", () => {
  it("a table that is written is read back equal on both devices, clock overflows included", async () => {
    let overflows = 0;
    await fc.assert(
      fc.asyncProperty(sortedTables({ width: 240, height: 180, longestPause: 5_000_000 }), async (table) => {
        const sink = memorySink();
        await writeEvents(table, sink, { format: "nmnist" });
        overflows += sink.bytes().length / 5 - table.length;
        for (const device of ["cpu", "wasm"] as const) {
          const read = await readEvents(sink.bytes(), { format: "nmnist", device });
          assert.deepEqual(columnsOf(read), columnsOf(table));
        }
      }),
      { numRuns: 100, seed: 33 },
    );
    assert.ok(overflows > 0);
  });

  it("random bytes give the same events on both devices", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300, size: "max" }), fc.boolean(), async (bytes, shift) => {
        const options = { format: "nmnist", onError: "skip", shift } as const;
        assert.deepEqual(
          columnsOf(await readEvents(bytes, { ...options, device: "wasm" })),
          columnsOf(await readEvents(bytes, { ...options, device: "cpu" })),
        );
      }),
      { numRuns: 200, seed: 34 },
    );
  });

  it("row 240 adds 2^13 µs to what follows and is no event", async () => {
    const events = await readEvents(Buffer.of(1, 2, 0x80, 0, 5, 0, 240, 0, 0, 0, 3, 4, 0, 0, 6), { format: "nmnist" });
    assert.deepEqual(Array.from(events.t), [5n, 8198n]);
    assert.deepEqual(Array.from(events.p), [1, 0]);
  });

  it("is known by its name and by times that do not run backward", async () => {
    const rising = Buffer.of(1, 2, 0x80, 0, 5, 3, 4, 0, 9, 6);
    assert.equal((await detectFormat(memorySource(rising, "a.bin"))).name, "nmnist");
    await assert.rejects(detectFormat(memorySource(rising, "a.dump")), /expected a recording in one of the formats/);
    await assert.rejects(detectFormat(memorySource(Buffer.of(1, 2, 0x80, 99, 5, 3, 4, 0, 9, 6), "a.bin")), /expected a recording/);
    await assert.rejects(detectFormat(memorySource(rising.subarray(0, 9), "a.bin")), /expected a recording/);
  });

  it("refuses a sensor that does not fit", async () => {
    const [table] = fc.sample(sortedTables({ width: 304, height: 240, longestPause: 10 }), { numRuns: 1, seed: 35 });
    await assert.rejects(writeEvents(table, memorySink(), { format: "nmnist" }), /at most 256x240, .* got 304x240/);
  });
});
