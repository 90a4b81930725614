import { FormatError } from "../errors.js";
import type { EventCodec } from "./codec.js";
import { checkFirstTime, refuseStep, WordWriter } from "./word-writer.js";

const overflow = 8192n;
const clock = 1n << 23n;

/** Triggers have no place in this format and are left out. Row 240 means an overflow of the clock, so no event lies there. */
export const writeNmnist: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor }) => {
  if (sensor.width > 256 || sensor.height > 240) {
    throw new FormatError({
      where: "writing nmnist",
      expected: "a sensor of at most 256x240, which the bytes of the format can hold",
      received: `${sensor.width}x${sensor.height}`,
      next: "Crop the events first, or write another format",
    });
  }
  const out = new WordWriter(sink);
  let base = 0n;
  let last: bigint | undefined;
  for await (const { columns } of batches) {
    const { t, x, y, p } = columns;
    for (let i = 0; i < t.length; i++) {
      const time = t[i];
      if (last === undefined) checkFirstTime("nmnist", time, 34);
      else if (time < base || time - last > 1n << 34n) refuseStep("nmnist", last, time);
      last = time;
      for (; time - base >= clock; base += overflow) {
        if (out.isFull(16)) await out.flush();
        record(0, 240, clock - 1n);
      }
      if (out.isFull(16)) await out.flush();
      record(x[i], y[i], (time - base) | (BigInt(p[i]) << 23n));
    }
  }
  await out.flush();

  function record(x: number, y: number, word: bigint): void {
    const low = Number(word);
    out.u8(x);
    out.u8(y);
    out.u8(low >> 16);
    out.u8(low >> 8);
    out.u8(low);
  }
};
