import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";

const clockPeriod = 0x1_0000_0000;

/**
 * Prophesee DAT in readable form: what the WebAssembly kernel is compared with.
 *
 * Eight bytes an event, little-endian: t in 32 bits of microseconds, then x in bits 13 to 0, y in bits 27 to 14 and p
 * in bits 31 to 28 (on when not zero). The clock wraps every 71.6 minutes: a step back by half its range or more is a
 * wrap, a smaller one is disorder and is delivered as it is.
 *
 * Source: the DAT section of the OpenEB documentation, which does not unwrap the clock.
 */
export function datDefinition(block: DecodeBlock): DecodeKernel {
  const { bytes, state, longState } = block;
  const view = new DataView(bytes.buffer);
  let stamp: number | undefined;
  let wraps = 0;

  return function decode() {
    while (state[field.position] + 8 <= state[field.end] && state[field.events] < state[field.capacity]) {
      const at = state[field.position];
      const now = view.getUint32(at, true);
      const word = view.getUint32(at + 4, true);
      stamp ??= now;
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = BigInt(now);
      }
      const wrapped = stamp - now >= clockPeriod / 2;
      const t = BigInt((wraps + (wrapped ? 1 : 0)) * clockPeriod + now) - longState[longField.shift];
      state[field.position] += 8;
      emitEvent(block, t, word & 0x3fff, (word >>> 14) & 0x3fff, word >>> 28 === 0 ? 0 : 1);
      if (state[field.fault] !== fault.none) return;
      if (wrapped) wraps++;
      stamp = now;
    }
  };
}
