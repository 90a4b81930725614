/** What `evtlab play` hands out, without a browser. */
import assert from "node:assert/strict";
import type { Recording } from "../../src/codecs/index.js";
import { programmeOf } from "../../src/cli/play/programme.js";
import { servePlayer } from "../../src/cli/play/server.js";
import { isEvtlabError } from "../../src/errors.js";
import type { Frame } from "../../src/events/schema.js";
import type { EventTable } from "../../src/events/table.js";
import { unpackEvents } from "../../src/plot/player/packed-events.js";
import type { ServedPart, ServedRecording } from "../../src/plot/player/served.js";
import { movingEdges } from "../../src/simulate/index.js";

/** A recording that gives the table in batches of `size`. */
function recordingOf(table: EventTable, size: number, frames: readonly Frame[]): Recording {
  return {
    async *stream() {
      for (let i = 0; i < table.length; i += size) yield table.slice(i, i + size);
    },
    async *frames() {
      yield* frames;
    },
  } as unknown as Recording;
}

const quiet = { name: "made", onEvents: () => {}, faults: () => 2 };

describe("evtlab play: what it hands out", () => {
  const table = movingEdges({ events: 300_000, width: 320, height: 240, seed: 2 });
  const frames = Array.from({ length: 3 }, (_, i): Frame => ({ t: table.origin + BigInt(10_000 * i), width: 8, height: 6, channels: 3, data: new Uint8Array(144).fill(90) }));

  it("every event once, in parts, and frames as pictures", async () => {
    const programme = await programmeOf(recordingOf(table, 7000, frames), quiet);
    const server = await servePlayer(programme);
    try {
      const told = (await (await fetch(`${server.url}recording`)).json()) as ServedRecording;
      assert.equal(told.events, table.length);
      assert.equal(told.to - told.from, table.duration + 1);
      assert.equal(told.note, "2 faults in the file were skipped.");
      assert.deepEqual(told.frames, [0, 10_000, 20_000]);
      let seen = 0;
      for (let part = 0; told.from + part * told.part < told.to; part++) {
        const bytes = new Uint8Array(await (await fetch(`${server.url}events/${part}`)).arrayBuffer());
        const end = bytes.indexOf(10);
        const { events } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as ServedPart;
        const { t, x } = unpackEvents(bytes.subarray(end + 1), events, told.from + part * told.part, told.sensor);
        for (let i = 0; i < events; i++, seen++) assert.ok(t[i] === Number(table.t[seen]! - table.origin) && x[i] === table.x[seen]);
      }
      assert.equal(seen, table.length);
      const picture = new Uint8Array(await (await fetch(`${server.url}frames/2`)).arrayBuffer());
      assert.deepEqual([...picture.subarray(0, 2)], [0xff, 0xd8]);
      assert.equal((await fetch(`${server.url}frames/3`)).status, 404);
    } finally {
      await server.close();
    }
  });

  it("refuses a recording without events, and flags that mean nothing", async () => {
    await assert.rejects(programmeOf(recordingOf(table.slice(0, 0), 10, []), quiet), (error) => isEvtlabError(error, "WindowError"));
    for (const flags of [{ speed: "fast" }, { speed: "0" }, { window: "long" }, { mode: "sum" }]) {
      await assert.rejects(programmeOf(recordingOf(table, 1e6, []), { ...quiet, ...flags }), (error) => isEvtlabError(error, "OptionError"), JSON.stringify(flags));
    }
  });
});
