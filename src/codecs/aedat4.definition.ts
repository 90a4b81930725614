import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";

/**
 * The events of an AEDAT4 packet in readable form: what the WebAssembly kernel is compared with.
 *
 * Sixteen bytes an event, as FlatBuffers stores the struct: t int64 in microseconds, x int16, y int16, on as a byte,
 * three bytes of padding. A negative coordinate is a fault.
 */
export function aedat4Definition(block: DecodeBlock): DecodeKernel {
  const { bytes, state, longState } = block;
  const view = new DataView(bytes.buffer);

  return function decode() {
    while (state[field.position] + 16 <= state[field.end] && state[field.events] < state[field.capacity]) {
      const at = state[field.position];
      const stored = view.getBigInt64(at, true);
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = stored;
      }
      const t = BigInt.asIntN(64, stored - longState[longField.shift]);
      state[field.position] += 16;
      emitEvent(block, t, view.getUint16(at + 8, true), view.getUint16(at + 10, true), bytes[at + 12] === 0 ? 0 : 1);
      if (state[field.fault] !== fault.none) return;
    }
  };
}
