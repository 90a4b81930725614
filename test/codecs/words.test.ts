import assert from "node:assert/strict";
import fc from "fast-check";
import type { ByteSource } from "../../src/bytes/index.js";
import { memorySource } from "../../src/bytes/index.js";
import { inspect, readEvents, streamEvents, writeEvents } from "../../src/codecs/index.js";
import { noTriggers, type EventTable } from "../../src/events/index.js";
import { tables, wordKinds } from "./random.js";
import { memorySink } from "./memory-sink.js";

const columnsOf = ({ t, x, y, p, triggers }: EventTable) => ({ t, x, y, p, triggers });

/** Gives the bytes in pieces of changing length, as a slow stream would. */
async function* inPieces(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length];
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

describe("word formats", () => {
  for (const [name, { format, header, words, options, write, rest }] of Object.entries(wordKinds)) {
    const file = words.map((payload) => Buffer.concat([header, payload]));
    const read = { format, ...options };

    it(`${name}: the WebAssembly kernel equals the definition on random words`, async () => {
      await fc.assert(
        fc.asyncProperty(file, fc.boolean(), async (bytes, shift) => {
          const skip = { ...read, onError: "skip", shift } as const;
          const wasm = await readEvents(bytes, { ...skip, device: "wasm" });
          const cpu = await readEvents(bytes, { ...skip, device: "cpu" });
          assert.deepEqual(columnsOf(wasm), columnsOf(cpu));
          assert.deepEqual([wasm.sensor, wasm.provenance], [cpu.sensor, cpu.provenance]);
        }),
        { numRuns: 300, seed: 1 },
      );
    });

    it(`${name}: faults outside a stated sensor are the same, skipped and stopped at`, async () => {
      await fc.assert(
        fc.asyncProperty(file, async (bytes) => {
          const run = async (device: "cpu" | "wasm") => {
            const faults: string[] = [];
            const sensor = { width: 1500, height: 1800 };
            const all = await readEvents(bytes, {
              ...read, device, sensor, onError: "skip", onSkip: (fault) => faults.push(fault.message),
            });
            const stopped = await readEvents(bytes, { ...read, device, sensor }).catch((error: unknown) => error);
            const first = stopped as { message: string; partial: EventTable; length?: number };
            assert.equal("length" in first ? undefined : first.message, faults[0]);
            return { all: columnsOf(all), faults, partial: first.partial && columnsOf(first.partial) };
          };
          assert.deepEqual(await run("wasm"), await run("cpu"));
        }),
        { numRuns: 100, seed: 2 },
      );
    });

    if (write === undefined) continue;

    it(`${name}: a table that is written is read back equal, triggers and disorder included`, async () => {
      await fc.assert(
        fc.asyncProperty(tables, async (table) => {
          const sink = memorySink();
          await writeEvents(table, sink, { format, header: write });
          const back = await readEvents(sink.bytes(), options);
          const { triggers, ...columns } = columnsOf(back);
          const { triggers: written, ...expected } = columnsOf(table);
          assert.deepEqual(columns, expected);
          assert.deepEqual(back.sensor, table.sensor);
          // A DAT file holds events or triggers.
          assert.deepEqual(triggers, format === "dat" && table.length > 0 ? noTriggers : written);
        }),
        { numRuns: 100, seed: 3 },
      );
    });

    it(`${name}: any chunking gives the same columns`, async () => {
      await fc.assert(
        fc.asyncProperty(tables, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), async (table, lengths) => {
          const sink = memorySink();
          await writeEvents(table, sink, { format, header: write });
          const bytes = sink.bytes();
          const streamed = await readEvents(inPieces(bytes, lengths), options);
          assert.deepEqual(columnsOf(streamed), columnsOf(await readEvents(bytes, options)));
          const batches: EventTable[] = [];
          for await (const batch of streamEvents(bytes, { batch: { events: 7 }, ...options })) batches.push(batch);
          assert.ok(batches.slice(0, -1).every((batch) => batch.length === 7));
          assert.deepEqual(batches.flatMap((batch) => Array.from(batch.t)), Array.from(table.t));
        }),
        { numRuns: 40, seed: 4 },
      );
    });

    if (rest === undefined) continue;

    it(`${name}: a word cut off at the end is a fault behind the events before it`, async () => {
      const events = fc.sample(tables, { numRuns: 20, seed: 5 }).find((table) => table.length > 30)!;
      const sink = memorySink();
      await writeEvents(events, sink, { format, header: write });
      const bytes = sink.bytes().subarray(0, -1);
      await assert.rejects(readEvents(bytes), (error: { tag: string; codec: string; byteOffset: number; partial: EventTable }) => {
        assert.equal(error.tag, "DecodeError");
        assert.equal(error.codec, format);
        assert.equal(error.byteOffset, bytes.length - rest);
        assert.ok(error.partial.length > 0 && error.partial.length <= events.length);
        return true;
      });
      const skipped: string[] = [];
      const partial = await readEvents(bytes, { onError: "skip", onSkip: (fault) => skipped.push(fault.message) });
      assert.equal(skipped.length, 1);
      assert.match(partial.provenance.assumptions.join(" "), /1 faults in the file were skipped/);
    });
  }

  it("notes disorder, and sorts only when asked", async () => {
    const events = fc.sample(tables, { numRuns: 50, seed: 7 }).find(({ t }) => t.some((time, i) => i > 0 && time < t[i - 1]))!;
    const sink = memorySink();
    await writeEvents(events, sink, { format: "evt2" });
    const asStored = await readEvents(sink.bytes());
    assert.match(asStored.provenance.assumptions.join(" "), /not sorted: \d+ steps backward, the largest \d+ µs/);
    const sorted = await readEvents(sink.bytes(), { sort: true });
    const order = Array.from(asStored.t.keys()).sort((a, b) => Number(asStored.t[a] - asStored.t[b]) || a - b);
    assert.deepEqual(Array.from(sorted.x), order.map((i) => asStored.x[i]));
    assert.deepEqual(Array.from(sorted.t), order.map((i) => asStored.t[i]));
  });

  it("carries state, odd bytes and full batches across real chunks", async () => {
    const seed = fc.sample(tables, { numRuns: 60, seed: 6 });
    const parts: EventTable[] = [];
    for (let i = 0; i < 30; i++) parts.push(...seed);
    const expected = parts.reduce((sum, part) => sum + part.length, 0);
    for (const format of ["evt2", "evt3"]) {
      const payload = await Promise.all(
        parts.slice(0, 60).map(async (part) => {
          const sink = memorySink();
          await writeEvents(part, sink, { format });
          const bytes = sink.bytes();
          return bytes.subarray(Buffer.from(bytes).indexOf("% end\n") + 6);
        }),
      );
      const body = Buffer.concat(Array.from({ length: 30 }, () => payload).flat());
      // An odd header length puts every word across a boundary of two bytes.
      const bytes = Buffer.concat([Buffer.from(`% evt ${format === "evt2" ? "2.0" : "3.0"}\n% odd length\n% end\n`), body]);
      const whole = await readEvents(bytes, { format });
      assert.equal(whole.length, expected);
      const dribble: ByteSource = { ...memorySource(bytes), size: undefined };
      const streamed = await inspect(dribble, { digest: true });
      const cpu = await inspect(bytes, { digest: true, device: "cpu" });
      assert.deepEqual(streamed, cpu);
    }
  });
});
