import { fault, field, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitBits, emitEvent, emitTrigger } from "./emit.js";
import { Evt3Clock } from "./evt3-clock.js";

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
  const { bytes, state } = block;
  const clock = new Evt3Clock(block);
  let row = 0;
  let baseX = 0;
  let polarity = 0;

  return function decode() {
    while (state[field.position] + 2 <= state[field.end] && state[field.events] + 12 <= state[field.capacity]) {
      const at = state[field.position];
      const word = bytes[at] | (bytes[at + 1] << 8);
      switch (word >> 12) {
        case type.addrY:
          row = word & 0x7ff;
          break;
        case type.addrX:
          if (clock.started) emitEvent(block, clock.time, word & 0x7ff, row, (word >> 11) & 1);
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
          clock.setLow(word & 0xfff);
          break;
        case type.timeHigh:
          clock.setHigh(word & 0xfff);
          break;
        case type.trigger:
          if (clock.started && !emitTrigger(block, clock.time, (word >> 8) & 15, word & 1)) return;
      }
      state[field.position] += 2;
      if (state[field.fault] !== fault.none) return;
    }
  };

  function emitVector(mask: number, width: number): void {
    if (clock.started) emitBits(block, clock.time, mask, baseX, row, polarity);
    baseX += width;
  }
}
