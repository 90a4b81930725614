import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";

/**
 * The events of a dvs_msgs/EventArray in readable form: what the WebAssembly kernel is compared with.
 *
 * Thirteen bytes an event: x and y in 16 bits, seconds and nanoseconds in 32 bits each, polarity in a byte. Times are
 * cut to whole microseconds.
 */
export function rosDefinition(block: DecodeBlock): DecodeKernel {
  const { bytes, state, longState } = block;
  const view = new DataView(bytes.buffer);

  return function decode() {
    while (state[field.position] + 13 <= state[field.end] && state[field.events] < state[field.capacity]) {
      const at = state[field.position];
      const stored = BigInt(view.getUint32(at + 4, true)) * 1_000_000n + BigInt(Math.floor(view.getUint32(at + 8, true) / 1000));
      state[field.position] += 13;
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = stored;
      }
      const t = stored - longState[longField.shift];
      emitEvent(block, t, view.getUint16(at, true), view.getUint16(at + 2, true), bytes[at + 12] === 0 ? 0 : 1);
      if (state[field.fault] !== fault.none) return;
    }
  };
}
