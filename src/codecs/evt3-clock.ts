/** The clock of EVT3: 24 bits of time, the upper and the lower half each in a word of their own. */
import { field, longField, type DecodeBlock } from "../wasm/decode-block.js";

export class Evt3Clock {
  /** True from the first TIME_HIGH on: no event is emitted before it. */
  started = false;
  /** Time of the events that follow, in microseconds. */
  time = 0n;
  #high = 0;
  #wraps = 0;
  readonly #block: DecodeBlock;

  constructor(block: DecodeBlock) {
    this.#block = block;
  }

  /** TIME_HIGH and the wraps so far, in microseconds. */
  get #base(): bigint {
    return (BigInt(this.#wraps * 0x1000 + this.#high) << 12n) - this.#block.longState[longField.shift];
  }

  setLow(value: number): void {
    this.time = this.#base + BigInt(value);
  }

  setHigh(value: number): void {
    const { state, longState } = this.#block;
    if (!this.started) {
      this.started = true;
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = BigInt(Math.max(value - 1, 0)) << 12n;
      }
    } else {
      if (value === this.#high) return;
      if (this.#high >= value + 2048) this.#wraps++;
    }
    this.#high = value;
    this.time = this.#base;
  }
}
