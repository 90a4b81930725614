/** The clock of EVT2, EVT2.1 and EVT4: TIME_HIGH words with bits 33 to 6 of the time, which wraps after 4.8 hours. */
import { field, longField, type DecodeBlock } from "../wasm/decode-block.js";

const clockTicks = 1 << 28;

/** How far TIME_HIGH, in units of 64 µs, must fall at once to have wrapped. */
export const wrapTicks = {
  /** From within 10 ms of the end of the range to its start: EVT2 and EVT2.1. Any other step back is delivered as it is. */
  atTheEnd: clockTicks - Math.ceil(10_000 / 64),
  /** By half of the range: EVT4. */
  byHalf: clockTicks / 2,
} as const;

export class EvtClock {
  /** True from the first TIME_HIGH on: no event is emitted before it. */
  started = false;
  /** What the lower 6 bits of the time are added to, in microseconds. */
  base = 0n;
  #high = 0;
  #wraps = 0;
  readonly #block: DecodeBlock;
  readonly #wrapTicks: number;

  constructor(block: DecodeBlock, wraps: number) {
    this.#block = block;
    this.#wrapTicks = wraps;
  }

  /** Takes the 28 bits of a TIME_HIGH word. */
  setHigh(value: number): void {
    const { state, longState } = this.#block;
    if (!this.started) {
      this.started = true;
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = BigInt(value) << 6n;
      }
    } else if (this.#high - value >= this.#wrapTicks) {
      this.#wraps++;
    }
    this.#high = value;
    this.base = (BigInt(this.#wraps * clockTicks + value) << 6n) - longState[longField.shift];
  }
}
