import assert from "node:assert/strict";
import fc from "fast-check";
import { inspect, readEvents, readEventStream, writeEvents, writeEventStream, type EventStreamBatch } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { collect } from "./collect.js";
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
    await assert.rejects(readEvents(Buffer.concat([head(3), Buffer.of(0xff, 1, 2, 3, 4)])), /type AMD: 1 commands for a display, the last at 255 µs.*readEventStream/);
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

describe("es, every type", () => {
  const sensor = { width: 304, height: 240 };
  const kinds: Readonly<Record<EventStreamBatch["type"], readonly string[]>> = {
    generic: [], DVS: ["p"], ATIS: ["p", "crossing"], AMD: ["x", "y", "stage"], colour: ["red", "green", "blue"],
  };
  const places = (type: EventStreamBatch["type"]) => type === "DVS" || type === "ATIS" || type === "colour";
  const batches = fc.constantFrom(...(Object.keys(kinds) as EventStreamBatch["type"][])).chain((type) =>
    fc.array(fc.record({ step: fc.oneof(fc.nat(300), fc.nat(40_000)), x: fc.nat(303), y: fc.nat(239), byte: fc.nat(255), bytes: fc.uint8Array({ maxLength: 300 }) }), { minLength: 1, maxLength: 60 }).map((events): EventStreamBatch => {
      let now = 0n;
      const t = BigInt64Array.from(events, ({ step }) => (now += BigInt(step)));
      const columns: Record<string, unknown> = places(type)
        ? { x: Uint16Array.from(events, ({ x }) => x), y: Uint16Array.from(events, ({ y }) => y) }
        : type === "generic" ? { bytes: events.map(({ bytes }) => bytes) } : {};
      kinds[type].forEach((name, i) => (columns[name] = Uint8Array.from(events, ({ byte }) => (type === "DVS" || type === "ATIS" ? (byte >> i) & 1 : (byte + i) & 255))));
      return { type, sensor: places(type) ? sensor : undefined, t, ...columns } as unknown as EventStreamBatch;
    }),
  );

  it("what is written is read back equal", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        const sink = memorySink();
        await writeEventStream([batch], sink);
        assert.deepEqual(await collect(readEventStream(sink.bytes())), [batch]);
      }),
      { numRuns: 200, seed: 33 },
    );
  });

  it("is read piece by piece, also where an event is longer than a piece", async () => {
    const long = Buffer.alloc(150_000, 7);
    const batch: EventStreamBatch = { type: "generic", sensor: undefined, t: BigInt64Array.of(5n, 600n, 700n), bytes: [Buffer.of(1), long, Buffer.of(2, 3)] };
    const sink = memorySink();
    await writeEventStream([batch], sink);
    const read = (await collect(readEventStream(sink.bytes()))).flatMap((part) => (part.type === "generic" ? Array.from(part.t, (t, i) => [t, part.bytes[i]!.length]) : []));
    assert.deepEqual(read, [[5n, 1], [600n, 150_000], [700n, 2]]);

    const sorted = fc.sample(sortedTables({ width: 1280, height: 720, longestPause: 1000 }), { numRuns: 40, seed: 34 });
    const many = { t: [] as bigint[], x: [] as number[], y: [] as number[], p: [] as number[] };
    for (let start = 0n, i = 0; many.t.length < 40_000; i++) {
      const { t, x, y, p } = sorted[i % sorted.length]!;
      many.t.push(...t.map((time) => time + start));
      many.x.push(...x);
      many.y.push(...y);
      many.p.push(...p);
      start = many.t.at(-1) ?? start;
    }
    const table = EventTable.from({ t: BigInt64Array.from(many.t), x: Uint16Array.from(many.x), y: Uint16Array.from(many.y), p: Uint8Array.from(many.p) }, { sensor: { width: 1280, height: 720 } });
    const file = memorySink();
    await writeEvents(table, file, { format: "es" });
    const parts = await collect(readEventStream(file.bytes()));
    assert.ok(parts.length > 2);
    assert.deepEqual(parts.flatMap((part) => (part.type === "DVS" ? Array.from(part.t, (t, i) => [t, part.x[i], part.y[i], part.p[i]]) : [])), Array.from(table.t, (t, i) => [t, table.x[i], table.y[i], table.p[i]]));
  });

  it("ATIS: the events of a recording and its exposures are told apart", async () => {
    const batch: EventStreamBatch = { type: "ATIS", sensor, t: BigInt64Array.of(1n, 2n, 300n), x: Uint16Array.of(1, 1, 2), y: Uint16Array.of(3, 3, 4), p: Uint8Array.of(1, 1, 0), crossing: Uint8Array.of(0, 1, 0) };
    const sink = memorySink();
    await writeEventStream([batch], sink);
    assert.deepEqual(columnsOf(await readEvents(sink.bytes())), { t: BigInt64Array.of(1n, 300n), x: Uint16Array.of(1, 2), y: Uint16Array.of(3, 4), p: Uint8Array.of(1, 0) });
  });

  it("gives whole events before a fault, and refuses lies and mixtures", async () => {
    const dvs = Buffer.concat([head(1, 9, 9), Buffer.of(2, 1, 0, 2, 0, 0xff, 3, 1, 0)]);
    const got: EventStreamBatch[] = [];
    await assert.rejects(async () => {
      for await (const batch of readEventStream(dvs)) got.push(batch);
    }, { tag: "DecodeError", byteOffset: 26 });
    assert.equal(got[0]!.t.length, 1);
    const liar = Buffer.concat([head(0), Buffer.of(0, 0xff, 0xff, 0xff, 0xff, 0x02), Buffer.alloc(100)]);
    await assert.rejects(collect(readEventStream(liar)), /a length within the file/);
    const [one] = fc.sample(batches, { numRuns: 1, seed: 1 }) as [EventStreamBatch];
    const [other] = fc.sample(batches.filter(({ type }) => type !== one.type), { numRuns: 1, seed: 2 }) as [EventStreamBatch];
    await assert.rejects(writeEventStream([one, other], memorySink()), /events of the type of the file/);
    await assert.rejects(writeEventStream([], memorySink()), /at least one batch/);
  });
});
