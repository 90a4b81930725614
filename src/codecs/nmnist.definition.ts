import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";

/**
 * The files of N-MNIST and N-Caltech101 in readable form: what the WebAssembly kernel is compared with.
 *
 * Five bytes an event: x, y, then p in the highest bit and t in the 23 bits below it, highest byte first. An event in
 * row 240 is none: it adds 2^13 µs to the times behind it.
 *
 * Source: G. Orchard et al., "Converting Static Image Datasets to Spiking Neuromorphic Datasets Using Saccades" (2015).
 */
export function nmnistDefinition(block: DecodeBlock): DecodeKernel {
  const { bytes, state, longState } = block;
  let base = 0n;

  return function decode() {
    while (state[field.position] + 5 <= state[field.end] && state[field.events] < state[field.capacity]) {
      const at = state[field.position];
      const [x, y, high, middle, low] = bytes.subarray(at, at + 5);
      state[field.position] += 5;
      if (y === 240) {
        base += 8192n;
        continue;
      }
      const stamp = base + BigInt(((high & 0x7f) << 16) | (middle << 8) | low);
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = stamp;
      }
      emitEvent(block, stamp - longState[longField.shift], x, y, high >> 7);
      if (state[field.fault] !== fault.none) return;
    }
  };
}
