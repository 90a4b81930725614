/** AEDAT 1, 2 and 3.1. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { openRecording, readEvents } from "../../src/codecs/index.js";
import { davisAddress, packet, polarity, records, special, text } from "./aedat-file.js";
import { collect } from "./collect.js";
import { columnsOf } from "./random.js";

const davis346 = text("!AER-DAT2.0", " This is a raw AE data file", " AEChip: eu.seebetter.ini.chips.davis.Davis346blue");

describe("aedat2", () => {
  it("reads a DAVIS as jAER does, turned to image coordinates, and says what was assumed", async () => {
    const file = Buffer.concat([
      davis346,
      records([davisAddress(345, 259, 1), 10], [0x80000000, 11], [davisAddress(0, 0, 0), 12], [1 << 10, 13], [davisAddress(340, 250, 1), 14]),
    ]);
    for (const device of ["cpu", "wasm"] as const) {
      const events = await readEvents(file, { device });
      assert.deepEqual([...events.t], [10n, 12n, 14n]);
      assert.deepEqual([...events.x], [0, 345, 5]);
      assert.deepEqual([...events.y], [0, 259, 9]);
      assert.deepEqual([...events.p], [1, 0, 1]);
      assert.deepEqual([...events.triggers.t], [13n]);
      assert.deepEqual(events.sensor, { width: 346, height: 260 });
      assert.match(events.provenance.assumptions.join(), /as jAER reads those of a DAVIS of 346x260.*frames in them are left out/);
    }
  });

  it("tells jAER's and tonic's reading of a DVS128 apart by the camera", async () => {
    const address = (3 << 8) | (5 << 1) | 0;
    const file = Buffer.concat([text("!AER-DAT2.0"), records([address, 7])]);
    const jaer = await readEvents(file, { camera: "dvs128" });
    assert.deepEqual([jaer.x[0], jaer.y[0], jaer.p[0]], [122, 124, 1]);
    const tonic = await readEvents(file, { camera: "dvs128-tonic" });
    assert.deepEqual([tonic.x[0], tonic.y[0], tonic.p[0]], [3, 5, 0]);
    assert.match(tonic.provenance.assumptions.join(), /as tonic reads/);
    await assert.rejects(readEvents(file), /camera: expected one of dvs128, .*got none, and no chip in the header/);
    await assert.rejects(readEvents(file, { camera: "nikon" }), /got "nikon"/);
  });

  it("AEDAT 1 has addresses of 16 bits", async () => {
    const file = Buffer.concat([text("!AER-DAT1.0"), Buffer.of(3, 11, 0, 0, 1, 0)]);
    const events = await readEvents(file, { camera: "dvs128" });
    assert.deepEqual([events.t[0], events.x[0], events.y[0], events.p[0]], [256n, 122, 124, 0]);
  });

  it("times pass the end of their 32 bits, and a record that is cut off is a fault", async () => {
    const file = Buffer.concat([davis346, records([0, 0xffffff00], [0, 5]), Buffer.of(1, 2)]);
    const events = await readEvents(file, { onError: "skip" });
    assert.deepEqual([...events.t], [0xffffff00n, 2n ** 32n + 5n]);
    await assert.rejects(readEvents(file), { tag: "DecodeError", byteOffset: file.length - 2 });
    await assert.rejects(readEvents(Buffer.concat([davis346, Buffer.from("#never")])), /the end of the header/);
  });

  it("random records give the same on both devices", async () => {
    const pair = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff));
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 200, size: "max" }), fc.constantFrom("davis346", "davis240", "dvs128", "dvs128-tonic"), fc.boolean(), async (pairs, camera, shift) => {
        const file = Buffer.concat([text("!AER-DAT2.0"), Buffer.of(0), records(...pairs)]);
        const run = async (device: "cpu" | "wasm") => {
          const faults: string[] = [];
          const events = await readEvents(file, { device, camera, shift, onError: "skip", onSkip: ({ message }) => faults.push(message) });
          return { ...columnsOf(events), triggers: events.triggers, faults };
        };
        assert.deepEqual(await run("wasm"), await run("cpu"));
      }),
      { numRuns: 100, seed: 51 },
    );
  });
});

const head3 = text("!AER-DAT3.1", "Format: RAW", "Source 1: DAVIS346", "Start-Time: 2020-01-01 00:00:00 (TZ+0100)", "!END-HEADER");

describe("aedat3", () => {
  it("reads polarity events and edges, with overflows of the clock, on both devices", async () => {
    const file = Buffer.concat([
      head3,
      packet(1, 8, 0, [polarity(345, 259, 1, 10), polarity(1, 2, 1, 11, 0), polarity(3, 4, 0, 12)], 5),
      packet(0, 8, 0, [special(1, 13), special(2, 14), special(3, 15)]),
      packet(77, 3, 0, [Buffer.alloc(3)]),
      packet(1, 8, 2, [polarity(5, 6, 1, 1)]),
    ]);
    for (const device of ["cpu", "wasm"] as const) {
      const events = await readEvents(file, { device });
      assert.deepEqual([...events.t], [10n, 12n, 2n ** 32n + 1n]);
      assert.deepEqual([...events.x], [345, 3, 5]);
      assert.deepEqual([...events.y], [259, 4, 6]);
      assert.deepEqual([...events.p], [1, 0, 1]);
      assert.deepEqual([[...events.triggers.t], [...events.triggers.p]], [[14n, 15n], [1, 0]]);
      assert.deepEqual(events.sensor, { width: 346, height: 260 });
    }
  });

  it("gives frames with their exposure, and samples in SI units", async () => {
    const frame = Buffer.alloc(36 + 4);
    [(1 << 1) | 1, 5, 30, 10, 20, 2, 1, 0, 0].forEach((value, i) => frame.writeInt32LE(value, i * 4));
    frame.writeUInt16LE(513, 36);
    frame.writeUInt16LE(65535, 38);
    const imu = Buffer.alloc(36);
    imu.writeUInt32LE(1, 0);
    imu.writeInt32LE(9, 4);
    [1, 0, -1, 180, 0, 0, 20].forEach((value, i) => imu.writeFloatLE(value, 8 + i * 4));
    const file = Buffer.concat([head3, packet(2, 40, 0, [frame]), packet(3, 36, 0, [imu]), packet(1, 8, 0, [polarity(1, 2, 1, 3)])]);
    await using recording = await openRecording(file);
    assert.deepEqual(await collect(recording.frames()), [
      { t: 15n, exposure: { from: 10n, to: 20n }, width: 2, height: 1, channels: 1, data: Uint16Array.of(513, 65535) },
    ]);
    const [sample] = await collect(recording.imu());
    assert.deepEqual([...sample.t], [9n]);
    assert.ok(Math.abs(sample.acceleration[0] - 9.80665) < 1e-5 && Math.abs(sample.rotation[0] - Math.PI) < 1e-5);
    assert.equal((await recording.events()).length, 1);
  });

  it("refuses packets that lie about their size", async () => {
    const file = (change: (bytes: Buffer) => void) => {
      const bytes = packet(1, 8, 0, [polarity(1, 2, 1, 3)]);
      change(bytes);
      return Buffer.concat([head3, bytes]);
    };
    const fault = { tag: "DecodeError", byteOffset: head3.length };
    await assert.rejects(readEvents(file((bytes) => bytes.writeInt32LE(0x7fffffff, 16))), fault);
    await assert.rejects(readEvents(file((bytes) => bytes.writeInt32LE(-5, 4))), fault);
    await assert.rejects(readEvents(file((bytes) => bytes.writeInt32LE(2, 20))), fault);
    await assert.rejects(readEvents(file((bytes) => bytes.writeInt32LE(9, 16))), /a packet of 72 bytes, got the end of the file inside it/);
  });
});
