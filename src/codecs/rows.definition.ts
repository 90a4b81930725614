import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";
import type { WordFormat } from "./word-decoder.js";

/**
 * Formats whose decoders write whole columns: rows `position` up to `end` of the block are checked, and join the
 * events before them. This is what the WebAssembly kernel is compared with.
 */
export function rowsDefinition(block: DecodeBlock): DecodeKernel {
  const { state, longState } = block;
  return function take() {
    while (state[field.position] < state[field.end]) {
      const row = state[field.position]++;
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = block.t[row];
      }
      const t = BigInt.asIntN(64, block.t[row] - longState[longField.shift]);
      emitEvent(block, t, block.x[row], block.y[row], block.p[row]);
      if (state[field.fault] !== fault.none) return;
    }
  };
}

/** A format of columns: its "words" are rows, and a position is the number of a row. */
export function rowFormat(codec: string): WordFormat {
  return { codec, wordBytes: 1, kernel: "decodeRows", definition: rowsDefinition, addressable: { width: 65535, height: 65535 } };
}
