import { FormatError } from "../errors.js";
import type { EventCodec } from "./codec.js";
import { checkFirstTime, checkSensorFits, refuseStep, WordWriter } from "./word-writer.js";

/** A pause of a year would be 250 GB of overflow bytes: longer ones than some hours are taken as a mistake. */
const longestPause = 1n << 34n;

/** Writes the DVS type. Triggers have no place in it and are left out. */
export const writeEs: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor }) => {
  checkSensorFits("es", sensor, 65535);
  if (sensor.width < 1 || sensor.height < 1) {
    throw new FormatError({ where: "writing es", expected: "a sensor with pixels", received: `${sensor.width}x${sensor.height}` });
  }
  await sink.write(Buffer.concat([Buffer.from("Event Stream"), Buffer.of(2, 0, 0, 1), Uint8Array.of(sensor.width, sensor.width >> 8, sensor.height, sensor.height >> 8)]));
  const out = new WordWriter(sink);
  let last = 0n;
  let first = true;
  for await (const { columns } of batches) {
    const { t, x, y, p } = columns;
    for (let i = 0; i < t.length; i++) {
      const time = t[i];
      if (first) checkFirstTime("es", time, 34);
      else if (time < last || time - last > longestPause) refuseStep("es", last, time);
      first = false;
      let step = Number(time - last);
      last = time;
      for (; step > 126; step -= 127) {
        if (out.isFull(16)) await out.flush();
        out.u8(0xff);
      }
      if (out.isFull(16)) await out.flush();
      out.u8((step << 1) | p[i]);
      out.u16(x[i]);
      out.u16(y[i]);
    }
  }
  await out.flush();
};
