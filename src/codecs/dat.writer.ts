import type { EventCodec } from "./codec.js";
import { checkFirstTime, checkSensorFits, refuseStep, WordWriter } from "./word-writer.js";

const halfClock = 1n << 31n;

/** Triggers have a DAT file of their own in this format, and are left out. */
export const writeDat: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, header }) => {
  checkSensorFits("dat", sensor, 1 << 14);
  const out = new WordWriter(sink);
  const fields = { ...header, Data: "file containing CD events.", Version: "2", Height: String(sensor.height), Width: String(sensor.width) };
  await out.header(fields, false);
  await sink.write(Uint8Array.of(12, 8));
  let last: bigint | undefined;
  for await (const { columns } of batches) {
    const { t, x, y, p } = columns;
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
  await out.flush();
};
