import type { EventCodec } from "./codec.js";
import { checkFirstTime, checkSensorFits, refuseStep, WordWriter } from "./word-writer.js";

/** TIME_HIGH counts 64 µs; the sensors repeat it every 16 µs, we write it when it changes. */
const clockTicks = 1 << 28;

export const writeEvt2: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, header }) => {
  checkSensorFits("evt2", sensor, 2048);
  const out = new WordWriter(sink);
  const { width, height } = sensor;
  await out.header({ ...header, evt: "2.0", format: `EVT2;height=${height};width=${width}`, geometry: `${width}x${height}` }, true);
  let high: number | undefined;
  for await (const { columns, triggers } of batches) {
    const { t, x, y, p } = columns;
    let trigger = 0;
    for (let i = 0; i <= t.length; i++) {
      for (; trigger < triggers.t.length && (i === t.length || triggers.t[trigger] <= t[i]); trigger++) {
        await seek(triggers.t[trigger]);
        const low = Number(triggers.t[trigger] & 63n);
        out.u32(0xa0000000 + low * 0x400000 + ((triggers.id[trigger] & 31) << 8) + (triggers.p[trigger] & 1));
      }
      if (i === t.length) break;
      await seek(t[i]);
      out.u32(p[i] * 0x10000000 + Number(t[i] & 63n) * 0x400000 + (x[i] << 11) + y[i]);
    }
  }
  await out.flush();

  /** Writes the TIME_HIGH that leads to `time`, and those between where the clock wraps. */
  async function seek(time: bigint): Promise<void> {
    if (out.isFull(64)) await out.flush();
    const wanted = Number(time >> 6n);
    if (wanted === high) return;
    if (high === undefined) checkFirstTime("evt2", time, 40);
    else if (wanted < 0 || Math.floor(wanted / clockTicks) < Math.floor(high / clockTicks)) {
      refuseStep("evt2", BigInt(high) << 6n, time);
    } else if (high - wanted >= clockTicks - 157) {
      refuseStep("evt2", BigInt(high) << 6n, time);
    }
    for (let wrap = Math.floor((high ?? 0) / clockTicks); wrap < Math.floor(wanted / clockTicks); wrap++) {
      if (out.isFull(64)) await out.flush();
      out.u32(0x80000000 + clockTicks - 1);
      out.u32(0x80000000);
    }
    out.u32(0x80000000 + (wanted % clockTicks));
    high = wanted;
  }
};
