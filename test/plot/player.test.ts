import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { decode } from "fast-png";
import fc from "fast-check";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/table.js";
import { plot } from "../../src/index.js";
import { carriedEvents } from "../../src/plot/player/carried-events.js";
import { packEvents, unpackEvents } from "../../src/plot/player/packed-events.js";
import { checkPayload, playerMime, type PlayerPayload } from "../../src/plot/player/payload.js";
import type { PlayerBundle } from "../../src/plot/player/player.js";
import { smile } from "../simulate/smile.js";

const sensor = { width: 1280, height: 720 };
const steps = fc.array(fc.record({ step: fc.oneof(fc.nat(300), fc.nat(2 ** 40)), x: fc.nat(1279), y: fc.nat(719), p: fc.nat(1) }), { maxLength: 200 });

function played(rows: readonly { readonly step: number; readonly x: number; readonly y: number; readonly p: number }[], from: number) {
  let time = from;
  return {
    t: Float64Array.from(rows, ({ step }) => (time += step)),
    x: Uint16Array.from(rows, ({ x }) => x),
    y: Uint16Array.from(rows, ({ y }) => y),
    p: Uint8Array.from(rows, ({ p }) => p),
  };
}

async function bundleOf(value: object): Promise<PlayerBundle> {
  return (value as Record<symbol, () => Promise<PlayerBundle>>)[Symbol.for("Jupyter.display")]!();
}

describe("the event player: what it carries", () => {
  it("packed events come back, to the microsecond", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: -(2 ** 41), max: 2 ** 41 }), (rows, from) => {
        const events = played(rows, from);
        assert.deepEqual(unpackEvents(packEvents(events, from), rows.length, from, sensor), events);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("an output carries the events of its table, with a picture and a sentence", async () => {
    const table = smile({ duration: "100ms", width: 64, height: 48, seed: 3 });
    const bundle = await bundleOf(table.play());
    assert.deepEqual(Object.keys(bundle), [playerMime, "image/png", "text/plain"]);
    const payload = checkPayload(JSON.parse(JSON.stringify(bundle[playerMime])));
    const { t, x, y, p } = await carriedEvents(payload);
    assert.deepEqual([...t], Array.from(table.t, (time) => Number(time - table.origin)));
    assert.deepEqual([x, y, p], [table.x.slice(), table.y.slice(), table.p.slice()]);
    assert.match(bundle["text/plain"], /^Player of [\d,]+ events in 9\d(\.\d+)? ms$/);
    const { width, height, data } = decode(Buffer.from(bundle["image/png"], "base64"));
    assert.ok(width >= 200 && height > 100 && new Set(data).size > 2);
    assert.equal((await bundleOf(table.play()))["image/png"], bundle["image/png"]);
  });

  it("more events than fit are thinned, and far more are cut, in words", async () => {
    const table = smile({ duration: "300ms", width: 64, height: 48, seed: 3 });
    const limit = Math.floor(table.length / 3);
    const thinned = await plot.play(table, { events: limit }).payload();
    assert.equal(thinned.events, limit);
    assert.match(thinned.note!, /events, evenly chosen\.$/);
    assert.ok(thinned.to > 0.95 * table.duration);
    const few = Math.floor(table.length / 20);
    const cut = await plot.play(table, { events: few }).payload();
    assert.equal(cut.events, few);
    assert.match(cut.note!, /^The first [\d.]+ ms of [\d.]+ ms; slice the table to play another part\. /);
    assert.ok(cut.to < 0.7 * table.duration);
  });

  it("plays a table without events, and one with a single event", async () => {
    const empty = EventTable.from({ t: new BigInt64Array(), x: new Uint16Array(), y: new Uint16Array(), p: new Uint8Array() });
    const one = EventTable.from({ t: BigInt64Array.of(5n), x: Uint16Array.of(2), y: Uint16Array.of(1), p: Uint8Array.of(1) });
    for (const table of [empty, one]) {
      const bundle = await bundleOf(table.play());
      assert.equal((await carriedEvents(checkPayload(bundle[playerMime]))).t.length, table.length);
    }
  });

  it("carries frames as small pictures, from the last one before the events", async () => {
    const table = smile({ duration: "100ms", width: 64, height: 48, seed: 3 });
    const frames = Array.from({ length: 6 }, (_, i) => ({ t: table.origin + BigInt(20_000 * (i - 2)), width: 1000, height: 10, channels: 1 as const, data: new Uint16Array(10_000).fill(40_000) }));
    const payload = await plot.play(table, { frames }).payload();
    assert.deepEqual(payload.frames.map(({ t }) => t), [0, 20_000, 40_000, 60_000]);
    assert.deepEqual([...Buffer.from(payload.frames[0]!.jpeg, "base64").subarray(0, 2)], [0xff, 0xd8]);
    assert.throws(() => plot.play(table, { frames, speed: 100 }), (error) => isEvtlabError(error, "OptionError"));
    await assert.rejects(plot.play(table, { frames: [...frames].reverse() }).payload(), (error) => isEvtlabError(error, "OptionError"));
  });

  it("refuses options that are unknown or out of range", () => {
    const table = smile({ duration: "10ms", width: 32, height: 24, seed: 1 });
    for (const options of [{ speed: 0 }, { speed: Number.NaN }, { window: 0 }, { mode: "sum" }, { view: "cube" }, { events: 0 }, { tempo: 1 }]) {
      assert.throws(() => plot.play(table, options as object), (error) => isEvtlabError(error, "OptionError"), JSON.stringify(options));
    }
  });
});

