import { FormatError } from "../errors.js";
import type { EventCodec } from "./codec.js";
import { evt2Clock, evt2Room } from "./evt2-clock.js";
import { checkSensorFits, checkTriggerId, WordWriter } from "./word-writer.js";

/** Writes the order "little", unless the header asks for `endianness` "legacy". */
export const writeEvt21: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, header = {} }) => {
  checkSensorFits("evt21", sensor, 2048);
  const { endianness = "little", ...fields } = header;
  if (endianness !== "little" && endianness !== "legacy") {
    throw new FormatError({ where: "writing evt21", expected: "endianness little or legacy", received: `"${endianness}"` });
  }
  const out = new WordWriter(sink);
  const { width, height } = sensor;
  const geometry = `${width}x${height}`;
  await out.header({ ...fields, evt: "2.1", format: `EVT21;height=${height};width=${width};endianness=${endianness}`, geometry }, true);
  const word = (upper: number, lower: number) => {
    out.u32(endianness === "little" ? lower : upper);
    out.u32(endianness === "little" ? upper : lower);
  };
  const seek = evt2Clock("evt21", (timeHigh) => word(timeHigh, 0));
  for await (const { columns, triggers } of batches) {
    const { t, x, y, p } = columns;
    let trigger = 0;
    for (let i = 0; i <= t.length; ) {
      for (; trigger < triggers.t.length && (i === t.length || triggers.t[trigger] <= t[i]); trigger++) {
        if (out.isFull(evt2Room)) await out.flush();
        const low = seek(triggers.t[trigger]);
        word(0xa0000000 + low * 0x400000 + (checkTriggerId("evt21", triggers.id[trigger], 32) << 8) + (triggers.p[trigger] & 1), 0);
      }
      if (i === t.length) break;
      if (out.isFull(evt2Room)) await out.flush();
      const low = seek(t[i]);
      // All events in order of x that share a block of 32 pixels of a row, time and polarity.
      const first = i;
      const base = x[i] & ~31;
      let mask = 0;
      do mask |= 1 << (x[i] - base);
      while (++i < t.length && x[i] > x[i - 1] && x[i] < base + 32 && y[i] === y[first] && p[i] === p[first] && t[i] === t[first]);
      word(p[first] * 0x10000000 + low * 0x400000 + (base << 11) + y[first], mask >>> 0);
    }
  }
  await out.flush();
};
