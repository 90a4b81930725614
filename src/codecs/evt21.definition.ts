import { fault, field, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitBits, emitTrigger } from "./emit.js";
import { EvtClock, wrapTicks } from "./evt-clock.js";

/** EVT2.1 word types, bits 63 to 60 of a word. All others carry nothing that we read and are passed over. */
const type = { off: 0x0, on: 0x1, timeHigh: 0x8, trigger: 0xa } as const;

/** Value of the first register: the order of the two halves of a word. */
export const evt21Order = { little: 0, legacy: 1 } as const;

/**
 * Prophesee EVT2.1 in readable form: what the WebAssembly kernel is compared with.
 *
 * A stream of 64-bit words. The upper half is laid out as a word of EVT2, the lower half is a mask: bit i stands for an
 * event at x + i, all of one row, polarity and time. Words are little-endian; in the order "legacy" of the first
 * cameras the upper half comes first.
 *
 * Source: Prophesee, "EVT 2.1 format", and `evt21_event_types.h` of OpenEB; the clock as in EVT2.
 */
export function evt21Definition(block: DecodeBlock): DecodeKernel {
  const { bytes, state } = block;
  const view = new DataView(bytes.buffer);
  const clock = new EvtClock(block, wrapTicks.atTheEnd);

  return function decode() {
    const upper = state[field.registers + 6] === evt21Order.legacy ? 0 : 4;
    while (state[field.position] + 8 <= state[field.end] && state[field.events] + 32 <= state[field.capacity]) {
      const at = state[field.position];
      const word = view.getUint32(at + upper, true);
      const mask = view.getUint32(at + 4 - upper, true);
      const time = clock.base + BigInt((word >>> 22) & 63);
      const kind = word >>> 28;
      switch (kind) {
        case type.off:
        case type.on:
          if (clock.started) emitBits(block, time, mask, (word >>> 11) & 0x7ff, word & 0x7ff, kind);
          break;
        case type.timeHigh:
          clock.setHigh(word & 0xfffffff);
          break;
        case type.trigger:
          if (clock.started && !emitTrigger(block, time, (word >>> 8) & 31, word & 1)) return;
      }
      state[field.position] += 8;
      if (state[field.fault] !== fault.none) return;
    }
  };
}