describe("the event player: outputs from elsewhere", () => {
  const events = 50;
  const rows = Array.from({ length: events }, (_, i) => ({ step: i, x: i, y: 7, p: i & 1 }));
  const good = (): Record<string, unknown> => ({
    version: 1, sensor: { width: 64, height: 48 }, from: 0, to: 5000, events, frames: [],
    data: deflateRawSync(packEvents(played(rows, 0), 0)).toString("base64"),
    start: { at: 0, window: 1000, speed: 1, mode: "decay", view: "flat" },
  });
  const open = async (payload: unknown) => carriedEvents(checkPayload(payload));

  it("a good one opens", async () => assert.equal((await open(good())).t.length, events));

  const packed = packEvents(played(rows, 0), 0);
  const deflated = (bytes: Uint8Array): string => deflateRawSync(bytes).toString("base64");
  const hostile: Record<string, unknown> = {
    "no object": null,
    "a list": [],
    "another version": { ...good(), version: 2 },
    "a sensor of 2^31 pixels": { ...good(), sensor: { width: 65536, height: 32768 } },
    "a sensor without size": { ...good(), sensor: {} },
    "a sensor too small for its events": { ...good(), sensor: { width: 8, height: 8 } },
    "a part that ends before it begins": { ...good(), to: -1 },
    "events after the end": { ...good(), to: 10 },
    "a number of events that is no number": { ...good(), events: "many" },
    "a billion events": { ...good(), events: 1e9 },
    "more events than data": { ...good(), events: events + 1 },
    "fewer events than data": { ...good(), events: 3 },
    "no data": { ...good(), data: undefined },
    "data that are not base64": { ...good(), data: "%%%" },
    "data that do not decompress": { ...good(), data: Buffer.from("no deflate at all").toString("base64") },
    "data cut short": { ...good(), data: (good()["data"] as string).slice(0, 40) },
    "a bomb": { ...good(), data: deflated(new Uint8Array(50_000_000)) },
    "times that never end": { ...good(), data: deflated(packed.slice().fill(255, 0, events)) },
    "frames that are no list": { ...good(), frames: {} },
    "frames out of order": { ...good(), frames: [{ t: 5, jpeg: "" }, { t: 4, jpeg: "" }] },
    "a speed of zero": { ...good(), start: { at: 0, window: 1000, speed: 0, mode: "decay", view: "flat" } },
    "an unknown mode": { ...good(), start: { at: 0, window: 1000, speed: 1, mode: "<img>", view: "flat" } },
    "a note that is no text": { ...good(), note: { html: "<script>" } },
  };
  for (const [name, payload] of Object.entries(hostile)) {
    it(`refuses ${name} with a sentence`, async () => {
      await assert.rejects(open(payload), (error: Error) => /^\S.*[.)]$/s.test(error.message) && error.message.length < 200);
    });
  }

  it("mutated outputs open or are refused, none hangs", async () => {
    const bytes = Buffer.from(good()["data"] as string, "base64");
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        const payload = { ...good(), data: Buffer.from(changed).toString("base64") } as unknown as PlayerPayload;
        const opened = await open(payload).catch((error: Error) => error);
        if (!(opened instanceof Error)) for (let i = 0; i < events; i++) assert.ok(opened.x[i]! < 64 && opened.y[i]! < 48 && opened.t[i]! < 5000);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
