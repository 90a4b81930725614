// Every filter gives the same events on a table and on a stream, whatever the batches, and changes nothing it is given.
import assert from "node:assert/strict";
import fc from "fast-check";
import { EventTable, noTriggers, type EventFilter } from "../../src/events/index.js";
import { filters, maskPixels, parseFilter, pipe } from "../../src/filters/index.js";
import { digest, rows, runs, sensor, tables, triggerRows } from "../events/random-table.js";

/** Small enough for the random tables: 24x18 pixels, a few hundred microseconds. */
const texts = [
  "background-activity:within=6us", "background-activity:within=20us,neighbours=4,support=2,polarity=same",
  "background-activity:within=9us,startUp=pass", "background-activity:within=9us,device=cpu",
  "refractory-period:period=20us", "refractory-period:period=9us,after=any,polarity=same",
  "anti-flicker:low=1000,high=500000,start=1,stop=1", "limit-rate:rate=300000,burst=10us",
  "region:x=3,y=2,width=12,height=9", "crop:x=3,y=2,width=12,height=9", "resize:width=7,height=5", "resize:width=7,height=5,rule=luminance",
  "undistort:model=brown-conrady,fx=20,fy=20,cx=12,cy=9,k1=-0.2,k2=0.02,p1=0.01,p2=-0.01",
  "undistort:model=fisheye,fx=20,fy=20,cx=12,cy=9,k1=0.1",
  "flip:axis=x", "flip:axis=y", "polarity:keep=off", "time-window:from=7us,to=60us", "time-window:to=60us", "flip-polarity", "time-skew:coefficient=1.7,offset=-3us",
  "space-jitter:sigma=2,seed=3", "time-jitter:sigma=8us,seed=3", "drop-events:probability=0.4,seed=3", "drop-time:gap=5us,every=17us,seed=3",
  "drop-area:share=0.5,seed=3", "drop-pixels:share=0.3,seed=3", "add-noise:rate=300,seed=3",
];
const streamable: readonly EventFilter[] = [...texts.map(parseFilter), maskPixels({ pixels: [{ x: 3, y: 4 }, { x: 900, y: 4 }] })];

const cuts = fc.array(fc.nat(80), { maxLength: 8 }).map((at) => at.sort((a, b) => a - b));

/** The table in pieces; triggers come with the piece that is open when they do. */
function pieces(table: EventTable, at: readonly number[]): EventTable[] {
  const bounds = [0, ...at.map((index) => Math.min(index, table.length)), table.length];
  return bounds.slice(1).map((end, i) => table.slice(bounds[i]!, end)).filter((piece) => piece.length > 0);
}

async function streamed(table: EventTable, at: readonly number[], ...chain: readonly EventFilter[]): Promise<EventTable> {
  const parts: EventTable[] = [];
  for await (const part of pipe(pieces(table, at), ...chain)) parts.push(part);
  return parts.length === 0 ? table.slice(0, 0).pipe(...chain) : EventTable.concat(parts);
}

describe("filters on streams", () => {
  it("has each registered filter in this test", () => {
    const tested = new Set(texts.map((text) => text.split(":")[0]));
    assert.deepEqual(filters().map(({ name }) => name).filter((name) => !tested.has(name)), ["reverse-time"]);
  });

  for (const filter of streamable) {
    it(`${filter.id.slice(0, 90)}: as on the whole table`, () =>
      fc.assert(
        fc.asyncProperty(tables, cuts, async (table, at) => {
          fc.pre(table.length > 0);
          const before = digest(table);
          const whole = table.pipe(filter);
          const stream = await streamed(table, at, filter);
          assert.equal(digest(table), before, "the input changed");
          assert.deepEqual(rows(stream), rows(whole));
          assert.deepEqual(triggerRows(stream.triggers), triggerRows(whole.triggers));
          assert.deepEqual([stream.sensor, stream.origin], [whole.sensor, whole.origin]);
          EventTable.from(whole, { sensor: whole.sensor, triggers: whole.triggers }); // In order, inside the sensor.
        }),
        { ...runs, numRuns: 60 },
      ));
  }

  it("chains them", () =>
    fc.assert(
      fc.asyncProperty(tables, cuts, fc.array(fc.constantFrom(...texts.slice(0, 8), ...texts.slice(10)), { maxLength: 4 }), async (table, at, names) => {
        fc.pre(table.length > 0);
        // A filter behind one that changes the sensor is given the new one: sizes of the list are all small enough.
        const chain = names.filter((name, i) => !/^(crop|region|resize)/.test(name) || i === 0).map(parseFilter);
        assert.deepEqual(rows(await streamed(table, at, ...chain)), rows(table.pipe(...chain)));
      }),
      { ...runs, numRuns: 100 },
    ));

  it("cuts long tables into batches without a seam", () => {
    const length = 70_000;
    const long = EventTable.from({
      t: BigInt64Array.from({ length }, (_, i) => BigInt(Math.floor(i / 3))),
      x: Uint16Array.from({ length }, (_, i) => (i * 7) % 24),
      y: Uint16Array.from({ length }, (_, i) => (i * 5) % 18),
      p: Uint8Array.from({ length }, (_, i) => i & 1),
    }, { sensor });
    for (const text of texts.filter((name) => !name.startsWith("undistort"))) {
      const filter = parseFilter(text);
      const run = filter.start(long);
      const parts = [];
      for (let start = 0; start < length; start += 30_000) parts.push(run.push(long.slice(start, start + 30_000)));
      const expected = parts.flatMap(rows).concat(run.finish ? rows(run.finish()) : []);
      const got = long.pipe(filter);
      assert.equal(rows(got).join("|"), expected.join("|"), text);
    }
  });

  it("refuses a filter that has to see the end first, and a sensor that grows", async () => {
    const table = EventTable.from({ t: new BigInt64Array(1), x: new Uint16Array(1), y: new Uint16Array(1), p: new Uint8Array(1) }, { sensor });
    await assert.rejects(pipe([table], parseFilter("reverse-time")).next(), { tag: "OptionError", message: /readEvents/ });
    const larger = new EventTable(table, { sensor: { width: 99, height: 99 }, triggers: noTriggers, origin: 0n, provenance: table.provenance });
    const grown = pipe([table, larger], parseFilter("flip:axis=x"));
    await grown.next();
    await assert.rejects(grown.next(), { tag: "TableError" });
  });
});
