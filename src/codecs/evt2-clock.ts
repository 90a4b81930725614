/** Writes the clock of EVT2 and EVT2.1: a TIME_HIGH word where bits 33 to 6 of the time change. */
import { checkFirstTime, refuseStep } from "./word-writer.js";

const clockTicks = 1 << 28;
const longestPause = 1n << 40n;

/** Bytes that the words of one event, one trigger and the clock before it take at most. */
export const evt2Room = 2048;

/**
 * Leads the clock to a time, over its wraps, and returns the lower six bits of the time.
 * @param write writes a TIME_HIGH word as EVT2 has it
 */
export function evt2Clock(format: string, write: (word: number) => void): (time: bigint) => number {
  let high: number | undefined;
  return (time) => {
    const wanted = Number(time >> 6n);
    if (wanted !== high) {
      if (high === undefined) checkFirstTime(format, time, 40);
      else {
        const from = BigInt(high) << 6n;
        const wrapsBack = wanted < 0 || Math.floor(wanted / clockTicks) < Math.floor(high / clockTicks) || high - wanted >= clockTicks - 157;
        if (wrapsBack || time - from > longestPause) refuseStep(format, from, time);
      }
      for (let wrap = Math.floor((high ?? 0) / clockTicks); wrap < Math.floor(wanted / clockTicks); wrap++) {
        write(0x80000000 + clockTicks - 1);
        write(0x80000000);
      }
      write(0x80000000 + (wanted % clockTicks));
      high = wanted;
    }
    return Number(time & 63n);
  };
}
