import type { EventCodec } from "./codec.js";
import { evt2Clock, evt2Room } from "./evt2-clock.js";
import { checkSensorFits, checkTriggerId, WordWriter } from "./word-writer.js";

/** The sensors repeat TIME_HIGH every 16 µs, we write it when it changes. */
export const writeEvt2: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, header }) => {
  checkSensorFits("evt2", sensor, 2048);
  const out = new WordWriter(sink);
  const { width, height } = sensor;
  await out.header({ ...header, evt: "2.0", format: `EVT2;height=${height};width=${width}`, geometry: `${width}x${height}` }, true);
  const seek = evt2Clock("evt2", (timeHigh) => out.u32(timeHigh));
  for await (const { columns, triggers } of batches) {
    const { t, x, y, p } = columns;
    let trigger = 0;
    for (let i = 0; i <= t.length; i++) {
      for (; trigger < triggers.t.length && (i === t.length || triggers.t[trigger] <= t[i]); trigger++) {
        if (out.isFull(evt2Room)) await out.flush();
        const low = seek(triggers.t[trigger]);
        out.u32(0xa0000000 + low * 0x400000 + (checkTriggerId("evt2", triggers.id[trigger], 32) << 8) + (triggers.p[trigger] & 1));
      }
      if (i === t.length) break;
      if (out.isFull(evt2Room)) await out.flush();
      const low = seek(t[i]);
      out.u32(p[i] * 0x10000000 + low * 0x400000 + (x[i] << 11) + y[i]);
    }
  }
  await out.flush();
};
