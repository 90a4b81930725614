// Pictures that go where filters move the events.
import assert from "node:assert/strict";
import fc from "fast-check";
import { EventTable, type Frame } from "../../src/events/index.js";
import { crop, filters, flip, parseFilter, pipeFrames, region, type EventFilter } from "../../src/filters/index.js";
import { collect } from "../codecs/collect.js";

const sensor = { width: 9, height: 7 };

/** A picture in which each pixel says its own place, and a table with one event a pixel, in the same order. */
function marked(channels: 1 | 3 | 4, wide: boolean): { frame: Frame; table: EventTable } {
  const pixels = sensor.width * sensor.height;
  const values = { length: pixels * channels };
  const data = wide ? Uint16Array.from(values, (_, i) => i * 300) : Uint8Array.from(values, (_, i) => i);
  const index = Array.from({ length: pixels }, (_, i) => i);
  const table = EventTable.from(
    { t: BigInt64Array.from(index, BigInt), x: Uint16Array.from(index, (i) => i % sensor.width), y: Uint16Array.from(index, (i) => Math.floor(i / sensor.width)), p: Uint8Array.from(index, () => 1) },
    { sensor },
  );
  return { frame: { t: 5n, ...sensor, channels, data }, table };
}

const step = fc.oneof(
  fc.constantFrom<EventFilter>(flip({ axis: "x" }), flip({ axis: "y" })),
  fc.tuple(fc.nat(2), fc.nat(1), fc.integer({ min: 3, max: 5 }), fc.integer({ min: 3, max: 4 })).map(([x, y, width, height]) => crop({ x, y, width, height })),
);

describe("frames through filters", () => {
  it("the pixel under an event before is the pixel under it afterwards", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom<1 | 3 | 4>(1, 3, 4), fc.boolean(), fc.array(step, { maxLength: 1 }), fc.array(fc.constantFrom<EventFilter>(flip({ axis: "x" }), flip({ axis: "y" })), { maxLength: 3 }), async (channels, wide, first, then) => {
        const { frame, table } = marked(channels, wide);
        const before = frame.data.slice();
        const chain = [...first, ...then];
        const [moved] = await collect(pipeFrames([frame], sensor, ...chain));
        const events = table.pipe(...chain);
        assert.deepEqual([moved!.width, moved!.height, moved!.data.length], [events.sensor.width, events.sensor.height, events.sensor.width * events.sensor.height * channels]);
        assert.equal(events.length, events.sensor.width * events.sensor.height);
        for (let i = 0; i < events.length; i++) {
          const [old, now] = [Number(events.t[i]) * channels, (events.y[i]! * moved!.width + events.x[i]!) * channels];
          assert.deepEqual(moved!.data.slice(now, now + channels), frame.data.slice(old, old + channels));
        }
        assert.deepEqual(frame.data, before, "the argument is not changed");
      }),
      { numRuns: 60, seed: 81 },
    ));

  it("filters that move nothing leave them as they are; those that they cannot follow are refused", async () => {
    const { frame } = marked(1, false);
    assert.deepEqual(await collect(pipeFrames([frame], sensor, region({ x: 1, y: 1, width: 2, height: 2 }), parseFilter("polarity:keep=on"))), [frame]);
    for (const { name, example } of filters()) {
      const filter = parseFilter(example);
      if (!filter.leaves?.includes("frames")) continue;
      await assert.rejects(collect(pipeFrames([frame], sensor, filter)), { tag: "OptionError", received: `"${filter.id}"` }, name);
    }
    assert.deepEqual(filters().filter(({ example }) => parseFilter(example).leaves?.includes("frames")).map(({ name }) => name), ["resize", "undistort", "time-window", "time-skew", "reverse-time"]);
  });

  it("a picture of another size than the sensor is mirrored, and not cropped", async () => {
    const small: Frame = { t: 0n, width: 2, height: 1, channels: 1, data: Uint8Array.of(1, 2) };
    assert.deepEqual((await collect(pipeFrames([small], sensor, flip({ axis: "x" }))))[0]!.data, Uint8Array.of(2, 1));
    await assert.rejects(collect(pipeFrames([small], sensor, crop({ x: 0, y: 0, width: 3, height: 3 }))), { tag: "FormatError" });
  });
});
