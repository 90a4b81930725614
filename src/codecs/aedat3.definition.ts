import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";

/**
 * Polarity events of AEDAT 3.1 in readable form: what the WebAssembly kernel is compared with.
 *
 * Eight bytes an event, little-endian: valid in bit 0, on in bit 1, y in bits 16 to 2 and x in bits 31 to 17 of the
 * first word, t in the second. Times are 31 bits; the head of the packet says how often they overflowed, which the
 * first register holds. Events that are not valid are left out.
 *
 * Source: the AEDAT 3.1 description of iniVation, and libcaer.
 */
export function aedat3Definition(block: DecodeBlock): DecodeKernel {
  const { bytes, state, longState } = block;
  const view = new DataView(bytes.buffer);

  return function decode() {
    const base = BigInt(state[field.registers]) << 31n;
    while (state[field.position] + 8 <= state[field.end] && state[field.events] < state[field.capacity]) {
      const at = state[field.position];
      const word = view.getUint32(at, true);
      state[field.position] += 8;
      if ((word & 1) === 0) continue;
      const stored = base + BigInt(view.getInt32(at + 4, true));
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = stored;
      }
      emitEvent(block, stored - longState[longField.shift], word >>> 17, (word >>> 2) & 0x7fff, (word >>> 1) & 1);
      if (state[field.fault] !== fault.none) return;
    }
  };
}
