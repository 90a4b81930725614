/** What other readers of Prophesee's formats get wrong: each test is named after the reader and its defect. */
import assert from "node:assert/strict";
import { inspect, readEvents, writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";
import { memorySink } from "./memory-sink.js";

const header = (...lines: string[]) => Buffer.from([...lines, "end"].map((line) => `% ${line}\n`).join(""));
const evt3 = (...words: number[]) => Buffer.concat([header("format EVT3;height=720;width=1280"), Buffer.from(Uint16Array.from(words).buffer)]);
const words32 = (...words: number[]) => Buffer.from(Uint32Array.from(words).buffer);
const devices = ["cpu", "wasm"] as const;

async function timesOf(file: Buffer, device: "cpu" | "wasm"): Promise<number[]> {
  return Array.from((await readEvents(file, { device })).t, Number);
}

/** Enough events in order that the fast way through the words is taken, before and behind what is tested. */
const ordinary = Array.from({ length: 40 }, (_, i) => 0x2000 | i);

for (const device of devices) {
  describe(`defects of other readers of RAW and DAT (${device})`, () => {
    it("expelliarmus, event-vision-library: a TIME_LOW that steps back is jitter, not 4096 µs more", async () => {
      const file = evt3(0x8001, 0x6010, 0x0005, ...ordinary, 0x600c, 0x2064, 0x6011, ...ordinary);
      const expected = [...ordinary.map(() => 0x1010), 0x100c, ...ordinary.map(() => 0x1011)];
      assert.deepEqual(await timesOf(file, device), expected);
      const { provenance } = await readEvents(file, { device });
      assert.match(provenance.assumptions.join(), /1 steps backward, the largest 4 µs/);
    });

    it("expelliarmus: a TIME_HIGH that steps back a little is jitter, not a loop of the clock", async () => {
      assert.deepEqual(await timesOf(evt3(0x8064, 0x6001, 0x0001, 0x2001, 0x8063, 0x6fff, 0x2002), device), [0x64001, 0x63fff]);
    });

    it("aestream: a TIME_HIGH that is repeated does not move the time", async () => {
      const file = evt3(0x8002, 0x6003, 0x0001, ...ordinary, 0x8002, 0x8002, 0x8002, ...ordinary);
      assert.deepEqual([...new Set(await timesOf(file, device))], [0x2003]);
    });

    it("faery: a time before the one before it is delivered as it is, not held back", async () => {
      const { t } = await readEvents(evt3(0x8000, 0x6064, 0x0001, 0x2001, 0x6059, 0x2002), { device });
      assert.deepEqual(t, BigInt64Array.of(100n, 89n));
    });

    it("evt3, eventcv, evutils: a row set before the first TIME_HIGH counts", async () => {
      const { y } = await readEvents(evt3(0x0123, 0x2001, 0x8000, 0x6001, 0x2001), { device });
      assert.deepEqual(y, Uint16Array.of(0x123));
    });

    it("expelliarmus: words of the types 0x7, 0xf, 0xe, 0xd, 0x1 and Lucid's 0x9999 carry no event and do no harm", async () => {
      const others = [0x7123, 0xf456, 0xe014, 0xd001, 0x1222, 0x9999, 0xbfff, 0xcfff];
      const table = await readEvents(evt3(0x8000, 0x6001, 0x0005, ...others, ...ordinary, ...others, ...ordinary, ...others), { device });
      assert.deepEqual(Array.from(table.x), [...ordinary, ...ordinary].map((word) => word & 0x7ff));
      assert.ok(table.y.every((y) => y === 5) && table.t.every((t) => t === 1n));
    });

    it("evt3, aestream: a file of another format is not decoded as EVT3", async () => {
      const event = 0x10000000 | (100 << 11) | 50;
      const evt2 = Buffer.concat([header("evt 2.0", "geometry 640x480"), words32(0x80000001, event)]);
      assert.equal((await readEvents(evt2, { device })).provenance.format, "evt2");
      for (const other of ["evt 2.0", "format EVT21;endianness=little", "format EVT4"]) {
        const file = Buffer.concat([header(other), words32(0x80000001, event)]);
        await assert.rejects(readEvents(file, { device, format: "evt3" }), { tag: "FormatError", message: /states EVT3, as asked, got EVT/ });
      }
      await assert.rejects(readEvents(Buffer.from("Some text that is no recording, and is long enough.\n"), { device }), { tag: "FormatError" });
    });

    it("evutils, evlib, eventcv, faery: EVT2.1 is read in the order of halves that its header states", async () => {
      const [high, control, mask] = [0x80000002, 0x10000000 | (5 << 22) | (64 << 11) | 7, 0b1001];
      const little = words32(0, high, mask, control);
      const legacy = words32(high, 0, control, mask);
      const files = [
        [header("format EVT21;endianness=little;height=720;width=1280"), little],
        [header("format EVT21;height=720;width=1280", "endianness little"), little],
        [header("format EVT21;height=720;width=1280;endianness=legacy"), legacy],
        [header("evt 2.1", "geometry 1280x720", "endianness legacy"), legacy],
        [header("evt 2.1", "geometry 1280x720", "system_ID 49"), legacy],
      ];
      for (const [head, words] of files) {
        const { t, x, y, p, provenance } = await readEvents(Buffer.concat([head, words]), { device });
        assert.deepEqual([Array.from(t, Number), Array.from(x), Array.from(y), Array.from(p)], [[133, 133], [64, 67], [7, 7], [1, 1]]);
        assert.equal(provenance.assumptions.length, head.includes("endianness") ? 0 : 1);
      }
      const unclear = Buffer.concat([header("format EVT21;endianness=big"), little]);
      await assert.rejects(readEvents(unclear, { device }), { tag: "FormatError", message: /little or legacy, got "big"/ });
    });

    it("OpenEB's Python helpers: times beyond 32 bits stay whole, and the EVT2 clock wraps after 2^34 µs", async () => {
      const file = Buffer.concat([header("evt 2.0", "geometry 640x480"), words32(0x8ffffffe, 0, 0x80000000, 0)]);
      assert.deepEqual((await readEvents(file, { device })).t, BigInt64Array.of(0xffffffen << 6n, 1n << 34n));
    });

    it("evlib, eventcv, faery: DAT of type 0 and without a size is read, and the size is a stated assumption", async () => {
      const events = words32(10, 3 | (9 << 14) | (1 << 28), 12, 200 | (100 << 14));
      for (const type of [0, 12]) {
        const file = Buffer.concat([Buffer.from("% Data file containing CD events.\n% Version 2\n"), Buffer.of(type, 8), events]);
        const table = await readEvents(file, { device });
        assert.deepEqual([Array.from(table.x), Array.from(table.y), Array.from(table.p)], [[3, 200], [9, 100], [1, 0]]);
        assert.deepEqual(table.sensor, { width: 201, height: 101 });
        assert.match(table.provenance.assumptions.join(), /does not say how large the sensor is/);
      }
    });

    it("loris: y of DAT is as stored, not flipped", async () => {
      const head = Buffer.from("% Version 2\n% Height 240\n% Width 304\n");
      const { y } = await readEvents(Buffer.concat([head, Buffer.of(12, 8), words32(1, 5 | (20 << 14))]), { device });
      assert.deepEqual(y, Uint16Array.of(20));
    });
  });
}

describe("defects of other writers of RAW", () => {
  const table = EventTable.from(
    { t: BigInt64Array.of(5n, 40_000_000n), x: Uint16Array.of(1, 2), y: Uint16Array.of(700, 3), p: Uint8Array.of(1, 0) },
    { sensor: { width: 1280, height: 720 }, triggers: { t: BigInt64Array.of(6n), id: Uint8Array.of(20), p: Uint8Array.of(1) } },
  );

  it("expelliarmus: the size of the sensor is in the header, and a TIME_HIGH before the first row", async () => {
    for (const format of ["evt2", "evt21", "evt3", "dat"]) {
      const sink = memorySink();
      await writeEvents(new EventTable(table, { ...table, triggers: { ...table.triggers, id: Uint8Array.of(1) } }), sink, { format });
      const { width, height, events, tFirst, tLast } = await inspect(sink.bytes());
      assert.deepEqual({ width, height, events, tFirst, tLast }, { width: 1280, height: 720, events: 2, tFirst: 5n, tLast: 40_000_000n });
    }
  });

  it("a trigger channel that has no room in a word is refused, not cut", async () => {
    await writeEvents(table, memorySink(), { format: "evt2" });
    await assert.rejects(writeEvents(table, memorySink(), { format: "evt3" }), { tag: "FormatError", message: /channels below 16, got channel 20/ });
  });
});
