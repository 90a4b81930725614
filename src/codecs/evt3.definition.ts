import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent, emitTrigger } from "./emit.js";

/** EVT3 word types, bits 15 to 12 of a word. All others carry nothing that we read and are passed over. */
const type = {
  addrY: 0x0,
  addrX: 0x2,
  vectBaseX: 0x3,
  vect12: 0x4,
  vect8: 0x5,
  timeLow: 0x6,
  timeHigh: 0x8,
  trigger: 0xa,
} as const;

/**
 * Prophesee EVT3 in readable form: what the WebAssembly kernel is compared with.
 *
 * A stream of 16-bit words that set a state (row, base column, polarity, time) and emit events from it. Time has 24
 * bits: TIME_HIGH gives the upper, TIME_LOW the lower 12. Nothing is emitted before the first TIME_HIGH, but the state
 * is kept. The clock wraps every 16.8 s: a step back of TIME_HIGH by half its range or more is a wrap, a smaller one is
 * jitter of the sensor and is delivered as it is.
 *
 * Source: Prophesee, "EVT 3.0 format", and the sample decoder of OpenEB; each vector word is decoded for itself.
 */
export function evt3Definition(block: DecodeBlock): DecodeKernel {
  const { bytes, state, longState } = block;
  let started = false;
  let row = 0;
  let baseX = 0;
  let polarity = 0;
  let high = 0;
  let loops = 0;
  let time = 0n;

  /** TIME_HIGH and the wraps so far, in microseconds. */
  const base = () => (BigInt(loops * 0x1000 + high) << 12n) - longState[longField.shift];

  return function decode() {
    while (state[field.position] + 2 <= state[field.end] && state[field.events] + 12 <= state[field.capacity]) {
      const at = state[field.position];
      const word = bytes[at] | (bytes[at + 1] << 8);
      switch (word >> 12) {
        case type.addrY:
          row = word & 0x7ff;
          break;
        case type.addrX:
          if (started) emitEvent(block, time, word & 0x7ff, row, (word >> 11) & 1);
          break;
        case type.vectBaseX:
          baseX = word & 0x7ff;
          polarity = (word >> 11) & 1;
          break;
        case type.vect12:
          emitVector(word & 0xfff, 12);
          break;
        case type.vect8:
          emitVector(word & 0xff, 8);
          break;
        case type.timeLow:
          time = base() + BigInt(word & 0xfff);
          break;
        case type.timeHigh:
          setTimeHigh(word & 0xfff);
          break;
        case type.trigger:
          if (started && !emitTrigger(block, time, (word >> 8) & 15, word & 1)) return;
      }
      state[field.position] += 2;
      if (state[field.fault] !== fault.none) return;
    }
  };

  /** One event for each set bit. A word that reaches outside the sensor emits nothing. */
  function emitVector(mask: number, width: number): void {
    const first = baseX;
    baseX += width;
    if (!started || mask === 0) return;
    const events = state[field.events];
    const furthest = first + 31 - Math.clz32(mask);
    if (!emitEvent(block, time, furthest, row, polarity)) return;
    state[field.events] = events;
    for (let bit = 0; bit < width; bit++) {
      if ((mask >> bit) & 1) emitEvent(block, time, first + bit, row, polarity);
    }
  }

  function setTimeHigh(value: number): void {
    if (!started) {
      started = true;
      high = value;
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = BigInt(Math.max(high - 1, 0)) << 12n;
      }
    } else {
      if (value === high) return;
      if (high >= value + 2048) loops++;
      high = value;
    }
    time = base();
  }
}
