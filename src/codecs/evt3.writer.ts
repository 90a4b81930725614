import type { EventColumns } from "../events/schema.js";
import type { EventCodec } from "./codec.js";
import { checkFirstTime, checkSensorFits, checkTriggerId, refuseStep, WordWriter } from "./word-writer.js";

/** A group of vector words holds 32 pixels of one row: VECT_BASE_X, VECT_12, VECT_12, VECT_8. */
const groupPixels = 32;
/** A group takes four words, so it pays from five events on. */
const worthwhile = 5;
const clockTicks = 0x1000;

export const writeEvt3: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, header }) => {
  checkSensorFits("evt3", sensor, 2048);
  const out = new WordWriter(sink);
  const { width, height } = sensor;
  await out.header({ ...header, evt: "3.0", format: `EVT3;height=${height};width=${width}`, geometry: `${width}x${height}` }, true);
  let time: bigint | undefined;
  let high = 0;
  let row = -1;

  for await (const { columns, triggers } of batches) {
    const { t, x, y, p } = columns;
    let trigger = 0;
    for (let i = 0; i <= t.length; ) {
      for (; trigger < triggers.t.length && (i === t.length || triggers.t[trigger] <= t[i]); trigger++) {
        await seek(triggers.t[trigger]);
        out.u16(0xa000 | (checkTriggerId("evt3", triggers.id[trigger], 16) << 8) | (triggers.p[trigger] & 1));
      }
      if (i === t.length) break;
      if (t[i] !== time || out.isFull(64)) await seek(t[i]);
      if (y[i] !== row) {
        row = y[i];
        out.u16(row);
      }
      const base = x[i] & ~(groupPixels - 1);
      const end = base + groupPixels <= width ? groupEnd(columns, i, base + groupPixels) : i;
      if (end - i < worthwhile) {
        out.u16(0x2000 | (p[i] << 11) | x[i]);
        i++;
        continue;
      }
      let mask = 0;
      for (; i < end; i++) mask |= 1 << (x[i] - base);
      out.u16(0x3000 | (p[end - 1] << 11) | base);
      out.u16(0x4000 | (mask & 0xfff));
      out.u16(0x4000 | ((mask >>> 12) & 0xfff));
      out.u16(0x5000 | (mask >>> 24));
    }
  }
  await out.flush();

  /** Writes the time words that lead to `next`, and TIME_HIGH words between where the clock wraps. */
  async function seek(next: bigint): Promise<void> {
    if (out.isFull(64)) await out.flush();
    if (next === time) return;
    const wanted = Number(next >> 12n);
    if (time === undefined) checkFirstTime("evt3", next, 40);
    else if (next < time && (Math.floor(wanted / clockTicks) < Math.floor(high / clockTicks) || high - wanted >= 2048)) {
      refuseStep("evt3", time, next);
    }
    if (time === undefined || wanted !== high) {
      for (let loop = Math.floor(high / clockTicks); loop < Math.floor(wanted / clockTicks); loop++) {
        if (out.isFull(64)) await out.flush();
        out.u16(0x8000 | (clockTicks - 1));
        out.u16(0x8000);
      }
      high = wanted;
      out.u16(0x8000 | (high % clockTicks));
    }
    out.u16(0x6000 | Number(next & 0xfffn));
    time = next;
  }
};

/** End of the events from `start` on that share time, row and polarity, with x rising and below `limit`. */
function groupEnd({ t, x, y, p }: EventColumns, start: number, limit: number): number {
  let i = start + 1;
  while (i < t.length && x[i] > x[i - 1] && x[i] < limit && y[i] === y[start] && p[i] === p[start] && t[i] === t[start]) i++;
  return i;
}
