import { fault, field, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitBits, emitEvent, emitTrigger } from "./emit.js";
import { Evt3Clock } from "./evt3-clock.js";

/** EVT3 word types, bits 15 to 12 of a word. */
const type = { addrY: 0x0, otherY: 0x1, addrX: 0x2, vectBaseX: 0x3, vect12: 0x4, timeLow: 0x6, timeHigh: 0x8, trigger: 0xa } as const;

/**
 * EVT3 as the SDK of the cameras takes vector words: VECT_12 begins a group of three words, VECT_12, VECT_12, VECT_8,
 * that stand for 32 pixels, whatever types the second and the third word have. A group without a VECT_BASE_X before it
 * is dropped, and so is one that does not fit into the sensor; another base must then come first. VECT_8 outside a
 * group means nothing. Rows outside the sensor, and those of a second kind of events (type 1), are dropped with all that
 * stands in them. All else is as in `evt3.definition.ts`.
 *
 * Source: `evt3_decoder.h` of OpenEB (Apache-2.0) with its `BasicCheckValidator`, which is what runs by default.
 */
export function evt3GroupsDefinition(block: DecodeBlock): DecodeKernel {
  const { bytes, state } = block;
  const clock = new Evt3Clock(block);
  let row = 0;
  let isCd = false;
  let baseX = 0;
  let polarity = 0;
  let hasBase = false;

  return function decode() {
    while (state[field.position] + 2 <= state[field.end] && state[field.events] + 32 <= state[field.capacity]) {
      const at = state[field.position];
      const wordAt = (offset: number) => bytes[at + offset] | (bytes[at + offset + 1] << 8);
      const word = wordAt(0);
      const rowCounts = isCd && row < state[field.height];
      let length = 2;
      switch (word >> 12) {
        case type.addrY:
          row = word & 0x7ff;
          isCd = true;
          break;
        case type.otherY:
          isCd = false;
          break;
        case type.addrX:
          if (clock.started && rowCounts) emitEvent(block, clock.time, word & 0x7ff, row, (word >> 11) & 1);
          break;
        case type.vectBaseX:
          baseX = word & 0x7ff;
          polarity = (word >> 11) & 1;
          hasBase = true;
          break;
        case type.vect12:
          length = 6;
          if (at + length > state[field.end]) return;
          if (!rowCounts) break;
          hasBase &&= baseX + 32 <= state[field.width];
          if (hasBase && clock.started) {
            const mask = (word & 0xfff) | ((wordAt(2) & 0xfff) << 12) | ((wordAt(4) & 0xff) << 24);
            emitBits(block, clock.time, mask, baseX, row, polarity);
          }
          baseX += 32;
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
      state[field.position] += length;
      if (state[field.fault] !== fault.none) return;
    }
  };
}
