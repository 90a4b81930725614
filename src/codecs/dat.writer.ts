import type { EventCodec } from "./codec.js";
import type { TriggerColumns } from "../events/schema.js";
import { concatTriggers } from "../events/triggers.js";
import { writeDatTriggers } from "./dat.triggers.js";
import { checkFirstTime, checkSensorFits, refuseStep, WordWriter } from "./word-writer.js";

const halfClock = 1n << 31n;

/** A file holds events or triggers: the triggers where there are no events, and otherwise the events alone. */
export const writeDat: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, header }) => {
  checkSensorFits("dat", sensor, 1 << 14);
  const out = new WordWriter(sink);
  const begin = async (what: string, type: number) => {
    await out.header({ ...header, Data: `file containing ${what} events.`, Version: "2", Height: String(sensor.height), Width: String(sensor.width) }, false);
    await sink.write(Uint8Array.of(type, 8));
  };
  const edges: TriggerColumns[] = [];
  let last: bigint | undefined;
  for await (const { columns, triggers } of batches) {
    const { t, x, y, p } = columns;
    if (last === undefined && triggers.t.length > 0) edges.push({ t: triggers.t.slice(), id: triggers.id.slice(), p: triggers.p.slice() });
    if (last === undefined && t.length > 0) await begin("CD", 12);
    for (let i = 0; i < t.length; i++) {
      if (out.isFull(8)) await out.flush();
      const time = t[i];
      if (last === undefined) checkFirstTime("dat", time, 32);
      // A reader knows a wrap from a step back by its size alone.
      else if (time - last >= halfClock || last - time >= halfClock || time >> 32n < last >> 32n) refuseStep("dat", last, time);
      last = time;
      out.u32(Number(time & 0xffffffffn));
      out.u32(((p[i] << 28) | (y[i] << 14) | x[i]) >>> 0);
    }
  }
  if (last === undefined) {
    const triggers = concatTriggers(edges);
    await begin(triggers.t.length > 0 ? "ExtTrigger" : "CD", triggers.t.length > 0 ? 14 : 12);
    if (triggers.t.length > 0) checkFirstTime("dat", triggers.t[0], 32);
    await writeDatTriggers(sink, triggers);
  }
  await out.flush();
};
