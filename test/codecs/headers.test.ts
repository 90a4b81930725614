import assert from "node:assert/strict";
import { codecNames, inspect, readEvents, registerCodec, streamEvents } from "../../src/codecs/index.js";
import { headerSensor, parseTextHeader } from "../../src/codecs/raw-header.js";

const raw = (...lines: string[]) => Buffer.from(lines.map((line) => `% ${line}\n`).join(""));
const words = (...list: number[]) => Buffer.from(Uint16Array.from(list).buffer);

describe("text headers", () => {
  it("end at % end, or at the first line without the mark, even if the payload starts with %", () => {
    assert.equal(parseTextHeader(Buffer.concat([raw("evt 3.0", "end"), Buffer.from("% x")])).length, 16);
    assert.equal(parseTextHeader(Buffer.concat([raw("evt 3.0"), Buffer.of(0x25, 0x30)])).length, 10);
    assert.equal(parseTextHeader(Buffer.alloc(0)).length, 0);
  });

  it("give the sensor by geometry, format line, or name of the camera", () => {
    const size = (...lines: string[]) => headerSensor(parseTextHeader(raw(...lines)).fields);
    assert.deepEqual(size("geometry 640x480").sensor, { width: 640, height: 480 });
    assert.deepEqual(size("format EVT3;height=720;width=1280").sensor, { width: 1280, height: 720 });
    assert.deepEqual(size("Height 240", "Width 304").sensor, { width: 304, height: 240 });
    const byName = size("sensor_name IMX636");
    assert.deepEqual(byName.sensor, { width: 1280, height: 720 });
    assert.match(byName.assumptions.join(), /sensor_name "IMX636" means a sensor of 1280x720/);
    assert.deepEqual(size("plugin_name hal_plugin_gen31_fx3").sensor, { width: 640, height: 480 });
    assert.equal(size("geometry 0x999999").sensor, undefined);
  });

  it("without any size: the smallest sensor that holds the events, and a sentence", async () => {
    const events = await readEvents(Buffer.concat([raw("evt 3.0", "end"), words(0x8001, 0x6005, 0x0007, 0x2809)]));
    assert.deepEqual(events.sensor, { width: 10, height: 8 });
    assert.deepEqual([events.t[0], events.x[0], events.y[0], events.p[0]], [0x1005n, 9, 7, 1]);
    assert.match(events.provenance.assumptions.join(), /10x8 is the smallest that holds the events/);
  });
});

describe("formats are found by content", () => {
  it("says what was tried and shows the first bytes", async () => {
    await assert.rejects(readEvents(Buffer.from("a,b,c,d\n1,2,3,1\n")), (error: { tag: string; message: string }) => {
      assert.equal(error.tag, "FormatError");
      assert.match(error.message, /one of the formats evt3, evt2, .*first bytes 61 2c 62.*a,b,c,d/);
      return true;
    });
    await assert.rejects(readEvents(Buffer.alloc(0)), /got no bytes/);
  });

  it("names RAW formats that are not read yet", async () => {
    for (const [lines, name] of [
      [["format HISTO3D"], "HISTO3D"],
      [["format EVT1;height=720;width=1280"], "EVT1"],
    ] as const) {
      await assert.rejects(readEvents(raw(...lines, "end")), new RegExp(`states ${name}, which is not read yet`));
    }
  });

  it("refuses DAT files of triggers, and headers without end", async () => {
    const dat = raw("Data file containing events", "Version 2");
    await assert.rejects(readEvents(Buffer.concat([dat, Buffer.of(40, 8)])), /got type 40 \(flow\) and size 8/);
    await assert.rejects(readEvents(Buffer.from(`% evt 3.0\n% ${"x".repeat(100_000)}`)), /shorter than 65536 bytes, got a longer one/);
  });

  it("refuses a name that is taken, unknown formats, options and choices", async () => {
    assert.deepEqual(codecNames().slice(0, 5), ["evt3", "evt2", "evt21", "evt4", "dat"]);
    assert.throws(() => registerCodec("evt3", () => Promise.reject(new Error("never"))), /"evt3", which is taken/);
    const bytes = raw("evt 3.0", "end");
    await assert.rejects(readEvents(bytes, { format: "evt9" }), /expected one of evt3, evt2, .*, got "evt9"/);
    await assert.rejects(readEvents(bytes, { onEror: "skip" } as never), /got "onEror"/);
    await assert.rejects(readEvents(bytes, { onError: "ignore" } as never), /one of stop, skip, got "ignore"/);
    await assert.rejects(readEvents(bytes, { sensor: { width: 0, height: 4 } }), /whole pixels/);
  });
});

describe("time", () => {
  // TIME_HIGH 4095 then 0 is a wrap; 100 then 99 is jitter.
  const wrap = words(0x8fff, 0x6001, 0x0001, 0x2001, 0x8000, 0x6002, 0x2002);
  const jitter = words(0x8064, 0x6001, 0x0001, 0x2001, 0x8063, 0x6fff, 0x2002);
  const file = (payload: Buffer) => Buffer.concat([raw("evt 3.0", "end"), payload]);

  for (const device of ["cpu", "wasm"] as const) {
    it(`EVT3 wraps after 2^24 µs, and keeps small steps back (${device})`, async () => {
      assert.deepEqual((await readEvents(file(wrap), { device })).t, BigInt64Array.of(0xfff001n, 0x1000002n));
      assert.deepEqual((await readEvents(file(jitter), { device })).t, BigInt64Array.of(0x64001n, 0x63fffn));
    });

    it(`state before the first TIME_HIGH is kept, and nothing is emitted (${device})`, async () => {
      const early = file(words(0x0007, 0x2001, 0x3805, 0x4001, 0x8001, 0x2802));
      const events = await readEvents(early, { device });
      assert.deepEqual([Array.from(events.y), Array.from(events.x), events.t[0]], [[7], [2], 0x1000n]);
    });

    it(`shift counts from one TIME_HIGH before the first, as OpenEB does, and says so (${device})`, async () => {
      const events = await readEvents(file(jitter), { device, shift: true });
      assert.equal(events.t[0], 0x1001n);
      assert.match(events.provenance.assumptions.join(), /405504 µs were subtracted/);
    });
  }

  it("windows of a stream count from the first event, and empty ones are left out", async () => {
    const lengths: number[] = [];
    for await (const batch of streamEvents(file(words(0x8001, 0x6000, 0, 0x2001, 0x6009, 0x2002, 0x600a, 0x2003, 0x6050, 0x2004)), {
      batch: { time: 10 },
    })) {
      assert.equal(batch.origin, 0x1000n);
      lengths.push(batch.length);
    }
    assert.deepEqual(lengths, [2, 1, 1]);
  });

  it("inspect tells what a recording holds", async () => {
    const summary = await inspect(file(wrap), { digest: true });
    assert.equal(summary.events, 2);
    assert.deepEqual([summary.format, summary.tFirst, summary.tLast, summary.on], ["evt3", 0xfff001n, 0x1000002n, 0]);
    assert.match(summary.digest!.t, /^[0-9a-f]{64}$/);
  });
});
